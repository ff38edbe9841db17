"""A crisis: clocks in minutes, and the people on duty at that very hour are told."""

from datetime import time, timedelta

import pytest

from services.needs.service.crises import is_on_duty
from shared.schemas.reference import OnCall
from tests.city import City
from tests.needs.asking import TUESDAY, asked, clocks, happened, judged, moment
from tests.people import HEAD

DAY = {"duty-3610-day", "duty-361002-day"}
NIGHT = {"duty-3610-night", "duty-361002-night"}


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("03-10 10:00", DAY), ("03-10 19:59", DAY), ("03-10 20:00", NIGHT), ("02-17 03:00", NIGHT),
        ("03-11 07:59", NIGHT), ("03-11 08:00", DAY),
    ],
)  # fmt: skip
async def test_a_crisis_is_told_to_whoever_is_on_duty_at_that_hour(needs_alone: City, at: str, told: set[str]) -> None:
    made = await asked(needs_alone, now=moment(at), urgency="crisis")
    (fact,) = await happened(needs_alone, made, "crisis_raised")
    assert set(fact["told"]) == told
    assert fact["said"] == moment(at)


async def test_a_crisis_runs_by_the_wall_whatever_the_calendar_says(needs_alone: City) -> None:
    made = await asked(needs_alone, now=moment("02-17 03:00"), urgency="crisis")
    due = {kind: [clock["due_at"] for clock in found] for kind, found in (await clocks(needs_alone, made)).items()}
    assert due == {"triage": ["2026-02-17T03:05:00+08:00"], "first_contact": ["2026-02-17T05:00:00+08:00"]}
    await needs_alone.let_time_pass(moment("02-17 05:00"))
    said = [fact["said"] for fact in await happened(needs_alone, made, "clock_breached")]
    assert said == [moment("02-17 03:05"), moment("02-17 05:00")]


async def test_a_rise_starts_new_clocks_from_the_rise_and_leaves_the_old_ones(needs_alone: City) -> None:
    made = await asked(needs_alone, now=moment("03-10 10:00"))
    await judged(needs_alone, made, now=moment("03-10 11:00"))
    await judged(needs_alone, made, now=moment("03-10 22:00"), urgency="crisis")
    found = await clocks(needs_alone, made)
    contact = [(clock["urgency"], clock["started_at"], clock["due_at"]) for clock in found["first_contact"]]
    assert contact == [
        ("routine", "2026-03-10T10:00:00+08:00", "2026-03-13T10:00:00+08:00"),
        ("crisis", "2026-03-10T22:00:00+08:00", "2026-03-11T00:00:00+08:00"),
    ]
    assert [clock["urgency"] for clock in found["station_response"]] == ["routine", "crisis"]
    assert [clock["urgency"] for clock in found["triage"]] == ["routine"], "what was met is not asked again"
    (fact,) = await happened(needs_alone, made, "crisis_raised")
    assert set(fact["told"]) == NIGHT


async def test_who_is_served_already_stays_so_when_it_becomes_a_crisis(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made)
    await needs_alone.post("needs", f"/needs/{made['id']}/start", HEAD, {}, now=TUESDAY)
    rise = TUESDAY + timedelta(hours=1)
    raised = await judged(needs_alone, made, urgency="crisis", now=rise)
    assert (raised["status"], raised["urgency"]) == ("in_service", "crisis")
    running = [clock for clock in (await clocks(needs_alone, made))["first_contact"] if clock["urgency"] == "crisis"]
    assert [clock["due_at"] for clock in running] == ["2026-03-10T13:00:00+08:00"]
    assert len(await happened(needs_alone, made, "crisis_raised")) == 1
    assert [fact["status"] for fact in await happened(needs_alone, made, "need_changed")] == ["in_service"]


async def test_a_crisis_seen_at_the_first_triage_starts_each_clock_once(needs_alone: City) -> None:
    made = await asked(needs_alone, now=moment("03-10 10:00"))
    await judged(needs_alone, made, now=moment("03-10 10:30"), urgency="crisis")
    found = await clocks(needs_alone, made)
    assert [clock["due_at"] for clock in found["station_response"]] == ["2026-03-10T11:30:00+08:00"]
    assert [clock["urgency"] for clock in found["first_contact"]] == ["routine", "crisis"]


async def test_urgency_never_falls(needs_alone: City) -> None:
    made = await asked(needs_alone, urgency="urgent")
    body = {"category": "meals", "groups": [], "urgency": "routine"}
    answer = await needs_alone.post("needs", f"/needs/{made['id']}/triage", HEAD, body)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:fuzhou:problem:urgency-cannot-fall")


def roster(starts: int, ends: int, *weekdays: int) -> OnCall:
    return OnCall.model_validate(
        {"division": "361002", "weekdays": weekdays, "starts": time(starts), "ends": time(ends), "account": "x",
         "role": "head_station"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "at", "on_duty"),
    [
        (roster(20, 8, 6), "03-14 23:00", True),  # Saturday night
        (roster(20, 8, 6), "03-15 07:59", True),  # is still on at Sunday's dawn
        (roster(20, 8, 6), "03-15 20:00", False),
        (roster(20, 8, 7), "03-16 03:00", True),  # Sunday night reaches into Monday
        (roster(20, 8, 1), "03-16 03:00", False),  # Monday's night has not begun
        (roster(8, 20, 6, 7), "03-16 10:00", False),
        (roster(8, 20, 1), "03-16 08:00", True),
        (roster(8, 20, 1), "03-16 20:00", False),
    ],
)
def test_a_night_belongs_to_the_day_it_began_on(row: OnCall, at: str, on_duty: bool) -> None:
    assert is_on_duty(row, "361002100", moment(at)) is on_duty


def test_a_county_is_not_told_of_anothers_crisis() -> None:
    assert not is_on_duty(roster(0, 23, 1, 2, 3, 4, 5, 6, 7), "361021100", moment("03-16 10:00"))
