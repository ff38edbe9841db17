"""Quarters of the year, as packages are handed out by them: `2026Q4`."""

from datetime import date


def quarter_days(quarter: str) -> tuple[date, date]:
    """The first day of a quarter, and the first day after it."""
    year, place = int(quarter[:4]), int(quarter[5])
    after = date(year + 1, 1, 1) if place == 4 else date(year, 3 * place + 1, 1)
    return date(year, 3 * place - 2, 1), after
