"""A platform's folder that was begun once for the whole run of the suite, to copy from.

Making the databases and hearing the reference rows takes longer than everything else about a start.
"""

import asyncio
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path


def folder() -> Path:
    """The same for all workers of one run: they are children of the one that leads it."""
    leader = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    return Path(tempfile.gettempdir()) / f"fuzhou-prepared-{leader}"


async def copy_into(home: Path, *, make: Callable[[Path], Awaitable[None]]) -> None:
    """Make it if nobody has yet, and copy it, owners and all."""
    prepared = folder()
    prepared.mkdir(mode=0o711, exist_ok=True)
    with (prepared / "lock").open("w", encoding="utf-8") as lock:
        # Another worker may be making it, for as long as a start takes.
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if not (prepared / "made").exists():
            shutil.rmtree(prepared / "home", ignore_errors=True)
            await make(prepared / "home")
            (prepared / "made").touch()
    await asyncio.to_thread(subprocess.run, ["cp", "-a", f"{prepared / 'home'}/.", str(home)], check=True)


def remove() -> None:
    """By the leader, when all is over; a worker is no leader of anybody."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(folder(), ignore_errors=True)
