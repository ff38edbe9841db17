"""FUZHOU_HOME: the one folder that holds all state of one machine, its secrets, and the lock on it."""

import os
from pathlib import Path

from deploy.locks import Lock, Locked
from deploy.refusals import Refusal
from deploy.secrets import Secrets

FOR_ROOT = Path("/var/lib/fuzhou")


class HomeClosed(Refusal):
    """This account may not write there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"This account may not write to {folder}. Name another folder: `FUZHOU_HOME=/folder make run`."
        )


class HomeInUse(Refusal):
    """Another copy of the platform runs from the same folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"The platform already runs from {folder}, as process {holder}."
            f" Stop it with `kill {holder}`, or give this copy its own folder: `FUZHOU_HOME=/other/folder make run`."
        )


class Home:
    """The folder and what is where in it."""

    def __init__(self, folder: Path, *, secrets: Path | None = None) -> None:
        self.folder = folder.absolute()
        self.logs = self.folder / "logs"
        self.postgres = self.folder / "postgres"
        self.secrets = Secrets(secrets or self.folder / "secrets")
        self._lock = Lock(self.folder / "lock")

    @classmethod
    def from_environment(cls) -> "Home":
        """The folder that FUZHOU_HOME names, else the usual place for this user; FUZHOU_SECRETS may lie elsewhere."""
        named, secrets = os.environ.get("FUZHOU_HOME"), os.environ.get("FUZHOU_SECRETS")
        return cls(Path(named) if named else default_folder(), secrets=Path(secrets) if secrets else None)

    @property
    def has_data(self) -> bool:
        return (self.postgres / "data" / "PG_VERSION").exists()

    def open(self, *, made_for: str = "development") -> "Home":
        """Make the folders, lock them for this process and fill in the secrets, which say what they were made for.

        Raises:
            HomeClosed: this account may not write there.
            HomeInUse: another process holds the lock.
            SecretsLost: there is data, but a secret that it cannot do without is gone.
        """
        try:
            # The database's account must be let through to its own folder; everything else is closed to it.
            self.folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            self._lock.take()
        except PermissionError as refused:
            raise HomeClosed(self.folder) from refused
        except Locked as held:
            raise HomeInUse(self.folder, held.holder) from held
        self.logs.mkdir(mode=0o700, exist_ok=True)
        self.secrets.complete(may_be_new=not self.has_data, made_for=made_for)
        return self

    def close(self) -> None:
        """Let another process use the folder."""
        self._lock.release()


def default_folder() -> Path:
    """Root's home is closed to the database's account, so root's data belongs to the system."""
    return FOR_ROOT if os.geteuid() == 0 else Path.home() / ".fuzhou"
