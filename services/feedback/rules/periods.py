"""Months and quarters as days in Fuzhou."""

from datetime import date, datetime, time

from shared.kit.clock import SHANGHAI


def first_of(month: str) -> date:
    """The first day of `2026-03`."""
    return date.fromisoformat(f"{month}-01")


def following(day: date, months: int = 1) -> date:
    """The first day of the month so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Fuzhou."""
    return datetime.combine(day, time(), SHANGHAI)


def bounds(period: str) -> tuple[datetime, datetime]:
    """From when until when (exclusive) a month (`2026-03`) or quarter (`2026Q1`) runs."""
    year, is_quarter, quarter = period.partition("Q")
    first = date(int(year), int(quarter) * 3 - 2, 1) if is_quarter else first_of(period)
    return midnight(first), midnight(following(first, 3 if is_quarter else 1))
