"""Working time on the legal calendar with make-up workdays (调休), in Asia/Shanghai.

Pure functions: a calendar is handed in, made from reference rows. Days of a year that is not published yet
fall back to Monday–Friday.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from shared.kit.clock import SHANGHAI

SATURDAY = 5
FAR_DAYS = 4000


class NoWorkingTime(ValueError):
    """A calendar without any working hour cannot carry a deadline."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked, and which hours of them.

    `exceptions` are days that differ from Monday–Friday: True a make-up workday, False a day off. `hours` are
    the day's working periods in order, not overlapping.
    """

    hours: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))
    exceptions: dict[date, bool] = field(default_factory=dict)
    published_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.hours or any(start >= end for start, end in self.hours):
            raise NoWorkingTime("A working day needs at least one period, each ending after it begins.")

    def is_workday(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    @property
    def day_length(self) -> timedelta:
        """The working time of one working day."""
        return sum((_span(day_start, day_end) for day_start, day_end in self.hours), timedelta())


def _span(start: time, end: time) -> timedelta:
    return datetime.combine(date.min, end) - datetime.combine(date.min, start)


def _periods(calendar: WorkCalendar, first: date) -> Iterator[tuple[datetime, datetime]]:
    for offset in range(FAR_DAYS):
        day = first + timedelta(days=offset)
        if calendar.is_workday(day):
            for start, end in calendar.hours:
                yield datetime.combine(day, start, SHANGHAI), datetime.combine(day, end, SHANGHAI)


def add_working(calendar: WorkCalendar, start: datetime, duration: timedelta) -> datetime:
    """The moment when so much working time has passed since `start`.

    A start outside working hours counts from the next working period; a duration of nothing is due at once,
    in working hours or at the next period's beginning.
    """
    left, cursor = duration, start.astimezone(SHANGHAI)
    for opens, closes in _periods(calendar, cursor.date()):
        begin = max(opens, cursor)
        if begin >= closes:
            continue
        if begin + left <= closes:
            return begin + left
        left -= closes - begin
    raise NoWorkingTime("The calendar has too few working days for this duration.")


def working_between(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments (nothing when the end is not later)."""
    first, last = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    total = timedelta()
    for opens, closes in _periods(calendar, first.date()):
        if opens >= last:
            break
        total += max(min(closes, last) - max(opens, first), timedelta())
    return total


def is_working(calendar: WorkCalendar, moment: datetime) -> bool:
    """Whether people are at work at a moment."""
    local = moment.astimezone(SHANGHAI)
    return calendar.is_workday(local.date()) and any(
        start <= local.timetz().replace(tzinfo=None) < end for start, end in calendar.hours
    )


def next_working_moment(calendar: WorkCalendar, moment: datetime) -> datetime:
    """The moment itself in working hours, else the beginning of the next working period."""
    return moment if is_working(calendar, moment) else add_working(calendar, moment, timedelta())


def calendar_of(
    days: Iterable[tuple[date, bool]], hours: Iterable[tuple[time, time]], published: Iterable[int]
) -> WorkCalendar:
    """A calendar from rows."""
    return WorkCalendar(tuple(sorted(hours)), dict(days), frozenset(published))
