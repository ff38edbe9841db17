"""Days, months and quarters as people here write them, and the moments between which they lie (Asia/Shanghai)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.kit.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment (inclusive) until another (exclusive)."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time as the map is asked for it: a whole month, or one day."""

    period: Period
    month: str | None = None
    day: date | None = None


def month_span(month: str) -> Span:
    return Span(months(month, month), month=month)


def day_span(day: date) -> Span:
    """A day from midnight to midnight."""
    begins = datetime.combine(day, time(), SHANGHAI)
    return Span(Period(begins, begins + timedelta(days=1)), day=day)


def days_of_month(month: str) -> list[date]:
    """All days of a month, the first to the last."""
    year, number = int(month[:4]), int(month[5:])
    return [date(year, number, day + 1) for day in range(monthrange(year, number)[1])]


def month_of(moment: datetime) -> str:
    """The month that a moment lies in: `2026-03`."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m}"


def quarter_of(moment: datetime) -> str:
    """The quarter that a moment lies in: `2026Q1`."""
    here = moment.astimezone(SHANGHAI)
    return f"{here.year}Q{(here.month + 2) // 3}"


def months(first: str, last: str) -> Period:
    """From the beginning of a month to the end of another."""
    return Period(_begin(first), _next(last))


def quarter(written: str) -> Period:
    """The three months of a quarter."""
    year, number = int(written[:4]), int(written[-1])
    return Period(_begin(f"{year}-{number * 3 - 2:02}"), _next(f"{year}-{number * 3:02}"))


def _begin(month: str) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=SHANGHAI)


def _next(month: str) -> datetime:
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=SHANGHAI)
