"""What a child process writes into its log, told to whoever sits at the console."""

import asyncio
from collections.abc import Callable
from pathlib import Path

LOOK_SECONDS = 0.5


async def retell(log: Path, say: Callable[[str], None], *, beginning: str) -> None:
    """Say each line from now on that begins so, until cancelled; what came last is said even then."""
    place = log.stat().st_size if log.exists() else 0
    try:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            place = _say_from(place, log, say, beginning)
    finally:
        _say_from(place, log, say, beginning)


def _say_from(place: int, log: Path, say: Callable[[str], None], beginning: str) -> int:
    """Say the whole lines after a place; where to go on. A log that was begun anew is read from its beginning."""
    if not log.exists():
        return 0
    with log.open("rb") as written:
        written.seek(place if place <= log.stat().st_size else 0)
        new, end, rest = written.read().rpartition(b"\n")
        for line in (new if end else b"").decode("utf-8", "replace").splitlines():
            if line.startswith(beginning):
                say(line)
        return written.tell() - len(rest)
