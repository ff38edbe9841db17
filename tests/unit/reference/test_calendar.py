"""The legal calendar against the State Council's notices."""

from datetime import date, timedelta

import pytest

from shared.reference import rows_of_table
from shared.schemas.reference import CalendarDay, CalendarYear, WorkHours

DAYS = {day.date: day for day in (CalendarDay.model_validate(row.body) for row in rows_of_table("calendar_day"))}
YEARS = {year.year: year for year in (CalendarYear.model_validate(row.body) for row in rows_of_table("calendar_year"))}


def is_workday(day: date) -> bool:
    named = DAYS.get(day)
    return named.is_workday if named else day.weekday() < 5


@pytest.mark.parametrize(("year", "workdays"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_workdays_as_the_notice_leaves(year: int, workdays: int) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=number) for number in range(366)]
    assert sum(is_workday(day) for day in days if day.year == year) == workdays == YEARS[year].workdays


def test_the_make_up_workdays_of_2026_are_those_of_the_notice() -> None:
    make_up = [day for day in sorted(DAYS) if day.year == 2026 and DAYS[day].is_workday]
    assert make_up == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


def test_make_up_workdays_fall_on_weekends_and_say_what_they_are() -> None:
    make_up = [day for day in DAYS.values() if day.is_workday]
    assert all(day.date.weekday() >= 5 and "调休上班" in day.name_zh for day in make_up)


def test_2027_is_not_published_yet() -> None:
    assert set(YEARS) == {2024, 2025, 2026}
    assert max(DAYS).year == 2026


def test_a_year_is_known_before_it_begins() -> None:
    rows = [*rows_of_table("calendar_day"), *rows_of_table("calendar_year")]
    assert all(row.valid_from.year < int(row.key[:4]) for row in rows)


def test_a_working_day_has_six_and_a_half_hours() -> None:
    hours = [WorkHours.model_validate(row.body) for row in rows_of_table("work_hours")]
    minutes = [(each.ends.hour - each.starts.hour) * 60 + each.ends.minute - each.starts.minute for each in hours]
    assert sum(minutes) == 390


def test_hours_that_end_before_they_start_are_refused() -> None:
    with pytest.raises(ValueError, match="after they start"):
        WorkHours.model_validate({"starts": "12:00", "ends": "09:00"})
