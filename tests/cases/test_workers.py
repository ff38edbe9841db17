"""Workers: trained before they have cases, and what they leave behind finds somebody."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.cases.people import PASSED, TUESDAY, announced, arrived, done, opened, read, refused, worker
from tests.city import City, Person
from tests.people import HEAD, OTHER_HEAD, OTHER_STATION, STATION, WORKER

SUNDAY_NIGHT = datetime.fromisoformat("2026-03-15T22:00:00+08:00")


async def test_who_has_not_passed_pre_service_gets_no_case_and_hears_why(working: City) -> None:
    untrained = await worker(working, trained=False)
    case = await opened(working, with_worker=False)
    assert await refused(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": untrained}) == (409, "not-trained")
    need = await arrived(working)
    form = {"need_id": need["id"], "worker_id": untrained}
    assert await refused(working, "/cases", WORKER, form) == (409, "not-trained")


async def test_a_course_that_was_failed_or_is_another_one_opens_nothing(working: City) -> None:
    somebody = await worker(working, trained=False)
    for course in (PASSED | {"passed": False}, PASSED | {"kind": "yearly"}):
        await done(working, f"/workers/{somebody}/trainings", HEAD, course)
    case = await opened(working, with_worker=False)
    assert (await refused(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": somebody}))[1] == "not-trained"
    await done(working, f"/workers/{somebody}/trainings", HEAD, PASSED)
    taken = await done(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": somebody})
    assert taken["worker_id"] == somebody


async def test_an_account_works_at_one_station(working: City) -> None:
    await worker(working, account="chen-xiaolan")
    form = {"account": "chen-xiaolan", "station_id": str(STATION)}
    assert await refused(working, "/workers", HEAD, form) == (409, "already-at-work")


async def test_a_head_registers_nobody_at_another_station(working: City) -> None:
    form = {"account": "somebody-else", "station_id": str(STATION)}
    assert await refused(working, "/workers", OTHER_HEAD, form) == (422, "unknown-place")


async def test_the_caseload_is_what_is_open(working: City) -> None:
    case = await opened(working)
    file = (await working.get("cases", f"/workers/{case['worker_id']}", HEAD)).json()
    assert (file["caseload"], file["is_trained"], len(file["trainings"])) == (1, True, 1)


async def test_what_somebody_leaves_behind_waits_in_a_packet_until_the_head_assigned_it(working: City) -> None:
    first = await opened(working)
    second = await done(
        working, "/cases", WORKER, {"need_id": (await arrived(working))["id"], "worker_id": first["worker_id"]}
    )
    await done(working, f"/workers/{first['worker_id']}/leave", HEAD)
    told = await announced(working, "worker_left", first["worker_id"])
    assert [fact["open_cases"] for fact in told] == [2]
    left = await read(working, first["id"])
    assert left["worker_id"] is None
    packet = left["handover_id"]

    async def waiting() -> list[str]:
        answer = await working.get("cases", "/handovers", HEAD, params={"limit": 200})
        return next((row["waiting"] for row in answer.json()["items"] if row["id"] == packet), [])

    assert await waiting() == sorted([first["id"], second["id"]])
    successor = await worker(working)
    for case in (first, second):
        await done(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": successor})
    assert await waiting() == []
    answer = await working.get("cases", "/handovers", HEAD, params={"limit": 200, "open_only": False})
    assert next(row for row in answer.json()["items"] if row["id"] == packet)["completed_at"] is not None


async def test_who_left_gets_no_case_and_leaves_once(working: City) -> None:
    gone = await worker(working)
    await done(working, f"/workers/{gone}/leave", HEAD)
    case = await opened(working, with_worker=False)
    assert (await refused(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": gone}))[1] == "unknown-worker"
    assert await refused(working, f"/workers/{gone}/leave", HEAD) == (409, "has-left")


async def test_a_case_without_anybody_is_told_of_after_one_working_day(working: City) -> None:
    """Opened on Sunday night: the working day is Monday, and the alert comes when it ends."""
    case = await opened(working, with_worker=False, now=SUNDAY_NIGHT)
    monday_end = datetime.fromisoformat("2026-03-16T17:30:00+08:00")
    await working.let_time_pass(monday_end - timedelta(minutes=31))
    assert await announced(working, "case_unowned", case["id"]) == []
    await working.let_time_pass(monday_end + timedelta(hours=1))
    told = await announced(working, "case_unowned", case["id"])
    assert [datetime.fromisoformat(fact["since"]) for fact in told] == [SUNDAY_NIGHT]


async def test_a_case_that_somebody_has_is_not_told_of(working: City) -> None:
    case = await opened(working, with_worker=False, now=TUESDAY)
    await done(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": await worker(working)})
    await working.let_time_pass(TUESDAY + timedelta(days=9))
    assert await announced(working, "case_unowned", case["id"]) == []


async def edited(city: City, id: str, version: int | None = None, **changes: Any) -> httpx.Response:
    current = (await city.get("cases", f"/workers/{id}", HEAD)).json()
    body = {name: current[name] for name in ("licence", "skills", "mentor_id")} | changes
    return await city.put("cases", f"/workers/{id}", HEAD, body, version=version or current["version"], now=TUESDAY)


async def test_a_new_licence_is_told_and_new_skills_are_not(working: City) -> None:
    id = await worker(working)
    before = len(await announced(working, "worker_changed", id))
    assert (await edited(working, id, skills=["meals", "counselling"])).json()["skills"] == ["meals", "counselling"]
    assert len(await announced(working, "worker_changed", id)) == before
    answer = await edited(working, id, licence="senior")
    [*_, told] = await announced(working, "worker_changed", id)
    assert (told["licence"], told["is_trained"], told["version"]) == ("senior", True, answer.json()["version"])


async def test_passing_pre_service_is_told_once(working: City) -> None:
    id = await worker(working, trained=False)
    assert await announced(working, "worker_changed", id) == []
    for _ in range(2):
        await done(working, f"/workers/{id}/trainings", HEAD, PASSED)
    assert [fact["is_trained"] for fact in await announced(working, "worker_changed", id)] == [True]


async def test_a_mentor_is_another_one_of_the_station_who_is_here(working: City) -> None:
    id, mentor, gone = await worker(working), await worker(working), await worker(working)
    elsewhere = await worker(working, station=OTHER_STATION, head=OTHER_HEAD)
    await done(working, f"/workers/{gone}/leave", HEAD)
    refusals = {each: await edited(working, id, mentor_id=each) for each in (id, gone, elsewhere)}
    assert {answer.status_code for answer in refusals.values()} == {422}
    assert refusals[id].json()["type"].endswith("mentor-of-themself")
    assert (await edited(working, id, mentor_id=mentor)).json()["mentor_id"] == mentor


async def test_two_heads_do_not_overwrite_one_another_and_who_left_is_not_edited(working: City) -> None:
    id = await worker(working)
    version = (await working.get("cases", f"/workers/{id}", HEAD)).json()["version"]
    assert (await edited(working, id, version, licence="senior")).is_success
    assert (await edited(working, id, version, licence="none")).status_code == 412
    await done(working, f"/workers/{id}/leave", HEAD)
    assert (await edited(working, id)).json()["type"].endswith("has-left")


async def test_professional_and_administrative_minutes_are_told_apart_by_month(working: City) -> None:
    case = await opened(working)
    path = f"/cases/{case['id']}/services"
    # An hour before midnight of the last of March, and an hour after: the month is that of people here.
    april = datetime.fromisoformat("2026-04-01T00:30:00+08:00")
    for kind, minutes, when in (
        ("visit", 45, TUESDAY), ("counselling", 15, TUESDAY), ("administration", 20, TUESDAY),
        ("visit", 30, april - timedelta(hours=1)), ("casework", 50, april),
    ):  # fmt: skip
        form = {"kind": kind, "minutes": minutes, "person_times": 2, "reached": True, "occurred_at": when.isoformat()}
        await done(working, path, WORKER, form, now=april)

    async def months(address: str, year: int = 2026, by: Person = HEAD) -> list[dict[str, Any]]:
        answer = await working.get("cases", address, by, params={"year": year})
        assert answer.is_success, answer.text
        return list(answer.json()["months"])

    mine = f"/workers/{case['worker_id']}/time"
    assert await months(mine) == [
        {"month": "2026-03", "professional_minutes": 90, "administrative_minutes": 20, "professional_share": 81.8,
         "person_times": 8, "services": 4},
        {"month": "2026-04", "professional_minutes": 50, "administrative_minutes": 0, "professional_share": 100.0,
         "person_times": 2, "services": 1},
    ]  # fmt: skip
    assert await months(mine, 2025) == []
    before, _ = [month["administrative_minutes"] for month in await months(f"/stations/{STATION}/time")]
    form = {"kind": "administration", "minutes": 7, "reached": False}
    await done(working, path, WORKER, form, now=TUESDAY)
    assert (await months(f"/stations/{STATION}/time"))[0]["administrative_minutes"] == before + 7
    assert (await working.get("cases", mine, OTHER_HEAD, params={"year": 2026})).status_code == 404


async def test_a_case_that_rests_is_handed_over_too_with_what_was_to_be_done_in_it(working: City) -> None:
    case = await opened(working)
    path = f"/cases/{case['id']}"
    await done(working, f"{path}/tasks", WORKER, {"words": "上门", "due_on": "2026-03-20"})
    kept = {"words": "电话", "due_on": "2026-03-20", "worker_id": await worker(working)}
    await done(working, f"{path}/tasks", WORKER, kept)
    await done(working, f"{path}/suspend", WORKER)
    await done(working, f"/workers/{case['worker_id']}/leave", HEAD)
    successor = await worker(working)
    taken = await done(working, f"{path}/assign", HEAD, {"worker_id": successor})
    assert (taken["status"], taken["worker_id"]) == ("suspended", successor)
    tasks = await working.get("cases", "/tasks", HEAD, params={"case_id": case["id"]})
    assert [task["worker_id"] for task in tasks.json()["items"]] == [successor, kept["worker_id"]]
