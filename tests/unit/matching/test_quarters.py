"""Which days a package is for."""

from datetime import date

import pytest

from services.matching.rules.quarters import quarter_days


@pytest.mark.parametrize(
    ("quarter", "first", "after"),
    [
        ("2026Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026Q2", date(2026, 4, 1), date(2026, 7, 1)),
        ("2026Q3", date(2026, 7, 1), date(2026, 10, 1)),
        ("2026Q4", date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_a_quarter_begins_where_the_one_before_ends(quarter: str, first: date, after: date) -> None:
    assert quarter_days(quarter) == (first, after)
