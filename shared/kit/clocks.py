"""Clocks: a promise about time is a row, with its target, start, due time, pauses, and when it was met or broken.

Both the needs' and the orders' clocks are made here. A target is copied into the row when the clock starts, so
that a later policy never rewrites what was promised; when the calendar is edited, open clocks are due anew
and met ones never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.ids import new_id
from shared.kit.tables import MOMENT
from shared.kit.timers import timer_row
from shared.kit.worktime import WorkCalendar, add_working, next_working_moment, working_between

TELL: Final = "tell_clock"


@dataclass(frozen=True, slots=True)
class Target:
    """How long something may take: a value, its unit, and the policy row that says so."""

    value: float
    unit: str
    policy: str

    @property
    def is_working_time(self) -> bool:
        return self.unit.startswith("working_")

    def duration(self, calendar: WorkCalendar) -> timedelta:
        """The length: working time for `working_*` units, wall time for the others."""
        lengths = {
            "minutes": timedelta(minutes=1),
            "hours": timedelta(hours=1),
            "calendar_days": timedelta(days=1),
            "working_hours": timedelta(hours=1),
            "working_days": calendar.day_length,
        }
        return lengths[self.unit] * self.value


@dataclass(frozen=True, slots=True)
class Level:
    """Who is told at which share of the target. `days_after` counts from the due time."""

    percent: int
    told: str
    days_after: int = 0


LEVELS: Final = (
    Level(50, "owner"),
    Level(80, "station_head"),
    Level(100, "head_station_and_township"),
    Level(100, "city", days_after=1),
)


# Stretches in which a clock stood still: begun, ended; none overlaps another.
Pauses = Sequence[tuple[datetime, datetime]]


def after(
    calendar: WorkCalendar, target: Target, started: datetime, *, share: float = 1.0, pauses: Pauses = ()
) -> datetime:
    """The moment when a share of the target has passed since a start; time in pauses does not count."""
    moment = _later(calendar, target, started, target.duration(calendar) * share)
    for begun, ended in sorted(pauses):
        lost = elapsed(calendar, target, max(begun, started), ended) if begun < moment else timedelta()
        if lost > timedelta():
            moment = _later(calendar, target, moment, lost)
    return moment


def _later(calendar: WorkCalendar, target: Target, moment: datetime, length: timedelta) -> datetime:
    return add_working(calendar, moment, length) if target.is_working_time else moment + length


def elapsed(calendar: WorkCalendar, target: Target, started: datetime, until: datetime) -> timedelta:
    """The time that counts against the target between two moments."""
    return working_between(calendar, started, until) if target.is_working_time else until - started


def telling_moment(
    calendar: WorkCalendar, target: Target, started: datetime, level: Level, *, at_any_hour: bool, pauses: Pauses = ()
) -> datetime:
    """When a level is told: in working hours, except where it must be at any hour (a crisis)."""
    passed = after(calendar, target, started, share=level.percent / 100, pauses=pauses)
    exact = passed + timedelta(days=level.days_after)
    return exact if at_any_hour else next_working_moment(calendar, exact)


def telling_moments(
    calendar: WorkCalendar, target: Target, started: datetime, *, at_any_hour: bool
) -> list[tuple[Level, datetime]]:
    """When each level is told."""
    return [(level, telling_moment(calendar, target, started, level, at_any_hour=at_any_hour)) for level in LEVELS]


class ClockColumns:
    """The columns of a clock; a service's own table adds what it measures and who may see it."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    urgency: Mapped[str]
    policy: Mapped[str]
    target_value: Mapped[float]
    target_unit: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    due_at: Mapped[datetime] = mapped_column(MOMENT)
    # The earliest moment that counts, and the one that counted first: late entries correct the former only.
    met_at: Mapped[datetime | None] = mapped_column(MOMENT)
    first_met_at: Mapped[datetime | None] = mapped_column(MOMENT)
    breached_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # Ended without being met: the need was withdrawn, the order cancelled.
    stopped_at: Mapped[datetime | None] = mapped_column(MOMENT)
    told_percent: Mapped[int] = mapped_column(Integer, server_default="0")

    @property
    def target(self) -> Target:
        return Target(self.target_value, self.target_unit, self.policy)

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.stopped_at is None

    def meet(self, occurred_at: datetime, *, recorded_at: datetime) -> bool:
        """Stop the clock at the earliest moment that counts; True if this changed anything.

        The first figure keeps when it was first *known* to be met: where it is logged after a breach, both
        the corrected and the first figure are published.
        """
        if self.stopped_at is not None and self.met_at is None:
            return False
        if self.met_at is not None and occurred_at >= self.met_at:
            return False
        # Only the entry that is the first can be late: one that corrects it breaks nothing any more.
        if self.met_at is None and recorded_at > self.due_at and self.breached_at is None:
            self.breached_at = self.due_at
        self.met_at = occurred_at
        self.first_met_at = self.first_met_at or recorded_at
        return True


def clock_row(
    kind: str, *, target: Target, urgency: str, started: datetime, calendar: WorkCalendar, **scope: Any
) -> dict[str, Any]:
    """The row of a new clock, running since `started`."""
    return {
        "id": new_id(),
        "kind": kind,
        "urgency": urgency,
        "policy": target.policy,
        "target_value": target.value,
        "target_unit": target.unit,
        "started_at": started,
        "due_at": after(calendar, target, started),
        **scope,
    }


def telling_timer(
    clock: UUID, target: Target, started: datetime, calendar: WorkCalendar, *, at_any_hour: bool, step: int = 0,
    pauses: Pauses = (),
) -> dict[str, Any] | None:  # fmt: skip
    """The timer for the next level that is told about a clock; None when all were. One at a time waits."""
    if step >= len(LEVELS):
        return None
    moment = telling_moment(calendar, target, started, LEVELS[step], at_any_hour=at_any_hour, pauses=pauses)
    return timer_row(TELL, clock, moment, step=step)
