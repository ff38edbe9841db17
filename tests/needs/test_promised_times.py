"""Promises about time over the interface: told at each level, corrected by late entries, due anew with the calendar."""

from datetime import timedelta
from typing import Any

import pytest

from tests.city import City, Person
from tests.needs.asking import TUESDAY, asked, clocks, happened, judged, moment
from tests.people import ADMINISTRATOR, HEAD, OPERATOR, OTHER_STATION, OTHER_TOWNSHIP, STATION, WORKER, need


async def spoke(
    city: City, made: dict[str, Any], recorded: str, occurred: str | None = None, kind: str = "call"
) -> int:
    body = {"kind": kind} | ({"occurred_at": moment(occurred).isoformat()} if occurred else {})
    answer = await city.post("needs", f"/needs/{made['id']}/contacts", WORKER, body, now=moment(recorded))
    return answer.status_code


async def test_each_level_is_told_as_the_clock_runs_in_working_hours(needs_alone: City) -> None:
    made = await asked(needs_alone, now=moment("03-12 16:00"))
    await needs_alone.let_time_pass(moment("03-25 09:00"))
    warned = [fact for fact in await happened(needs_alone, made, "clock_warned") if fact["kind"] == "first_contact"]
    broken = [fact for fact in await happened(needs_alone, made, "clock_breached") if fact["kind"] == "first_contact"]
    # Half of three days is Saturday morning: the owner hears on Monday, when there is somebody to hear.
    assert [(fact["percent"], fact["told"], fact["said"]) for fact in warned] == [
        (50, "owner", moment("03-16 09:00")), (80, "station_head", moment("03-16 09:00")),
    ]  # fmt: skip
    assert [(fact["days_after"], fact["told"], fact["said"]) for fact in broken] == [
        (0, "head_station_and_township", moment("03-16 09:00")), (1, "city", moment("03-16 16:00")),
    ]  # fmt: skip
    (clock,) = (await clocks(needs_alone, made))["first_contact"]
    assert clock["breached_at"] == clock["due_at"] == "2026-03-15T16:00:00+08:00"


async def test_the_routine_of_midnight_is_told_in_the_morning(needs_alone: City) -> None:
    made = await asked(needs_alone, now=moment("03-10 23:50"))
    (triage,) = (await clocks(needs_alone, made))["triage"]
    assert triage["due_at"] == "2026-03-11T14:30:00+08:00"
    await needs_alone.let_time_pass(moment("03-12 15:00"))
    said = [fact["said"] for fact in await happened(needs_alone, made, "clock_warned") if fact["kind"] == "triage"]
    assert said == [moment("03-11 11:00"), moment("03-11 13:42")]


async def test_across_spring_festival_a_working_clock_stands_still_and_the_headline_runs_on(needs_alone: City) -> None:
    made = await asked(needs_alone, now=moment("02-14 16:00"))
    found = await clocks(needs_alone, made)
    assert found["triage"][0]["due_at"] == "2026-02-24T12:00:00+08:00"
    assert found["first_contact"][0]["due_at"] == "2026-02-17T16:00:00+08:00"


@pytest.mark.parametrize("how", ["judged", "edited"])
async def test_who_has_the_need_now_is_told_and_not_who_had_it_before(needs_alone: City, how: str) -> None:
    made = await asked(needs_alone)
    if how == "judged":
        await judged(needs_alone, made, by=OPERATOR, station_id=str(OTHER_STATION))
    else:
        body = {"words": need()["words"], "division": OTHER_TOWNSHIP}
        path = f"/needs/{made['id']}"
        assert (await needs_alone.put("needs", path, OPERATOR, body, version=1, now=TUESDAY)).status_code == 200
    await needs_alone.let_time_pass(moment("03-16 12:00"))
    told = [fact["station_id"] for fact in await happened(needs_alone, made, "clock_breached")]
    assert told
    assert set(told) == {str(OTHER_STATION)} != {str(STATION)}


async def test_a_contact_in_time_is_told_to_nobody(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made)
    assert await spoke(needs_alone, made, "03-10 11:00") == 201
    await needs_alone.post("needs", f"/needs/{made['id']}/start", WORKER, {}, now=moment("03-10 11:30"))
    await needs_alone.let_time_pass(moment("04-10 11:00"))
    assert await happened(needs_alone, made, "clock_warned") == []
    assert await happened(needs_alone, made, "clock_breached") == []


