"""Workers: trained before they have cases, and what they leave behind finds somebody."""

from datetime import datetime, timedelta

from tests.cases.people import PASSED, TUESDAY, announced, arrived, done, opened, read, refused, worker
from tests.city import City
from tests.people import HEAD, OTHER_HEAD, STATION, WORKER

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
