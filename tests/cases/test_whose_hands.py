"""Whose hands a case goes through: who may approve it, where its needs go, and what is told of it meanwhile."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from shared.schemas.access import Role
from tests.cases.people import CONSENT, TUESDAY, announced, approved, arrived, done, opened, read, refused, worker
from tests.city import City, Person
from tests.people import (
    COUNTY,
    HEAD,
    OPERATOR,
    OTHER_HEAD,
    OTHER_STATION,
    STATION,
    WORKER,
    triage,
)

OFFER = {"station_id": str(OTHER_STATION), "reason": "居民已迁往南城县居住"}


async def moved(city: City, asked: dict[str, Any], *, category: str, again: bool = False) -> None:
    """The need is judged again, for a station of another county, or back."""
    body = triage(category=category, station_id=str(STATION if again else OTHER_STATION))
    await done(city, f"/needs/{asked['id']}/triage", OPERATOR, body, service="needs")
    await city.settle()


async def cases_of(city: City, by: Person, resident: str) -> list[dict[str, Any]]:
    answer = await city.get("cases", "/cases", by, params={"resident_id": resident})
    assert answer.is_success, answer.text
    return list(answer.json()["items"])


async def test_a_need_that_moves_ends_its_part_here_and_is_taken_up_there(working: City) -> None:
    asked = await arrived(working, "counselling")
    (here,) = await cases_of(working, HEAD, asked["resident_id"])
    await moved(working, asked, category="counselling")
    (there,) = await cases_of(working, OTHER_HEAD, asked["resident_id"])
    [told] = await announced(working, "part_ended", here["id"])
    assert (told["need_id"], told["station_id"], told["moved_to"]) == (asked["id"], str(STATION), str(OTHER_STATION))
    kept = await read(working, here["id"])
    assert (kept["status"], kept["needs"][0]["ended_at"] is not None) == ("open", True)
    timeline = (await working.get("cases", f"/cases/{here['id']}/timeline", HEAD)).json()["items"]
    assert {"cases.part_ended.v1", "cases.nothing_asked"} <= {entry["fact"] for entry in timeline}
    parts = (await working.get("needs", f"/needs/{asked['id']}", OTHER_HEAD)).json()["cases"]
    assert {part["case_id"]: part["ended_at"] is None for part in parts} == {here["id"]: False, there["id"]: True}


async def test_a_need_that_comes_back_goes_on_where_it_was(working: City) -> None:
    asked = await arrived(working, "counselling")
    (here,) = await cases_of(working, HEAD, asked["resident_id"])
    await moved(working, asked, category="counselling")
    await moved(working, asked, category="counselling", again=True)
    (again,) = await cases_of(working, HEAD, asked["resident_id"])
    assert again["id"] == here["id"]
    assert [part["ended_at"] for part in (await read(working, here["id"]))["needs"]] == [None]
    (there,) = await cases_of(working, OTHER_HEAD, asked["resident_id"])
    assert len(await announced(working, "part_ended", there["id"])) == 1


async def test_a_need_that_has_ended_is_taken_into_no_case_and_it_is_said_why(working: City) -> None:
    case = await opened(working)
    ended = await arrived(working, resident=None, resident_id=case["resident_id"])
    body = {"reason": "no_longer_needed"}
    answer = await working.post("needs", f"/needs/{ended['id']}/withdraw", OPERATOR, {}, now=TUESDAY)
    if not answer.is_success:
        await done(working, f"/needs/{ended['id']}/withdraw", OPERATOR, body, service="needs")
    await working.settle()
    joining = {"need_id": ended["id"]}
    assert await refused(working, f"/cases/{case['id']}/needs", WORKER, joining) == (409, "need-has-ended")
    client = working.client("cases", WORKER, now=TUESDAY)
    headers = {"Idempotency-Key": str(uuid4()), "Accept-Language": "zh-CN"}
    told = (await client.post("/cases", json=joining, headers=headers)).json()
    assert told["type"].endswith("need-has-ended")
    assert "reopen" in told["detail"]
    assert "已撤回" in told["detail"]


async def held_by_the_head(city: City) -> tuple[dict[str, Any], Person, str, str]:
    """A case of the head themself, a colleague's id, and the head as a worker."""
    head = Person.of(Role.STATION_HEAD, f"head-{uuid4().hex[:8]}", stations=(str(STATION),))
    mine, colleague = await worker(city, account=head.subject), await worker(city)
    case = await opened(city, with_worker=False)
    await done(city, f"/cases/{case['id']}/assign", HEAD, {"worker_id": mine})
    await done(city, f"/cases/{case['id']}/consent", WORKER, CONSENT)
    return case, head, mine, colleague


