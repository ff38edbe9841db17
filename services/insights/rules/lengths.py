"""Lengths of time, counted: how many, the mean, the middle, the ninth tenth, and how many were in time."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From asking to a step that was taken, or not yet (`until` is None); `due` where there is a target."""

    since: datetime
    until: datetime | None
    due: datetime | None

    @property
    def days(self) -> float | None:
        return (self.until - self.since) / DAY if self.until is not None else None

    @property
    def is_in_time(self) -> bool:
        return self.until is not None and self.due is not None and self.until <= self.due

    def is_overdue(self, now: datetime) -> bool:
        """Not taken, though its time is over."""
        return self.until is None and self.due is not None and self.due < now


@dataclass(frozen=True, slots=True)
class Lengths:
    """Days from asking to a step. `mean`, `median` and `p90` are None where nothing was measured."""

    count: int
    mean: float | None
    median: float | None
    p90: float | None
    in_time: int
    overdue: int

    @property
    def share_in_time(self) -> float | None:
        """Of all that were taken or should have been by now, those taken in time."""
        judged = self.count + self.overdue
        return self.in_time / judged if judged else None


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share of an ordered row lies, between neighbours in proportion (as `percentile_cont`)."""
    place = share * (len(ordered) - 1)
    low, high = math.floor(place), math.ceil(place)
    # Written so that it never leaves its neighbours, whatever the rounding.
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def lengths_of(spans: Iterable[Span], now: datetime) -> Lengths:
    """All that is said of these spans."""
    every = list(spans)
    days = sorted(span.days for span in every if span.days is not None)
    return Lengths(
        count=len(days),
        mean=math.fsum(days) / len(days) if days else None,
        median=percentile(days, 0.5) if days else None,
        p90=percentile(days, 0.9) if days else None,
        in_time=sum(span.is_in_time for span in every),
        overdue=sum(span.is_overdue(now) for span in every),
    )
