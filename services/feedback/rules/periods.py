"""Months and quarters as days in Fuzhou."""

import re
from datetime import date, datetime, time
from typing import Final

from shared.kit.clock import SHANGHAI

MONTH: Final = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)
QUARTER: Final = re.compile(r"(20\d{2})Q([1-4])", re.ASCII)


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


def bounds(period: str) -> tuple[datetime, datetime] | None:
    """From when until when (exclusive) a month or quarter runs; None if it is neither."""
    if MONTH.fullmatch(period):
        first = first_of(period)
        return midnight(first), midnight(following(first))
    found = QUARTER.fullmatch(period)
    if found is None:
        return None
    first = date(int(found[1]), int(found[2]) * 3 - 2, 1)
    return midnight(first), midnight(following(first, 3))