async def test_a_head_who_gives_their_case_away_does_not_approve_it_meanwhile(working: City) -> None:
    case, head, _, colleague = await held_by_the_head(working)
    path = f"/cases/{case['id']}"
    await done(working, f"{path}/assign", head, {"worker_id": colleague}, now=TUESDAY + timedelta(hours=1))
    at = TUESDAY + timedelta(hours=2)
    asked = await done(working, f"{path}/approvals", WORKER, {"act": "intake"}, now=at)
    decide = f"{path}/approvals/{asked['id']}/decide"
    assert await refused(working, decide, head, {"approved": True}, now=at) == (403, "own-act")
    await done(working, decide, COUNTY, {"approved": True}, now=at)


async def test_a_head_who_takes_a_case_after_it_was_asked_does_not_approve_it(working: City) -> None:
    case, head, mine, colleague = await held_by_the_head(working)
    path = f"/cases/{case['id']}"
    asked = await done(working, f"{path}/approvals", WORKER, {"act": "intake"})
    await done(working, f"{path}/assign", HEAD, {"worker_id": colleague}, now=TUESDAY + timedelta(hours=1))
    decide = f"{path}/approvals/{asked['id']}/decide"
    assert (await refused(working, decide, head, {"approved": True}, now=TUESDAY + timedelta(hours=2)))[1] == "own-act"
    await done(working, decide, HEAD, {"approved": True}, now=TUESDAY + timedelta(hours=2))
    later = TUESDAY + timedelta(hours=3)
    closing = await done(working, f"{path}/approvals", WORKER, {"act": "closure"}, now=later)
    decide = f"{path}/approvals/{closing['id']}/decide"
    await done(working, f"{path}/assign", HEAD, {"worker_id": mine}, now=later)
    await done(working, f"{path}/assign", HEAD, {"worker_id": colleague}, now=later)
    assert (await refused(working, decide, head, {"approved": True}, now=later))[1] == "own-act"


async def test_what_the_head_asks_is_marked_for_the_county(working: City) -> None:
    case = await opened(working)
    both = Person(
        f"both-{uuid4().hex[:8]}",
        Person.of(Role.STATION_HEAD, stations=(str(STATION),)).grants
        + Person.of(Role.SOCIAL_WORKER, stations=(str(STATION),)).grants,
    )
    asked = await done(working, f"/cases/{case['id']}/approvals", both, {"act": "closure"})
    assert asked["is_for_county"] is True
    decide = f"/cases/{case['id']}/approvals/{asked['id']}/decide"
    assert (await refused(working, decide, both, {"approved": True}))[1] == "own-act"
    assert (await done(working, decide, COUNTY, {"approved": False}))["is_for_county"] is True


async def test_the_last_case_of_a_packet_that_another_station_takes_completes_it(working: City) -> None:
    case = await opened(working)
    await done(working, f"/workers/{case['worker_id']}/leave", HEAD)
    packet = (await read(working, case["id"]))["handover_id"]
    await done(working, f"/cases/{case['id']}/transfer", HEAD, OFFER)
    somebody = await worker(working, station=OTHER_STATION, head=OTHER_HEAD)
    await done(working, f"/cases/{case['id']}/transfer/answer", OTHER_HEAD, {"accepts": True, "worker_id": somebody})
    await working.let_time_pass(TUESDAY + timedelta(minutes=1))
    answer = await working.get("cases", "/handovers", HEAD, params={"limit": 200, "open_only": False})
    (found,) = [each for each in answer.json()["items"] if each["id"] == packet]
    assert (found["waiting"], found["completed_at"] is not None) == ([], True)


async def test_what_somebody_who_leaves_was_to_do_moves_with_the_packet(working: City) -> None:
    """Follow-ups of what has ended go to whom the head gives them; tasks in colleagues' cases to the colleagues."""
    ended, colleagues = await opened(working), await opened(working)
    leaving = ended["worker_id"]
    task = {"words": "陪同就诊", "due_on": "2026-03-20", "worker_id": leaving}
    await done(working, f"/cases/{colleagues['id']}/tasks", WORKER, task)
    await approved(working, ended["id"], "closure")
    await done(working, f"/cases/{ended['id']}/close", WORKER, {"outcome": "moved", "follow_ups": ["2026-04-10"]})
    await done(working, f"/workers/{leaving}/leave", HEAD)
    packet = (await read(working, ended["id"]))["handover_id"]
    assert packet is not None
    tasks = (await working.get("cases", "/tasks", HEAD, params={"case_id": colleagues["id"]})).json()["items"]
    assert [each["worker_id"] for each in tasks] == [colleagues["worker_id"]]
    successor = await worker(working)
    assert [each["worker_id"] for each in (await read(working, ended["id"]))["follow_ups"]] == [None]
    await done(working, f"/cases/{ended['id']}/assign", HEAD, {"worker_id": successor})
    found = await read(working, ended["id"])
    assert ([each["worker_id"] for each in found["follow_ups"]], found["status"]) == ([successor], "closed")
    answer = await working.get("cases", "/handovers", HEAD, params={"limit": 200})
    assert packet not in [each["id"] for each in answer.json()["items"]]


