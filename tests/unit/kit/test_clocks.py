"""Clocks: when they are due, who is told when, and which moment counts."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.kit.clocks import LEVELS, ClockColumns, Target, after, clock_row, elapsed, telling_moments, telling_timer
from tests.unit.kit.calendar import CALENDAR, at

FOUR_WORKING_HOURS = Target(4, "working_hours", "triage:routine")
ONE_WORKING_DAY = Target(1, "working_days", "station_response:routine")
THREE_DAYS = Target(3, "calendar_days", "first_contact:routine")
FIVE_MINUTES = Target(5, "minutes", "triage:crisis")


class Plain(ClockColumns):
    """A clock without a table."""

    def __init__(self, **columns: Any) -> None:
        self.__dict__.update(
            {"met_at": None, "first_met_at": None, "breached_at": None, "stopped_at": None, "due_at": at("03-13 10:00")}
            | columns
        )


@pytest.mark.parametrize(
    ("target", "start", "due"),
    [
        (FOUR_WORKING_HOURS, "03-10 10:00", "03-10 15:30"),
        (ONE_WORKING_DAY, "03-10 10:00", "03-11 10:00"),
        (ONE_WORKING_DAY, "02-14 16:00", "02-24 16:00"),
        (THREE_DAYS, "02-14 16:00", "02-17 16:00"),
        (FIVE_MINUTES, "02-17 23:58", "02-18 00:03"),
    ],
)
def test_working_targets_wait_for_work_and_the_others_do_not(target: Target, start: str, due: str) -> None:
    assert after(CALENDAR, target, at(start)) == at(due)


@pytest.mark.parametrize("target", [FOUR_WORKING_HOURS, THREE_DAYS])
def test_half_of_the_target_has_elapsed_at_half_of_it(target: Target) -> None:
    half = after(CALENDAR, target, at("02-13 10:00"), share=0.5)
    assert elapsed(CALENDAR, target, at("02-13 10:00"), half) * 2 == target.duration(CALENDAR)


def test_levels_are_told_at_50_80_100_percent_and_a_day_later() -> None:
    told = telling_moments(CALENDAR, FOUR_WORKING_HOURS, at("03-10 09:00"), at_any_hour=False)
    assert [(level.percent, level.days_after, level.told) for level, _ in told] == [
        (50, 0, "owner"), (80, 0, "station_head"), (100, 0, "head_station_and_township"), (100, 1, "city"),
    ]  # fmt: skip
    assert [moment for _, moment in told] == [
        at("03-10 11:00"),
        at("03-10 13:42"),
        at("03-10 14:30"),
        at("03-11 14:30"),
    ]


def test_the_routine_is_told_in_working_hours_only() -> None:
    told = telling_moments(CALENDAR, THREE_DAYS, at("03-13 22:00"), at_any_hour=False)
    # 50 % falls on Sunday, 80 % and 100 % on Monday and its night: each waits for the next door to open.
    assert [moment for _, moment in told] == [
        at("03-16 09:00"),
        at("03-16 09:00"),
        at("03-17 09:00"),
        at("03-18 09:00"),
    ]


def test_a_crisis_is_told_at_any_hour() -> None:
    told = telling_moments(CALENDAR, FIVE_MINUTES, at("02-17 23:58"), at_any_hour=True)
    assert [moment for _, moment in told] == [
        at("02-17 23:58") + timedelta(minutes=2.5), at("02-18 00:02"), at("02-18 00:03"), at("02-19 00:03"),
    ]  # fmt: skip


def test_one_timer_waits_at_a_time_and_none_after_the_last_level() -> None:
    clock = uuid4()
    timers = [
        telling_timer(clock, THREE_DAYS, at("03-10 10:00"), CALENDAR, at_any_hour=True, step=step)
        for step in range(len(LEVELS) + 1)
    ]
    assert [timer and timer["payload"] for timer in timers] == [
        {"step": 0},
        {"step": 1},
        {"step": 2},
        {"step": 3},
        None,
    ]


def test_a_clock_keeps_the_target_it_was_promised() -> None:
    row = clock_row(
        "triage", target=FOUR_WORKING_HOURS, urgency="routine", started=at("03-10 10:00"), calendar=CALENDAR
    )
    assert (row["target_value"], row["target_unit"], row["policy"]) == (4, "working_hours", "triage:routine")
    assert row["due_at"] == at("03-10 15:30")


def test_the_earliest_contact_counts_and_the_first_record_stays() -> None:
    clock = Plain()
    assert clock.meet(at("03-12 10:00"), recorded_at=at("03-12 11:00"))
    assert clock.meet(at("03-11 10:00"), recorded_at=at("03-13 09:00"))
    assert (clock.met_at, clock.first_met_at, clock.breached_at) == (at("03-11 10:00"), at("03-12 11:00"), None)


def test_a_later_contact_changes_nothing() -> None:
    clock = Plain()
    clock.meet(at("03-11 10:00"), recorded_at=at("03-11 10:00"))
    assert not clock.meet(at("03-12 10:00"), recorded_at=at("03-12 10:00"))
    assert clock.met_at == at("03-11 10:00")


def test_what_is_logged_after_the_due_time_shows_both_figures() -> None:
    clock = Plain()
    assert clock.meet(at("03-12 10:00"), recorded_at=at("03-14 10:00"))
    assert (clock.met_at, clock.first_met_at, clock.breached_at) == (
        at("03-12 10:00"), at("03-14 10:00"), at("03-13 10:00"),
    )  # fmt: skip


def test_a_clock_met_in_time_is_not_broken_by_an_earlier_contact_logged_late() -> None:
    clock = Plain()
    clock.meet(at("03-12 10:00"), recorded_at=at("03-12 10:00"))
    assert clock.meet(at("03-11 10:00"), recorded_at=at("03-20 10:00"))
    assert clock.breached_at is None


def test_a_stopped_clock_is_never_met() -> None:
    clock = Plain(stopped_at=at("03-11 10:00"))
    assert not clock.meet(at("03-11 09:00"), recorded_at=at("03-12 10:00"))
    assert clock.met_at is None


def test_what_a_clock_stood_still_does_not_count_in_its_own_time() -> None:
    day, working = Target(1, "calendar_days", "test"), Target(4, "working_hours", "test")
    # Friday 16:00 to Monday 10:00: 66 hours by the wall clock, two of them working time.
    stood_still = [(at("03-13 16:00"), at("03-16 10:00"))]
    assert after(CALENDAR, day, at("03-13 10:00"), pauses=stood_still) == at("03-17 04:00")
    assert after(CALENDAR, working, at("03-13 15:00"), pauses=stood_still) == at("03-16 14:30")


def test_a_pause_after_the_due_time_or_outside_working_time_changes_nothing() -> None:
    working = Target(1, "working_hours", "test")
    due = after(CALENDAR, working, at("03-13 10:00"))
    late = [(due, at("03-13 15:00"))]
    assert after(CALENDAR, working, at("03-13 10:00"), pauses=late) == due
    night = [(at("03-13 18:00"), at("03-14 06:00"))]
    assert after(CALENDAR, working, at("03-13 16:30"), pauses=night) == after(CALENDAR, working, at("03-13 16:30"))


def test_several_pauses_add_up_in_whatever_order_they_are_known() -> None:
    target = Target(24, "hours", "test")
    pauses = [(at("03-10 20:00"), at("03-10 22:00")), (at("03-10 11:00"), at("03-10 12:00"))]
    for known in (pauses, pauses[::-1]):
        assert after(CALENDAR, target, at("03-10 10:00"), pauses=known) == at("03-11 13:00")
