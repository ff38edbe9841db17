"""Timelines of a database that went back in time: which backups lie on the way to a moment, and which were left behind.

Each restore begins a new timeline where it ended; the log's pieces bear its number, and its history tells, for every
timeline before, up to which place in the log that one belongs to it.
"""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

# A place in the log, in bytes from its beginning. PostgreSQL writes it as two hexadecimal halves, `0/3000148`.
Place: TypeAlias = int
NO_END: Place = 1 << 64


@dataclass(frozen=True, slots=True)
class Reach:
    """The stretch of the log that a backup needs to be whole; it ends on this timeline, at this place."""

    timeline: int
    end: Place


def place(text: str) -> Place:
    """A place in the log, as PostgreSQL writes it."""
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def reach_in(manifest: Path) -> Reach:
    """What a backup's own list of its files says of the log."""
    last = json.loads(manifest.read_text("utf-8"))["WAL-Ranges"][-1]
    return Reach(int(last["Timeline"]), place(last["End-LSN"]))


def latest(archive: Path) -> int:
    """The timeline that was begun last; the first has no history."""
    return max([1, *(int(path.name[:8], 16) for path in archive.glob("????????.history.gz"))])


def history(archive: Path, timeline: int) -> dict[int, Place]:
    """Where each timeline ends on the way to the end of this one; empty when it is not known."""
    if timeline == 1:
        return {1: NO_END}
    written = archive / f"{timeline:08X}.history.gz"
    if not written.exists():
        return {}
    with gzip.open(written, "rt", encoding="utf-8") as lines:
        ends = [line.split()[:2] for line in lines if line.strip() and not line.startswith("#")]
    return {int(number): place(end) for number, end in ends} | {timeline: NO_END}


def lies_on(reach: Reach, ways: dict[int, Place]) -> bool:
    """Whether a backup's end lies on the way, and not in a future that was left behind."""
    return reach.end <= ways.get(reach.timeline, -1)