async def test_a_case_that_nobody_has_is_told_of_each_working_day_and_stands_in_a_list(working: City) -> None:
    case = await opened(working, with_worker=False, now=TUESDAY)
    friday = datetime.fromisoformat("2026-03-13T11:00:00+08:00")
    await working.let_time_pass(friday)
    assert [fact["told"] for fact in await announced(working, "case_unowned", case["id"])] == [1, 2, 3]
    for who in (HEAD, COUNTY):
        answer = await working.get("cases", "/cases", who, params={"is_unowned": True, "limit": 200})
        assert [row["alerts"] for row in answer.json()["items"] if row["id"] == case["id"]] == [3]
    await done(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": await worker(working)}, now=friday)
    await working.let_time_pass(friday + timedelta(days=5))
    assert len(await announced(working, "case_unowned", case["id"])) == 3


async def test_whoever_is_reached_was_in_contact_about_what_the_case_is_open_for(working: City) -> None:
    case = await opened(working)
    path = f"/cases/{case['id']}/services"
    for minutes in (30, 20):
        await done(working, path, WORKER, {"kind": "visit", "minutes": minutes, "reached": True})
    await done(working, path, WORKER, {"kind": "visit", "minutes": 10, "reached": False})
    told = await announced(working, "contact_made", case["id"])
    assert [(fact["need_id"], fact["kind"]) for fact in told] == [(case["need_id"], "visit")] * 2
    await working.settle()
    owner = await working.owner("needs")
    found = await owner.fetchval("SELECT count(*) FROM contact WHERE need_id = $1", case["need_id"])
    met = await owner.fetchval(
        "SELECT met_at FROM clock WHERE need_id = $1 AND kind = 'first_contact'", case["need_id"]
    )
    await owner.close()
    assert (found, met) == (2, TUESDAY), "two services of one minute are two contacts"


async def test_lines_of_the_list_are_told_apart_by_a_reference_that_says_nothing_of_anybody(working: City) -> None:
    case = await opened(working)
    asked = (await working.get("needs", f"/needs/{case['need_id']}", HEAD)).json()
    rows = await cases_of(working, WORKER, case["resident_id"])
    assert [row["reference"] for row in rows] == [asked["reference"]]


async def test_a_task_for_somebody_who_leaves_and_their_leaving_do_not_wait_for_each_other(working: City) -> None:
    """The case is held by somebody else while both begin: whoever holds the worker first holds the case next."""
    case = await opened(working)
    form = {"words": "上门", "due_on": "2026-03-20", "worker_id": case["worker_id"]}
    served = {"kind": "visit", "minutes": 30, "reached": True}
    for path, body in (("tasks", form), ("services", served)):
        owner = await working.owner("cases")
        async with owner.transaction():
            await owner.execute("SELECT 1 FROM casework WHERE id = $1::uuid FOR UPDATE", case["id"])
            writing = asyncio.create_task(
                working.post("cases", f"/cases/{case['id']}/{path}", WORKER, body, now=TUESDAY)
            )
            await asyncio.sleep(0.3)
            leaving = asyncio.create_task(
                working.post("cases", f"/workers/{case['worker_id']}/leave", HEAD, now=TUESDAY)
            )
            await asyncio.sleep(0.3)
        await owner.close()
        written, left = await asyncio.gather(writing, leaving)
        assert written.is_success, written.text
        assert left.is_success, left.text
        case = await opened(working)


async def test_a_need_is_not_asked_of_by_whom_it_does_not_concern(working: City) -> None:
    """What is elsewhere now is not contacted from here: a reached visit here says nothing of it."""
    asked = await arrived(working, "counselling")
    (here,) = await cases_of(working, HEAD, asked["resident_id"])
    await done(working, f"/cases/{here['id']}/assign", HEAD, {"worker_id": await worker(working)})
    await moved(working, asked, category="counselling")
    await done(working, f"/cases/{here['id']}/services", WORKER, {"kind": "visit", "minutes": 9, "reached": True})
    assert await announced(working, "contact_made", here["id"]) == []