async def test_what_is_logged_after_the_breach_shows_the_first_and_the_corrected_figure(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await needs_alone.let_time_pass(moment("03-14 09:00"))
    assert await spoke(needs_alone, made, "03-16 09:00", "03-12 15:00") == 201
    (clock,) = (await clocks(needs_alone, made))["first_contact"]
    assert clock["met_at"] == "2026-03-12T15:00:00+08:00"
    assert clock["first_met_at"] == "2026-03-16T09:00:00+08:00"
    assert clock["breached_at"] == "2026-03-13T10:00:00+08:00"
    (fact,) = await happened(needs_alone, made, "need_contacted")
    assert (fact["is_first"], fact["is_late_entry"]) == (True, True)


async def test_the_earliest_contact_counts_in_whatever_order_they_are_logged(needs_alone: City) -> None:
    made = await asked(needs_alone)
    for recorded, occurred in (("03-11 09:00", None), ("03-12 09:00", "03-10 16:00"), ("03-12 10:00", "03-11 16:00")):
        assert await spoke(needs_alone, made, recorded, occurred) == 201
    (clock,) = (await clocks(needs_alone, made))["first_contact"]
    assert (clock["met_at"], clock["first_met_at"]) == ("2026-03-10T16:00:00+08:00", "2026-03-11T09:00:00+08:00")
    assert clock["breached_at"] is None
    assert [fact["is_first"] for fact in await happened(needs_alone, made, "need_contacted")] == [True, True, False]


async def test_an_attempt_that_reached_nobody_stops_no_clock(needs_alone: City) -> None:
    made = await asked(needs_alone)
    assert await spoke(needs_alone, made, "03-10 11:00", kind="attempt") == 201
    assert (await clocks(needs_alone, made))["first_contact"][0]["met_at"] is None
    assert await happened(needs_alone, made, "need_contacted") == []


@pytest.mark.parametrize("occurred", ["03-10 11:01", "03-10 09:59", "03-11 11:00"])
async def test_what_can_not_have_happened_then_is_refused(needs_alone: City, occurred: str) -> None:
    made = await asked(needs_alone)
    assert await spoke(needs_alone, made, "03-10 11:00", occurred) == 422
    assert (await clocks(needs_alone, made))["first_contact"][0]["met_at"] is None


@pytest.mark.parametrize(("hours", "late"), [(24, False), (25, True)])
async def test_what_is_recorded_a_day_later_is_marked(needs_alone: City, hours: int, late: bool) -> None:
    made = await asked(needs_alone)
    body = {"kind": "visit", "occurred_at": TUESDAY.isoformat()}
    recorded = TUESDAY + timedelta(hours=hours)
    answer = await needs_alone.post("needs", f"/needs/{made['id']}/contacts", WORKER, body, now=recorded)
    assert answer.json()["is_late_entry"] is late


async def test_what_ended_unmet_is_stopped_and_told_to_nobody_any_more(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await needs_alone.post("needs", f"/needs/{made['id']}/withdraw", HEAD, {}, now=moment("03-10 10:30"))
    await needs_alone.let_time_pass(moment("03-20 11:00"))
    for found in (await clocks(needs_alone, made)).values():
        assert [(clock["stopped_at"], clock["met_at"]) for clock in found] == [("2026-03-10T10:30:00+08:00", None)]
    assert await happened(needs_alone, made, "clock_warned") == []
    read = (await needs_alone.get("needs", f"/needs/{made['id']}", HEAD)).json()
    assert read["due_at"] is None


async def close_the_office(city: City, day: str, now: str) -> None:
    row = {
        "valid_from": "2024-01-01", "source": "临时放假通知（示例）",
        "body": {"date": f"2026-{day}", "is_workday": False, "name_zh": "临时放假", "name_en": "Closed"},
    }  # fmt: skip
    answer = await city.put(
        "needs", f"/reference/calendar_day/2026-{day}", ADMINISTRATOR, row, version=0, now=moment(now)
    )
    assert answer.status_code == 200, answer.text
    await city.let_time_pass(moment(now))


async def test_an_edited_calendar_makes_open_clocks_due_anew_and_met_ones_never(needs_alone: City) -> None:
    waiting, done = [await asked(needs_alone, now=moment("06-09 16:00")) for _ in range(2)]
    await judged(needs_alone, done, now=moment("06-09 16:30"))
    before = (await clocks(needs_alone, waiting))["triage"][0]["due_at"]
    assert before == "2026-06-10T12:00:00+08:00"
    await close_the_office(needs_alone, "06-10", "06-09 17:00")
    assert (await clocks(needs_alone, waiting))["triage"][0]["due_at"] == "2026-06-11T12:00:00+08:00"
    assert (await clocks(needs_alone, done))["triage"][0]["due_at"] == before
    read = (await needs_alone.get("needs", f"/needs/{waiting['id']}", HEAD)).json()
    assert read["due_at"] == "2026-06-11T12:00:00+08:00", "the queue follows"
    await needs_alone.let_time_pass(moment("06-10 18:00"))
    assert [f for f in await happened(needs_alone, waiting, "clock_breached") if f["kind"] == "triage"] == []
    await needs_alone.let_time_pass(moment("06-11 13:30"))
    assert len([f for f in await happened(needs_alone, waiting, "clock_breached") if f["kind"] == "triage"]) == 1


async def test_the_city_is_still_told_a_day_later_when_the_calendar_is_edited_in_between(needs_alone: City) -> None:
    made = await asked(needs_alone, now=moment("06-16 09:00"))
    await needs_alone.let_time_pass(moment("06-16 14:30"))
    await close_the_office(needs_alone, "06-16", "06-16 15:00")
    await needs_alone.let_time_pass(moment("06-25 15:00"))
    broken = [fact for fact in await happened(needs_alone, made, "clock_breached") if fact["kind"] == "triage"]
    assert "city" in [fact["told"] for fact in broken]


async def test_what_waits_longest_stands_first_in_the_queue(needs_alone: City) -> None:
    worker: Person = HEAD
    items = (await needs_alone.get("needs", "/needs?status=registered&limit=200", worker)).json()["items"]
    dues = [item["due_at"] for item in items]
    assert len(dues) > 2
    assert dues == sorted(dues)
