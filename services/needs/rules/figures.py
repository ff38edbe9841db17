"""The figures of first contact: when it was first known of, the earliest, and without the time of three attempts."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

# A stretch that lasts still has no end.
Stretch = tuple[datetime, datetime | None]


def seconds_until(started: datetime, moment: datetime | None) -> float | None:
    """Seconds from a start until something happened; None where it has not."""
    return None if moment is None else (moment - started).total_seconds()


def closed_by(stretches: Iterable[Stretch], until: datetime) -> list[tuple[datetime, datetime]]:
    """The parts of stretches that lie before a moment; one that lasts still reaches until it."""
    ends = [(begun, min(ended or until, until)) for begun, ended in stretches]
    return [(begun, ended) for begun, ended in ends if begun < ended]


def within(stretches: Sequence[tuple[datetime, datetime]], started: datetime) -> timedelta:
    """How long stretches last after a start."""
    return sum((ended - max(begun, started) for begun, ended in stretches if ended > started), timedelta())


def count_apart(moments: Iterable[datetime], gap: timedelta) -> int:
    """How many of some moments, in their order, lie at least a gap after the last one that was counted."""
    count, last = 0, None
    for moment in moments:
        if last is None or moment - last >= gap:
            count, last = count + 1, moment
    return count
