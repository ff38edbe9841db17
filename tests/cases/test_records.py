"""What is written down in a case: when it was done, who may read it, and what others hear of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cases.people import CONSENT, TUESDAY, announced, done, opened, read, refused, worker
from tests.city import City, Person
from tests.people import HEAD, WORKER

LATER = TUESDAY + timedelta(days=3)


def service(**changes: Any) -> dict[str, Any]:
    return {"kind": "visit", "minutes": 45, "reached": True} | changes


async def test_a_service_is_told_with_minutes_and_whether_it_was_professional(working: City) -> None:
    case = await opened(working)
    await done(working, f"/cases/{case['id']}/services", WORKER, service(kind="counselling", person_times=2))
    await done(working, f"/cases/{case['id']}/services", WORKER, service(kind="administration", minutes=20))
    told = await announced(working, "service_recorded", case["id"])
    assert [(fact["minutes"], fact["person_times"], fact["is_professional"]) for fact in told] == [
        (45, 2, True), (20, 1, False),
    ]  # fmt: skip
    assert {fact["worker_id"] for fact in told} == {case["worker_id"]}


async def test_reaching_the_person_about_a_need_is_contact(working: City) -> None:
    case = await opened(working)
    earlier = (TUESDAY + timedelta(hours=1)).isoformat()
    form = service(need_id=case["need_id"], contact="visit", occurred_at=earlier)
    await done(working, f"/cases/{case['id']}/services", WORKER, form, now=LATER)
    [told] = await announced(working, "contact_made", case["id"])
    assert (told["need_id"], told["kind"]) == (case["need_id"], "visit")
    assert datetime.fromisoformat(told["occurred_at"]) == TUESDAY + timedelta(hours=1)


async def test_reaching_nobody_is_no_contact(working: City) -> None:
    case = await opened(working)
    form = service(need_id=case["need_id"], contact="attempt", reached=False)
    await done(working, f"/cases/{case['id']}/services", WORKER, form)
    assert await announced(working, "contact_made", case["id"]) == []


async def test_how_somebody_was_reached_must_be_said(working: City) -> None:
    case = await opened(working)
    for contact in (None, "attempt"):
        form = service(need_id=case["need_id"], contact=contact)
        assert (await refused(working, f"/cases/{case['id']}/services", WORKER, form))[0] == 422


async def test_a_need_that_is_not_the_cases_is_not_served_in_it(working: City) -> None:
    case, other = await opened(working), await opened(working)
    form = service(need_id=other["need_id"], contact="call")
    assert await refused(working, f"/cases/{case['id']}/services", WORKER, form) == (422, "unknown-part")


@pytest.mark.parametrize(("hours", "is_late"), [(24, False), (25, True)])
async def test_what_was_written_down_more_than_a_day_later_is_marked(working: City, hours: int, is_late: bool) -> None:
    case = await opened(working)
    form = service(occurred_at=(LATER - timedelta(hours=hours)).isoformat())
    made = await done(working, f"/cases/{case['id']}/services", WORKER, form, now=LATER)
    assert made["is_late_entry"] is is_late


async def test_nothing_was_done_in_the_future_nor_before_the_case(working: City) -> None:
    case = await opened(working)
    for occurred in (TUESDAY - timedelta(minutes=1), LATER + timedelta(minutes=1)):
        form = service(occurred_at=occurred.isoformat())
        answer = await refused(working, f"/cases/{case['id']}/services", WORKER, form, now=LATER)
        assert answer == (422, "happened-at-another-time")


async def test_nobody_served_in_a_case_that_nobody_has(working: City) -> None:
    case = await opened(working, with_worker=False)
    path = f"/cases/{case['id']}/services"
    assert await refused(working, path, WORKER, service()) == (409, "nobody-has-it")
    untrained = await worker(working, trained=False)
    assert (await refused(working, path, WORKER, service(worker_id=untrained)))[1] == "not-trained"


async def test_words_are_sealed_and_reading_them_is_written_down(working: City) -> None:
    case = await opened(working)
    await done(working, f"/cases/{case['id']}/notes", WORKER, {"words": "老人说夜里睡不着，想念儿子。"})
    answer = await working.get("cases", f"/cases/{case['id']}/words", HEAD)
    assert [item["words"] for item in answer.json()["items"]] == ["老人说夜里睡不着，想念儿子。"]
    owner = await working.owner("cases")
    cell = await owner.fetchval("SELECT words_sealed FROM note WHERE case_id = $1", case["id"])
    assert "睡不着".encode() not in cell
    trail = await owner.fetch("SELECT actor, purpose FROM audit_entry WHERE subject = $1", case["resident_id"])
    await owner.close()
    assert [(row["actor"], row["purpose"]) for row in trail] == [(HEAD.subject, f"case:{case['id']}")]


async def test_a_note_is_never_changed_not_even_by_the_application(working: City) -> None:
    owner = await working.owner("cases")
    for table in ("note", "service_record", "assessment", "goal", "training"):
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            assert not await owner.fetchval("SELECT has_table_privilege('cases_app', $1, $2)", table, right)
    await owner.close()


async def tasks(city: City, who: Person, now: datetime, **wanted: Any) -> list[str]:
    answer = await city.get("cases", "/tasks", who, params={"limit": 200} | wanted, now=now)
    return [row["id"] for row in answer.json()["items"]]


async def test_tasks_are_mine_overdue_upcoming_or_done(working: City) -> None:
    who = Person("wu-tong", WORKER.grants)
    case = await opened(working, with_worker=False)
    await done(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": await worker(working, account="wu-tong")})
    path = f"/cases/{case['id']}/tasks"
    set_ = [
        await done(working, path, who, {"words": "上门", "due_on": day})
        for day in ("2026-03-12", "2026-03-13", "2026-03-14")
    ]
    late, today, done_one = (task["id"] for task in set_)
    await done(working, f"{path}/{done_one}/finish", who)
    assert await tasks(working, who, LATER, mine=True, state="overdue") == [late]
    assert await tasks(working, who, LATER, mine=True, state="upcoming") == [today]
    assert await tasks(working, who, LATER, mine=True, state="done") == [done_one]
    assert await tasks(working, HEAD, LATER, mine=True) == []


async def test_a_case_that_rests_takes_notes_and_nothing_else(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/consent", WORKER, CONSENT)
    await done(working, f"/cases/{id}/suspend", WORKER)
    assert (await refused(working, f"/cases/{id}/services", WORKER, service()))[1] == "case-cannot-move"
    await done(working, f"/cases/{id}/notes", WORKER, {"words": "本人外出探亲，月底返回。"})
    await done(working, f"/cases/{id}/resume", WORKER)
    assert (await read(working, id))["status"] == "open"
