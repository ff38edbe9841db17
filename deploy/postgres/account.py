"""Whose processes the database's are: PostgreSQL refuses to run as root, so root lends it a system account."""

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SYSTEM_ACCOUNT = "fuzhou"
LAST_RESORT = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """The account under which the database runs."""

    name: str
    uid: int
    gid: int

    @classmethod
    def named(cls, name: str) -> "Account":
        entry = pwd.getpwnam(name)
        return cls(name, entry.pw_uid, entry.pw_gid)

    @property
    def is_lent(self) -> bool:
        """Whether it is not the account of this process."""
        return self.uid != os.geteuid()

    def wrap(self, *command: str | Path, dies_with_parent: str | None = None) -> list[str]:
        """The command as this account would run it; a signal's name makes the kernel send it when the parent dies."""
        prefix = ["setpriv"]
        if self.is_lent:
            prefix += [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if dies_with_parent:
            prefix += [f"--pdeathsig={dies_with_parent}"]
        words = [str(word) for word in command]
        return [*prefix, "--", *words] if len(prefix) > 1 else words

    def own(self, path: Path | int) -> None:
        """Give a file, a folder or an open pipe to this account."""
        if self.is_lent:
            os.chown(path, self.uid, self.gid)

    def own_tree(self, folder: Path) -> None:
        """Give a folder with all that is in it to this account, as after root copied it back from elsewhere."""
        for path in (folder, *folder.rglob("*")):
            self.own(path)

    def can_reach(self, path: Path) -> bool:
        """Whether every folder on the way lets this account through, and the path may be entered or run."""
        if not self.is_lent:
            return os.access(path, os.X_OK)
        asked = subprocess.run(self.wrap("test", "-x", path), check=False, cwd="/", capture_output=True)
        return asked.returncode == 0


def database_account(data: Path) -> Account:
    """The account of this process; for root the one that owns the data, else a system account, made when missing."""
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid())
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    with _one_at_a_time():
        return _existing() or _made() or Account.named(LAST_RESORT)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two copies that make the account at once would each get a number, and one of the numbers would not last."""
    folder = os.open("/etc", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _existing() -> Account | None:
    try:
        return Account.named(SYSTEM_ACCOUNT)
    except KeyError:
        return None


def _made() -> Account | None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    made = subprocess.run(
        [useradd, "--system", "--no-create-home", SYSTEM_ACCOUNT], check=False, capture_output=True, cwd="/"
    )
    return _existing() if made.returncode == 0 else None
