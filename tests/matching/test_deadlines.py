"""Silence, second returns, and what the county decides."""

from datetime import datetime, timedelta

from shared.kit.ids import new_id
from tests.city import City
from tests.matching.people import (
    COUNTY,
    FIRST,
    HEAD,
    REFUSAL,
    SECOND,
    THIRD,
    TUESDAY,
    act,
    officer,
    order,
    ordered,
    orders_of,
    publish,
    triaged,
)
from tests.people import OTHER_HEAD, triage

# The Saturday after this Friday is worked, for the days off of Spring Festival; the Sunday is not.
FRIDAY = datetime.fromisoformat("2026-02-27T16:00:00+08:00")
LATER = TUESDAY + timedelta(hours=1)


async def facts(city: City, subject: str) -> list[str]:
    owner = await city.owner("matching")
    rows = await owner.fetch("SELECT name, body FROM fact WHERE subject = $1 ORDER BY sequence", subject)
    await owner.close()
    return [row["name"].split(".")[1] for row in rows]


async def test_silence_across_a_made_up_saturday_asks_the_next_until_nobody_is_left(bare: City) -> None:
    first = await publish(bare, FIRST, "silent-1")
    second = await publish(bare, SECOND, "silent-2", lead_days=3)
    need_id = await triaged(bare, now=FRIDAY)
    made = await ordered(bare, need_id, first["id"], now=FRIDAY)
    # One hour on Friday, five and a half on Saturday.
    assert made["due_at"] == "2026-02-28T16:00:00+08:00"
    await bare.let_time_pass(datetime.fromisoformat("2026-02-28T16:00:00+08:00"))
    assert [row["status"] for row in await orders_of(bare, need_id)] == ["requested"]
    await bare.let_time_pass(datetime.fromisoformat("2026-02-28T16:01:00+08:00"))
    lapsed, following = await orders_of(bare, need_id)
    assert (lapsed["status"], lapsed["cancellation"]) == ("cancelled", "no_reply")
    # One hour is left of Saturday; the rest is on Monday.
    assert (following["resource_id"], following["due_at"]) == (second["id"], "2026-03-02T16:00:01+08:00")
    left = (await bare.get("matching", f"/resources/{first['id']}", HEAD)).json()["capacity"]
    assert left["available"] == 20
    await bare.let_time_pass(datetime.fromisoformat("2026-03-04T18:00:00+08:00"))
    assert [row["cancellation"] for row in await orders_of(bare, need_id)] == ["no_reply", "no_reply"]
    assert await facts(bare, need_id) == ["match_exhausted"]
    assert (await bare.get("needs", f"/needs/{need_id}", HEAD)).json()["status"] == "waiting"
    # Told at 50 and 80 per cent, at the end, and a day later.
    told = await facts(bare, made["id"])
    assert told.count("clock_warned") == 2
    assert told.count("clock_breached") == 2


async def test_accepting_too_late_is_refused_even_before_the_timer_has_run(bare: City) -> None:
    listed = await publish(bare, FIRST, "late")
    made = await ordered(bare, await triaged(bare), listed["id"])
    due = datetime.fromisoformat(made["due_at"])
    late = await act(bare, made["id"], "accept", officer(FIRST), now=due + timedelta(minutes=1))
    assert late.status_code == 409
    assert "deadline" in late.json()["detail"]
    # An answer at the deadline itself is in time.
    assert (await act(bare, made["id"], "accept", officer(FIRST), now=due)).status_code == 200


async def returned_twice(city: City) -> tuple[str, str]:
    """A need whose orders came back twice; and the order that waits for the county."""
    key = new_id()
    first = await publish(city, FIRST, f"disputed-{key}")
    await publish(city, SECOND, f"disputed-{key}", lead_days=3)
    await publish(city, THIRD, f"disputed-{key}", lead_days=9)
    need_id = await triaged(city)
    await ordered(city, need_id, first["id"])
    for provider in (FIRST, SECOND):
        last = (await orders_of(city, need_id))[-1]
        answer = await act(city, last["id"], "reject", officer(provider), REFUSAL, now=LATER)
        assert answer.status_code == 200, answer.text
        await city.let_time_pass(LATER)
    return need_id, last["id"]


async def test_a_second_return_waits_for_the_county(bare: City) -> None:
    need_id, waiting = await returned_twice(bare)
    assert len(await orders_of(bare, need_id)) == 2
    found = (await bare.get("matching", "/orders", COUNTY, params={"awaits_county": True})).json()["items"]
    assert waiting in [row["id"] for row in found]
    decision = {"ruling": "uphold", "reason": "退单理由成立"}
    assert (await act(bare, waiting, "arbitrate", HEAD, decision)).status_code == 403
    assert (await act(bare, waiting, "arbitrate", OTHER_HEAD, decision)).status_code == 403
    assert (await act(bare, waiting, "arbitrate", COUNTY, decision, now=LATER)).status_code == 200
    assert (await act(bare, waiting, "arbitrate", COUNTY, decision, now=LATER)).status_code == 409
    await bare.let_time_pass(LATER)
    assert [row["provider"] for row in await orders_of(bare, need_id)] == [FIRST, SECOND, THIRD]


