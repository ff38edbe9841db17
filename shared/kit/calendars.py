"""The working calendar and the targets, as the reference rows say."""

from datetime import date

from shared.kit.clocks import Target
from shared.kit.reference import Snapshot
from shared.kit.worktime import WorkCalendar, calendar_of
from shared.schemas.reference import CalendarDay, CalendarYear, ServiceLevel, WorkHours
from shared.schemas.vocabulary import ClockKind, Urgency

CALENDAR_TABLES = frozenset({CalendarDay.table, CalendarYear.table, WorkHours.table})


class NoServiceLevel(LookupError):
    """No row says how long this may take: the reference data is not seeded."""


def work_calendar(snapshot: Snapshot, day: date) -> WorkCalendar:
    """The legal calendar with its make-up workdays; computed once a snapshot."""

    def make(rows: Snapshot) -> WorkCalendar:
        # A day's row speaks of one date and is read by that, whatever day it is asked on.
        days = [CalendarDay.model_validate(rows.latest(CalendarDay.table, key)) for key in rows.keys(CalendarDay.table)]
        hours = rows.all(WorkHours, WorkHours.table, day)
        years = [int(year) for year in rows.keys(CalendarYear.table)]
        return calendar_of(((row.date, row.is_workday) for row in days), ((h.starts, h.ends) for h in hours), years)

    made: WorkCalendar = snapshot.made(("calendar", day), make)
    return made


def target_of(
    snapshot: Snapshot, clock: ClockKind, urgency: Urgency, day: date, *, category: str | None = None
) -> Target:
    """The target of a clock on a day: the category's own row where there is one.

    Raises:
        NoServiceLevel: no row says so.
    """
    keys = [f"{clock}:{urgency}:{category}"] if category else []
    for key in [*keys, f"{clock}:{urgency}"]:
        level = snapshot.get(ServiceLevel, ServiceLevel.table, key, day)
        if level is not None:
            return Target(level.amount.value, level.amount.unit, f"{key}@{day.isoformat()}")
    raise NoServiceLevel(f"{clock}:{urgency}")
