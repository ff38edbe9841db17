"""A lock file that says who holds it, so that a second copy is told and not merely refused."""

import fcntl
import os
from pathlib import Path
from typing import Self


class Locked(Exception):
    """Another process holds the lock."""

    def __init__(self, path: Path, holder: str) -> None:
        self.path = path
        self.holder = holder or "unknown"
        super().__init__(f"{path} is held by process {self.holder}.")


class Lock:
    """An exclusive lock that the kernel drops with its process, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> Self:
        """Take the lock and write this process's number into it.

        Raises:
            Locked: with the number of the process that holds it.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode().strip()
            os.close(descriptor)
            raise Locked(self.path, holder) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        return self

    def release(self) -> None:
        """Let the next one in; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None