async def test_what_the_county_decides_cannot_be_returned_again(bare: City) -> None:
    need_id, waiting = await returned_twice(bare)
    first = (await orders_of(bare, need_id))[0]["resource_id"]
    nameless = {"ruling": "assign", "reason": "由原单位承接"}
    assert (await act(bare, waiting, "arbitrate", COUNTY, nameless, now=LATER)).status_code == 422
    decided = await act(bare, waiting, "arbitrate", COUNTY, nameless | {"resource_id": first}, now=LATER)
    assert decided.status_code == 200, decided.text
    assert (decided.json()["is_arbitrated"], decided.json()["replaces"]) == (True, waiting)
    again = await act(bare, decided.json()["id"], "reject", officer(FIRST), REFUSAL, now=LATER)
    assert again.status_code == 409
    assert "county decided" in again.json()["detail"]
    # Silence on what the county decided goes back to the county.
    await bare.let_time_pass(datetime.fromisoformat(decided.json()["due_at"]) + timedelta(minutes=1))
    last = (await orders_of(bare, need_id))[-1]
    assert (last["cancellation"], last["awaits_county"]) == ("no_reply", True)


async def test_the_county_may_say_that_nobody_can_be_found(bare: City) -> None:
    need_id, waiting = await returned_twice(bare)
    await act(bare, waiting, "arbitrate", COUNTY, {"ruling": "wait", "reason": "提交联席会议"}, now=LATER)
    await bare.let_time_pass(LATER)
    assert (await bare.get("needs", f"/needs/{need_id}", HEAD)).json()["status"] == "waiting"


async def test_a_draft_that_was_never_sent_asks_nobody_and_the_need_waits(bare: City) -> None:
    listed = await publish(bare, FIRST, "beside-a-draft")
    need_id = await triaged(bare)
    made = await ordered(bare, need_id, listed["id"])
    assert (await ordered(bare, need_id, listed["id"], draft=True))["status"] == "draft"
    await act(bare, made["id"], "reject", officer(FIRST), REFUSAL, now=LATER)
    await bare.let_time_pass(LATER)
    assert (await bare.get("needs", f"/needs/{need_id}", HEAD)).json()["status"] == "waiting"


async def test_nobody_is_asked_for_a_need_that_was_withdrawn_meanwhile(bare: City) -> None:
    first = await publish(bare, FIRST, "meanwhile-1")
    await publish(bare, SECOND, "meanwhile-2")
    need_id = await triaged(bare)
    made = await ordered(bare, need_id, first["id"])
    await act(bare, made["id"], "reject", officer(FIRST), REFUSAL, now=LATER)
    await bare.post("needs", f"/needs/{need_id}/withdraw", HEAD, now=LATER)
    await bare.settle()
    await bare.let_time_pass(LATER)
    assert len(await orders_of(bare, need_id)) == 1


async def test_a_crisis_is_answered_within_the_hour_at_any_hour(bare: City) -> None:
    listed = await publish(bare, FIRST, "crisis")
    midnight = datetime.fromisoformat("2026-03-14T23:30:00+08:00")
    need_id = await triaged(bare, now=midnight, urgency="crisis")
    made = (await order(bare, need_id, listed["id"], now=midnight)).json()
    assert made["due_at"] == "2026-03-15T00:30:00+08:00"


async def test_a_need_that_becomes_a_crisis_is_answered_within_the_hour_of_the_rise(bare: City) -> None:
    listed, at = await publish(bare, FIRST, "hastened"), TUESDAY + timedelta(hours=1)
    need_id = await triaged(bare)
    made = await ordered(bare, need_id, listed["id"])
    await bare.post("needs", f"/needs/{need_id}/triage", HEAD, triage(urgency="crisis"), now=at)
    await bare.settle()
    await bare.let_time_pass(at)
    read = (await bare.get("matching", f"/orders/{made['id']}", officer(FIRST))).json()
    assert (read["urgency"], read["due_at"]) == ("crisis", "2026-03-10T12:00:00+08:00")
    assert [(clock["urgency"], clock["due_at"]) for clock in read["clocks"]] == [
        ("routine", made["due_at"]), ("crisis", "2026-03-10T12:00:00+08:00"),
    ]  # fmt: skip
    await bare.let_time_pass(at + timedelta(hours=1, minutes=1))
    ended = (await bare.get("matching", f"/orders/{made['id']}", HEAD)).json()
    assert (ended["status"], ended["cancellation"]) == ("cancelled", "no_reply")
    first, second = ended["clocks"]
    assert (first["breached_at"], second["breached_at"]) == (None, "2026-03-10T12:00:00+08:00")
    assert first["stopped_at"] is not None
