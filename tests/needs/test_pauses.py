"""Pauses with proof: what the clocks stood still does not count, in the time that each of them runs on."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.schemas.vocabulary import PauseReason
from tests.city import City, Person
from tests.needs.asking import asked, clocks, happened, judged, moment
from tests.people import HEAD, OTHER_HEAD, WORKER

PROOF = "通话记录编号 0310-07"


async def paused(
    city: City, made: dict[str, Any], when: str, *, reason: str = "resident_papers", by: Person = HEAD
) -> httpx.Response:
    body = {"reason": reason, "proof": PROOF}
    return await city.post("needs", f"/needs/{made['id']}/pauses", by, body, now=moment(when))


async def ended(city: City, made: dict[str, Any], pause: str, when: str, *, by: Person = HEAD) -> httpx.Response:
    return await city.post("needs", f"/needs/{made['id']}/pauses/{pause}/end", by, {}, now=moment(when))


async def due(city: City, made: dict[str, Any], kind: str) -> str:
    found: str = (await clocks(city, made))[kind][-1]["due_at"]
    return found


async def attempts(city: City, made: dict[str, Any], *hours: int) -> None:
    for hour in hours:
        path = f"/needs/{made['id']}/contacts"
        await city.post("needs", path, WORKER, {"kind": "attempt"}, now=moment(f"03-10 {hour}:00"))


async def test_every_clock_is_due_later_by_what_it_stood_still_in_its_own_time(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made)
    assert await due(needs_alone, made, "station_response") == "2026-03-11T10:00:00+08:00"
    pause = (await paused(needs_alone, made, "03-10 16:30")).json()
    assert (await ended(needs_alone, made, pause["id"], "03-11 09:30")).json()["ended_at"] is not None
    # Half an hour each on Tuesday and Wednesday was working time; by the wall clock it was seventeen hours.
    assert await due(needs_alone, made, "station_response") == "2026-03-11T11:00:00+08:00"
    assert await due(needs_alone, made, "first_contact") == "2026-03-14T03:00:00+08:00"


async def test_nobody_is_told_while_it_stands_still_and_later_by_as_much_afterwards(needs_alone: City) -> None:
    made = await asked(needs_alone)
    pause = (await paused(needs_alone, made, "03-10 11:00")).json()
    await needs_alone.let_time_pass(moment("03-17 11:00"))
    assert await happened(needs_alone, made, "clock_warned") == []
    await ended(needs_alone, made, pause["id"], "03-17 11:00")
    await needs_alone.let_time_pass(moment("03-21 11:00"))
    broken = [fact for fact in await happened(needs_alone, made, "clock_breached") if fact["kind"] == "first_contact"]
    # One hour had passed before; three days less one hour after the end.
    assert broken[0]["due_at"] == "2026-03-20T02:00:00Z"
    warned = [fact for fact in await happened(needs_alone, made, "clock_warned") if fact["kind"] == "triage"]
    assert [fact["said"] for fact in warned] == [moment("03-17 13:30"), moment("03-17 14:42")]


async def test_a_contact_during_a_pause_is_in_time_however_long_it_lasted(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await paused(needs_alone, made, "03-10 11:00", reason="resident_away")
    path = f"/needs/{made['id']}/contacts"
    assert (
        await needs_alone.post("needs", path, WORKER, {"kind": "call"}, now=moment("03-30 11:00"))
    ).status_code == 201
    (clock,) = (await clocks(needs_alone, made))["first_contact"]
    assert (clock["met_at"], clock["breached_at"]) == ("2026-03-30T11:00:00+08:00", None)


async def test_three_attempts_are_counted_and_stop_no_clock(needs_alone: City) -> None:
    made = await asked(needs_alone)
    before = await due(needs_alone, made, "first_contact")
    await attempts(needs_alone, made, 11, 12)
    refused = await paused(needs_alone, made, "03-10 13:30", reason="three_attempts")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fuzhou:problem:too-few-attempts")
    await attempts(needs_alone, made, 13)
    pause = (await paused(needs_alone, made, "03-10 13:30", reason="three_attempts")).json()
    await needs_alone.let_time_pass(moment("03-12 10:00"))
    assert [fact["kind"] for fact in await happened(needs_alone, made, "clock_warned")].count("first_contact") == 1
    await ended(needs_alone, made, pause["id"], "03-12 10:00")
    assert await due(needs_alone, made, "first_contact") == before
    shown = (await needs_alone.get("needs", f"/needs/{made['id']}", HEAD)).json()["pauses"]
    assert [(row["reason"], row["started_at"], row["ended_at"]) for row in shown] == [
        ("three_attempts", "2026-03-10T13:30:00+08:00", "2026-03-12T10:00:00+08:00")
    ]


async def test_three_calls_within_the_hour_are_one_attempt(needs_alone: City) -> None:
    made = await asked(needs_alone)
    for minute in (0, 1, 2):
        path = f"/needs/{made['id']}/contacts"
        await needs_alone.post("needs", path, WORKER, {"kind": "attempt"}, now=moment(f"03-10 11:0{minute}"))
    refused = await paused(needs_alone, made, "03-10 13:30", reason="three_attempts")
    assert refused.json()["type"] == "urn:fuzhou:problem:too-few-attempts"
    assert "an hour" in refused.json()["detail"]


async def test_a_clock_that_begins_during_a_pause_stands_still_with_the_others(needs_alone: City) -> None:
    made = await asked(needs_alone)
    pause = (await paused(needs_alone, made, "03-10 11:00")).json()
    await judged(needs_alone, made, now=moment("03-10 14:30"))
    await needs_alone.let_time_pass(moment("03-13 14:30"))
    warned = [fact["kind"] for fact in await happened(needs_alone, made, "clock_warned")]
    assert "station_response" not in warned
    await ended(needs_alone, made, pause["id"], "03-13 14:30")
    # The station's working day begins on Friday at half past two, and the weekend is none of it.
    assert await due(needs_alone, made, "station_response") == "2026-03-16T14:30:00+08:00"


async def test_three_attempts_hold_no_clock_that_begins_meanwhile(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await attempts(needs_alone, made, 11, 12, 13)
    await paused(needs_alone, made, "03-10 14:00", reason="three_attempts")
    await judged(needs_alone, made, now=moment("03-10 14:30"))
    await needs_alone.let_time_pass(moment("03-13 14:30"))
    assert "station_response" in [fact["kind"] for fact in await happened(needs_alone, made, "clock_breached")]


async def test_a_pause_is_announced_with_the_clocks_it_concerns_and_so_is_its_end(needs_alone: City) -> None:
    made = await asked(needs_alone)
    pause = (await paused(needs_alone, made, "03-10 11:00")).json()
    await ended(needs_alone, made, pause["id"], "03-10 12:00")
    (began,), (over,) = [await happened(needs_alone, made, name) for name in ("need_paused", "need_resumed")]
    assert (began["pause_id"], began["reason"], began["kinds"], began["said"]) == (
        pause["id"], "resident_papers", ["first_contact", "triage"], moment("03-10 11:00"),
    )  # fmt: skip
    assert (over["pause_id"], over["paused_at"], over["said"]) == (
        pause["id"], began["paused_at"], moment("03-10 12:00"),
    )  # fmt: skip
    assert PROOF not in str(began)


async def test_a_pause_ends_by_itself_with_the_last_clock_that_it_held(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await paused(needs_alone, made, "03-10 11:00")
    contact = f"/needs/{made['id']}/contacts"
    await needs_alone.post("needs", contact, WORKER, {"kind": "call"}, now=moment("03-11 11:00"))
    assert await happened(needs_alone, made, "need_resumed") == [], "the clock of triage stands still yet"
    await judged(needs_alone, made, now=moment("03-11 12:00"))
    assert [fact["said"] for fact in await happened(needs_alone, made, "need_resumed")] == [moment("03-11 12:00")]
    (shown,) = (await needs_alone.get("needs", f"/needs/{made['id']}", HEAD)).json()["pauses"]
    assert shown["ended_at"] == "2026-03-11T12:00:00+08:00"
    assert (await paused(needs_alone, made, "03-11 13:30")).status_code == 201


async def test_the_pause_of_three_attempts_ends_when_the_person_is_reached(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await attempts(needs_alone, made, 11, 12, 13)
    await paused(needs_alone, made, "03-10 14:00", reason="three_attempts")
    assert (await happened(needs_alone, made, "need_paused"))[0]["kinds"] == ["first_contact"]
    path = f"/needs/{made['id']}/contacts"
    await needs_alone.post("needs", path, WORKER, {"kind": "visit"}, now=moment("03-16 10:00"))
    assert [fact["said"] for fact in await happened(needs_alone, made, "need_resumed")] == [moment("03-16 10:00")]


@pytest.mark.parametrize("how", ["withdraw", "mark_in_error"])
async def test_no_pause_of_a_need_that_ended_lasts(needs_alone: City, how: str) -> None:
    made = await asked(needs_alone)
    await paused(needs_alone, made, "03-10 11:00")
    await needs_alone.post("needs", f"/needs/{made['id']}/{how}", HEAD, {}, now=moment("03-10 12:00"))
    assert len(await happened(needs_alone, made, "need_resumed")) == 1
    owner = await needs_alone.owner("needs")
    for table, of_need in (
        ("need_pause", "need_id"), ("clock_pause", "(SELECT need_id FROM clock WHERE id = clock_id)"),
    ):  # fmt: skip
        query = f"SELECT count(*) FROM {table} WHERE ended_at IS NULL AND {of_need} = $1"
        assert await owner.fetchval(query, UUID(made["id"])) == 0, table
    await owner.close()


async def test_one_pause_at_a_time_and_each_ends_once(needs_alone: City) -> None:
    made = await asked(needs_alone)
    pause = (await paused(needs_alone, made, "03-10 11:00")).json()
    assert (await paused(needs_alone, made, "03-10 11:30")).status_code == 409
    assert (await ended(needs_alone, made, pause["id"], "03-10 12:00")).status_code == 200
    assert (await ended(needs_alone, made, pause["id"], "03-10 13:00")).status_code == 409
    assert await due(needs_alone, made, "first_contact") == "2026-03-13T11:00:00+08:00"
    assert (await paused(needs_alone, made, "03-10 14:00")).status_code == 201


async def test_the_need_that_ends_ends_its_pause(needs_alone: City) -> None:
    made = await asked(needs_alone)
    pause = (await paused(needs_alone, made, "03-10 11:00")).json()
    await needs_alone.post("needs", f"/needs/{made['id']}/withdraw", HEAD, {}, now=moment("03-10 12:00"))
    (shown,) = (await needs_alone.get("needs", f"/needs/{made['id']}", HEAD)).json()["pauses"]
    assert shown["ended_at"] == "2026-03-10T12:00:00+08:00"
    assert (await ended(needs_alone, made, pause["id"], "03-10 13:00")).status_code == 409
    assert (await paused(needs_alone, made, "03-10 13:00")).json()["type"] == "urn:fuzhou:problem:nothing-runs"


async def test_the_proof_is_sealed_and_its_reading_written_down(needs_alone: City) -> None:
    made = await asked(needs_alone)
    pause = (await paused(needs_alone, made, "03-10 11:00")).json()
    owner = await needs_alone.owner("needs")
    assert PROOF not in await owner.fetchval("SELECT string_agg(p::text, ' ') FROM need_pause p")
    path = f"/needs/{made['id']}/pauses/{pause['id']}/proof"
    assert (await needs_alone.get("needs", path, WORKER)).json()["proof"] == PROOF
    assert await owner.fetchval("SELECT count(*) FROM audit_entry WHERE act = 'read_proof'") == 1
    await owner.close()
    assert (await needs_alone.get("needs", path, OTHER_HEAD)).status_code == 404


@pytest.mark.parametrize(("person", "status"), [(WORKER, 403), (OTHER_HEAD, 404)])
async def test_only_the_stations_head_pauses(needs_alone: City, person: Person, status: int) -> None:
    made = await asked(needs_alone)
    assert (await paused(needs_alone, made, "03-10 11:00", by=person)).status_code == status


@pytest.mark.parametrize("reason", [reason for reason in PauseReason if reason.stops_headline])
async def test_each_listed_reason_stops_the_headline(needs_alone: City, reason: PauseReason) -> None:
    made = await asked(needs_alone)
    pause = (await paused(needs_alone, made, "03-10 11:00", reason=reason)).json()
    await ended(needs_alone, made, pause["id"], "03-11 11:00")
    assert await due(needs_alone, made, "first_contact") == "2026-03-14T10:00:00+08:00"
