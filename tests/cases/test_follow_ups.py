"""Follow-up after the end: planned, due, recorded, and what it leads to."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cases.people import CONSENT, TUESDAY, approved, done, opened, read, refused, worker
from tests.city import City, Person
from tests.people import HEAD, OTHER_HEAD, WORKER

JUNE = datetime.fromisoformat("2026-06-10T10:00:00+08:00")
REACHED = {"reached": True, "kind": "call", "standing": "stable"}


async def ended(city: City, *days: str, account: str | None = None) -> str:
    """A case that ended in March, with days to look back."""
    case = await opened(city, with_worker=account is None)
    if account is not None:
        id = await worker(city, account=account)
        await done(city, f"/cases/{case['id']}/assign", HEAD, {"worker_id": id})
    await done(city, f"/cases/{case['id']}/consent", WORKER, CONSENT)
    await approved(city, case["id"], "closure")
    form = {"outcome": "met", "scores": {"mind": 4}, "follow_ups": days}
    await done(city, f"/cases/{case['id']}/close", WORKER, form)
    ended_one: str = case["id"]
    return ended_one


async def listed(city: City, who: Person, now: datetime = JUNE, **wanted: Any) -> list[str]:
    answer = await city.get("cases", "/follow-ups", who, params={"limit": 200} | wanted, now=now)
    assert answer.is_success, answer.text
    return [row["due_on"] for row in answer.json()["items"]]


async def follow_up_of(city: City, case: str, place: int = 0) -> str:
    id: str = (await read(city, case))["follow_ups"][place]["id"]
    return id


async def test_closing_plans_the_days_to_look_back(working: City) -> None:
    id = await ended(working, "2026-09-10", "2026-06-10", "2026-06-10")
    assert [(each["due_on"], each["done_at"]) for each in (await read(working, id))["follow_ups"]] == [
        ("2026-06-10", None), ("2026-09-10", None),
    ]  # fmt: skip


async def test_follow_ups_are_mine_overdue_upcoming_or_done(working: City) -> None:
    account = "follows-up"
    who = Person(account, WORKER.grants)
    id = await ended(working, "2026-06-09", "2026-06-10", "2026-06-11", account=account)
    path = f"/cases/{id}/follow-ups/{await follow_up_of(working, id, 2)}/record"
    await done(working, path, who, REACHED, now=JUNE)
    assert await listed(working, who, mine=True, state="overdue") == ["2026-06-09"]
    assert await listed(working, who, mine=True, state="upcoming") == ["2026-06-10"]
    assert await listed(working, who, mine=True, state="done") == ["2026-06-11"]
    assert await listed(working, HEAD, mine=True) == []
    assert await listed(working, OTHER_HEAD, case_id=id) == []


async def test_what_a_follow_up_found_is_kept_and_its_words_are_sealed(working: City) -> None:
    id = await ended(working, "2026-06-10")
    form = REACHED | {"standing": "better", "words": "睡眠好转，能自己做饭。"}
    path = f"/cases/{id}/follow-ups/{await follow_up_of(working, id)}/record"
    found = await done(working, path, WORKER, form, now=JUNE)
    assert (found["reached"], found["kind"], found["standing"], found["done_by"]) == (
        True, "call", "better", WORKER.subject,
    )  # fmt: skip
    assert (await refused(working, path, WORKER, REACHED, now=JUNE))[1] == "follow-up-over"
    words = (await working.get("cases", f"/cases/{id}/words", HEAD)).json()["items"]
    assert ("follow_up", "睡眠好转，能自己做饭。") in [(each["kind"], each["words"]) for each in words]
    owner = await working.owner("cases")
    sealed = await owner.fetchval("SELECT words_sealed FROM follow_up WHERE id = $1", found["id"])
    await owner.close()
    assert "睡眠".encode() not in sealed


async def test_who_was_not_reached_is_looked_for_again(working: City) -> None:
    id = await ended(working, "2026-06-10")
    form = {"reached": False, "kind": "attempt", "next_on": "2026-06-17"}
    await done(working, f"/cases/{id}/follow-ups/{await follow_up_of(working, id)}/record", WORKER, form, now=JUNE)
    assert await listed(working, HEAD, case_id=id, state="upcoming") == ["2026-06-17"]


@pytest.mark.parametrize(
    "form",
    [
        {"reached": True, "kind": "call"}, {"reached": True, "kind": "attempt", "standing": "stable"},
        {"reached": False, "kind": "call", "standing": "stable"},
    ],
    ids=["how they stand is not said", "an attempt reaches nobody", "nobody was reached who could stand so"],
)  # fmt: skip
async def test_a_record_that_contradicts_itself_is_refused(working: City, form: dict[str, Any]) -> None:
    id = await ended(working, "2026-06-10")
    path = f"/cases/{id}/follow-ups/{await follow_up_of(working, id)}/record"
    assert (await refused(working, path, WORKER, form, now=JUNE))[0] == 422


async def test_it_happened_after_the_end_and_not_in_the_future_and_late_entries_are_marked(working: City) -> None:
    id = await ended(working, "2026-06-10")
    path = f"/cases/{id}/follow-ups/{await follow_up_of(working, id)}/record"
    for wrong in (TUESDAY - timedelta(minutes=1), JUNE + timedelta(minutes=1)):
        form = REACHED | {"occurred_at": wrong.isoformat()}
        assert await refused(working, path, WORKER, form, now=JUNE) == (422, "happened-at-another-time")
    form = REACHED | {"occurred_at": (JUNE - timedelta(hours=25)).isoformat()}
    assert (await done(working, path, WORKER, form, now=JUNE))["is_late_entry"] is True


async def test_follow_up_comes_after_the_end_and_lies_ahead(working: City) -> None:
    open_one, id = (await opened(working))["id"], await ended(working)
    form = {"due_on": "2026-06-10"}
    assert await refused(working, f"/cases/{open_one}/follow-ups", WORKER, form) == (409, "not-ended-yet")
    assert await refused(working, f"/cases/{id}/follow-ups", WORKER, form | {"due_on": "2026-03-09"}) == (
        422, "day-is-past",
    )  # fmt: skip
    made = await done(working, f"/cases/{id}/follow-ups", WORKER, form)
    assert made["worker_id"] == (await read(working, id))["worker_id"]


async def test_a_follow_up_that_was_recorded_leads_to_reopening_and_the_other_days_are_dropped(working: City) -> None:
    id = await ended(working, "2026-06-10", "2026-09-10")
    first = await follow_up_of(working, id)
    path = f"/cases/{id}/reopen"
    assert await refused(working, path, HEAD, {"follow_up_id": first}, now=JUNE) == (409, "nothing-found")
    form = REACHED | {"standing": "needs_help"}
    await done(working, f"/cases/{id}/follow-ups/{first}/record", WORKER, form, now=JUNE)
    other = await ended(working, "2026-06-10")
    stranger = {"follow_up_id": await follow_up_of(working, other)}
    assert await refused(working, path, HEAD, stranger, now=JUNE) == (422, "unknown-part")
    again = await done(working, path, HEAD, {"follow_up_id": first}, now=JUNE)
    assert (again["status"], again["stage"]) == ("open", "assessment")
    assert await listed(working, HEAD, case_id=id) == ["2026-06-10"]
    found, dropped = (await read(working, id))["follow_ups"]
    assert (found["reopened_at"] is not None, found["dropped_at"]) == (True, None)
    assert (dropped["due_on"], dropped["dropped_at"] is not None) == ("2026-09-10", True)
