"""Whole copies of a cluster, made and put together by PostgreSQL's own programs."""

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.ports import LOOPBACK
from deploy.postgres.account import Account
from deploy.postgres.binaries import reachable
from deploy.postgres.cluster import SUPERUSER, Cluster
from deploy.refusals import Refusal

# `  131072/524288 kB (25%), 0/1 tablespace`
SO_FAR = re.compile(r"\s*(\d+)/(\d+) kB ")
MANIFEST = "backup_manifest"


class CopyFailed(Refusal):
    """A copy could not be made, or is not whole."""

    def __init__(self, program: str, words: str) -> None:
        self.words = words
        super().__init__(f"{program} could not do its work / 执行失败:\n{words}")


@dataclass(frozen=True, slots=True)
class Copying:
    """PostgreSQL's programs, run as the database's account, beside which its folder is."""

    account: Account
    folder: Path

    def copy(self, cluster: Cluster, target: Path, *, since: Path | None, seen: Callable[[int, int], None]) -> None:
        """A copy of a running cluster; with `since`, an older copy, only what has changed since then.

        Raises:
            CopyFailed: among other reasons because the server no longer knows what has changed.
        """
        words = [
            f"--pgdata={target}", f"--host={LOOPBACK}", f"--port={cluster.port}", f"--username={SUPERUSER}",
            "--no-password", "--checkpoint=fast", "--progress", "--manifest-checksums=SHA256",
        ]  # fmt: skip
        if since is not None:
            words.append(f"--incremental={since / MANIFEST}")
        self._run("pg_basebackup", words, seen=seen, secrets={"PGPASSWORD": cluster.password})

    def combine(self, copies: Sequence[Path], target: Path) -> None:
        """One whole copy of a full one and what has changed since, in order."""
        self._run("pg_combinebackup", [*map(str, copies), f"--output={target}"])

    def _run(
        self,
        program: str,
        words: Sequence[str],
        *,
        seen: Callable[[int, int], None] = lambda _done, _whole: None,
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        programs = reachable(self.account, self.folder)
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC", **(secrets or {})}
        running = subprocess.Popen(
            self.account.wrap(programs / program, *words, dies_with_parent="TERM"), cwd="/", env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert running.stderr is not None
        said: list[str] = []
        with running:
            for line in running.stderr:
                found = SO_FAR.match(line)
                if found is None:
                    said.append(line)
                else:
                    seen(int(found[1]), int(found[2]))
        if running.returncode:
            raise CopyFailed(program, "".join(said[-8:]).strip())


def verify(copy: Path, *, seen: Callable[[int, int], None]) -> None:
    """Hold every file of a copy against the digest that was noted when it was made.

    By ourselves: the wheel's `pg_verifybackup` dies of a segmentation fault, whatever it is asked.

    Raises:
        CopyFailed: one differs or is missing.
    """
    files = json.loads((copy / MANIFEST).read_text("utf-8"))["Files"]
    whole, done, wrong = sum(file["Size"] for file in files), 0, []
    for file in files:
        if _digest(copy / file["Path"]) != file["Checksum"]:
            wrong.append(file["Path"])
        done += file["Size"]
        seen(done, whole)
    if wrong:
        raise CopyFailed("verify", f"{copy}: {len(wrong)} files differ or are missing / 文件不符或缺失: {wrong[0]}")


def _digest(path: Path) -> str | None:
    if not path.exists():
        return None
    with path.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()
