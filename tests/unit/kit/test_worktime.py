"""Working time against the real calendar: make-up days, festivals, lunch."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.kit.clock import SHANGHAI
from shared.kit.worktime import (
    NoWorkingTime,
    WorkCalendar,
    add_working,
    is_working,
    next_working_moment,
    working_between,
)
from tests.unit.kit.calendar import CALENDAR, at

FOUR_HOURS = timedelta(hours=4)
moments = some.datetimes(
    min_value=datetime.fromisoformat("2025-12-01"),
    max_value=datetime.fromisoformat("2026-11-01"),
    timezones=some.just(SHANGHAI),
)
durations = some.timedeltas(min_value=timedelta(), max_value=timedelta(hours=60))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("03-10 10:00", "03-10 15:30"),  # across lunch
        ("03-10 09:00", "03-10 14:30"),
        ("03-10 08:00", "03-10 14:30"),  # before the door opens
        ("03-10 12:30", "03-11 09:30"),  # asked at lunch: three and a half hours this afternoon
        ("03-13 16:00", "03-16 12:00"),  # Friday afternoon: one hour, then Monday's three until noon
        ("02-13 16:00", "02-14 12:00"),  # the Saturday before Spring Festival is worked
        ("02-14 16:00", "02-24 12:00"),  # nine days off follow
        ("02-18 10:00", "02-24 14:30"),  # within the festival
        ("04-30 23:59", "05-06 14:30"),  # a minute to midnight before Labour Day
        ("05-01 00:00", "05-06 14:30"),
        ("09-18 15:00", "09-20 11:00"),  # the Sunday of 20 September is worked
    ],
)
def test_four_working_hours_end_when_a_clerk_would_say(start: str, due: str) -> None:
    assert add_working(CALENDAR, at(start), FOUR_HOURS) == at(due)


@pytest.mark.parametrize("day", ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"])
def test_make_up_days_are_worked_though_they_are_weekends(day: str) -> None:
    assert at(f"{day} 10:00").weekday() >= 5
    assert is_working(CALENDAR, at(f"{day} 10:00"))


@pytest.mark.parametrize("day", ["02-16", "02-17", "02-20", "02-23", "05-04", "10-05", "09-25"])
def test_festivals_are_not_worked_though_they_are_weekdays(day: str) -> None:
    assert at(f"{day} 10:00").weekday() < 5
    assert not is_working(CALENDAR, at(f"{day} 10:00"))


def test_spring_festival_has_no_working_time_at_all() -> None:
    assert working_between(CALENDAR, at("02-14 17:00"), at("02-24 09:00")) == timedelta()
    assert working_between(CALENDAR, at("02-14 16:00"), at("02-24 10:00")) == timedelta(hours=2)


def test_a_year_not_published_yet_follows_the_weekdays() -> None:
    friday = datetime.fromisoformat("2027-05-07T16:30:00+08:00")
    assert 2027 not in CALENDAR.published_years
    assert add_working(CALENDAR, friday, timedelta(hours=1)) == datetime.fromisoformat("2027-05-10T09:30:00+08:00")


def test_the_same_moment_in_another_offset_is_the_same_deadline() -> None:
    start = at("03-10 23:30")
    assert add_working(CALENDAR, start.astimezone(UTC), FOUR_HOURS) == add_working(CALENDAR, start, FOUR_HOURS)
    assert is_working(CALENDAR, at("03-10 09:00").astimezone(UTC))


@pytest.mark.parametrize("edge", ["09:00", "13:30"])
def test_work_begins_on_the_minute(edge: str) -> None:
    assert is_working(CALENDAR, at(f"03-10 {edge}"))
    assert not is_working(CALENDAR, at(f"03-10 {edge}") - timedelta(seconds=1))


@pytest.mark.parametrize("edge", ["12:00", "17:00"])
def test_work_ends_on_the_minute(edge: str) -> None:
    assert not is_working(CALENDAR, at(f"03-10 {edge}"))
    assert is_working(CALENDAR, at(f"03-10 {edge}") - timedelta(seconds=1))


def test_what_ends_with_the_day_is_due_at_closing_and_not_next_morning() -> None:
    assert add_working(CALENDAR, at("03-10 15:00"), timedelta(hours=2)) == at("03-10 17:00")


def test_the_end_before_the_start_is_no_time() -> None:
    assert working_between(CALENDAR, at("03-10 16:00"), at("03-10 10:00")) == timedelta()


@pytest.mark.parametrize("hours", [(), ((time(12), time(9)),)])
def test_a_day_without_working_hours_carries_no_deadline(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(NoWorkingTime):
        WorkCalendar(hours=hours)


def test_a_calendar_of_holidays_only_says_so_instead_of_searching_for_ever() -> None:
    first = at("01-01 00:00").date()
    holidays = {first + timedelta(days=number): False for number in range(5000)}
    with pytest.raises(NoWorkingTime):
        add_working(WorkCalendar(exceptions=holidays), at("01-01 10:00"), FOUR_HOURS)


@given(moments, durations)
def test_working_time_up_to_a_deadline_is_what_was_added(start: datetime, duration: timedelta) -> None:
    assert working_between(CALENDAR, start, add_working(CALENDAR, start, duration)) == duration


@given(moments, durations, durations)
def test_more_time_is_never_due_earlier(start: datetime, one: timedelta, other: timedelta) -> None:
    shorter, longer = sorted((one, other))
    assert start <= add_working(CALENDAR, start, shorter) <= add_working(CALENDAR, start, longer)


@given(moments, moments, durations)
def test_who_asks_later_is_never_due_earlier(one: datetime, other: datetime, duration: timedelta) -> None:
    earlier, later = sorted((one, other))
    assert add_working(CALENDAR, earlier, duration) <= add_working(CALENDAR, later, duration)


@given(moments, moments, moments)
def test_working_time_adds_up_over_a_moment_between(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    parts = working_between(CALENDAR, first, middle) + working_between(CALENDAR, middle, last)
    assert parts == working_between(CALENDAR, first, last)


@given(moments)
def test_the_next_working_moment_is_one(moment: datetime) -> None:
    found = next_working_moment(CALENDAR, moment)
    assert is_working(CALENDAR, found)
    assert found == moment or not is_working(CALENDAR, moment)
    assert working_between(CALENDAR, moment, found) == timedelta()
