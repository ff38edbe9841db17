"""The lead order and its parts (首接负责): the lead ends last, and when it ends early another leads."""

from typing import Any

import asyncpg

from tests.city import City
from tests.matching.people import FIRST, REFUSAL, SECOND, THIRD, TUESDAY, act, officer, order, ordered, publish, triaged
from tests.people import HEAD, OTHER_HEAD, WORKER

UNABLE = {"reason": "provider_unable", "evidence": "人手不足"}


async def led(city: City, name: str) -> tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A need with a lead order of one department and a part each of two others."""
    listed = [await publish(city, provider, f"{name}-{provider}") for provider in (FIRST, SECOND, THIRD)]
    need_id = await triaged(city)
    lead = await ordered(city, need_id, listed[0]["id"])
    parts = [await ordered(city, need_id, each["id"], part_of=lead["id"]) for each in listed[1:]]
    return need_id, lead, parts[0], parts[1]


async def look(city: City, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await city.get("matching", f"/orders/{made['id']}", HEAD)).json()
    return found


async def serve(city: City, made: dict[str, Any], *verbs: str) -> None:
    for verb in verbs:
        body = {"used": 1} if verb == "complete" else None
        answer = await act(city, made["id"], verb, officer(made["provider"]), body)
        assert answer.status_code == 200, answer.text


async def test_the_lead_is_completed_after_its_parts_also_when_it_can_not_see_them(bare: City) -> None:
    _, lead, one, other = await led(bare, "last")
    assert (one["part_of"], other["part_of"], lead["part_of"]) == (lead["id"], lead["id"], None)
    await serve(bare, lead, "accept", "start")
    await serve(bare, one, "accept", "start", "complete")
    assert (await bare.get("matching", f"/orders/{other['id']}", officer(FIRST))).status_code == 404
    answer = await act(bare, lead["id"], "complete", officer(FIRST), {"used": 1})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:fuzhou:problem:order-cannot-move")
    assert "lead" in answer.json()["detail"]
    await act(bare, other["id"], "cancel", WORKER, {})
    await serve(bare, lead, "complete")


async def test_when_the_lead_fails_the_oldest_open_part_leads_and_who_replaces_it_is_a_part(bare: City) -> None:
    need_id, lead, one, other = await led(bare, "fails")
    # The next candidate is another department that nobody asked yet.
    spare = await publish(bare, FIRST, "fails-spare")
    await serve(bare, lead, "accept", "start")
    assert (await act(bare, lead["id"], "fail", officer(FIRST), UNABLE)).status_code == 200
    await bare.let_time_pass(TUESDAY)
    assert [(await look(bare, each))["part_of"] for each in (lead, one, other)] == [one["id"], None, one["id"]]
    orders = (await bare.get("matching", f"/orders?need_id={need_id}", HEAD)).json()["items"]
    (replacing,) = [each for each in orders if each["replaces"] == lead["id"]]
    assert (replacing["resource_id"], replacing["part_of"]) == (spare["id"], one["id"])
    await serve(bare, one, "accept", "start")
    assert (await act(bare, one["id"], "complete", officer(SECOND), {"used": 1})).status_code == 409


async def test_a_lead_that_is_returned_or_taken_back_passes_on_too(bare: City) -> None:
    _, lead, one, other = await led(bare, "returned")
    assert (await act(bare, lead["id"], "reject", officer(FIRST), REFUSAL)).status_code == 200
    await bare.let_time_pass(TUESDAY)
    assert (await look(bare, one))["part_of"] is None
    assert (await act(bare, one["id"], "cancel", HEAD, {})).status_code == 200
    await bare.let_time_pass(TUESDAY)
    assert (await look(bare, other))["part_of"] is None


async def test_who_replaces_a_part_is_a_part_of_the_same_lead(bare: City) -> None:
    need_id, lead, one, _ = await led(bare, "part")
    await publish(bare, SECOND, "part-spare")
    assert (await act(bare, one["id"], "reject", officer(SECOND), REFUSAL)).status_code == 200
    await bare.let_time_pass(TUESDAY)
    orders = (await bare.get("matching", f"/orders?need_id={need_id}", HEAD)).json()["items"]
    assert [each["part_of"] for each in orders if each["replaces"] == one["id"]] == [lead["id"]]


async def test_only_a_running_order_of_the_same_need_that_is_no_part_itself_can_lead(bare: City) -> None:
    need_id, lead, one, _ = await led(bare, "unfit")
    listed = await publish(bare, FIRST, "unfit-more")
    draft = await ordered(bare, need_id, listed["id"], draft=True)
    for named in (one["id"], draft["id"]):
        answer = await order(bare, need_id, listed["id"], part_of=named)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:fuzhou:problem:cannot-lead")
    stranger = await order(bare, await triaged(bare), listed["id"], part_of=lead["id"])
    assert (stranger.status_code, stranger.json()["errors"][0]["pointer"]) == (422, "#/part_of")
    await act(bare, lead["id"], "cancel", HEAD, {})
    assert (await order(bare, need_id, listed["id"], part_of=lead["id"])).status_code == 409


async def test_a_draft_that_was_never_sent_keeps_no_lead_from_ending(bare: City) -> None:
    listed, need_id = await publish(bare, FIRST, "draft-part"), await triaged(bare)
    lead = await ordered(bare, need_id, listed["id"])
    draft = await ordered(bare, need_id, listed["id"], part_of=lead["id"], draft=True)
    await serve(bare, lead, "accept", "start", "complete")
    assert (await act(bare, draft["id"], "request", HEAD)).json()["part_of"] is None


async def said(city: City, made: dict[str, Any]) -> list[str]:
    owner: asyncpg.Connection[asyncpg.Record] = await city.owner("matching")
    rows = await owner.fetch("SELECT name FROM fact WHERE subject = $1 ORDER BY sequence", made["id"])
    await owner.close()
    return [row["name"] for row in rows]


async def test_an_order_stands_still_with_a_reason_and_goes_on(bare: City) -> None:
    listed = await publish(bare, FIRST, "held")
    made = await ordered(bare, await triaged(bare), listed["id"], quantity=2)
    await serve(bare, made, "accept", "start")
    held = await act(bare, made["id"], "hold", officer(FIRST), {"reason": "resident_away"})
    assert (held.json()["status"], held.json()["hold_reason"]) == ("on_hold", "resident_away")
    assert (await act(bare, made["id"], "complete", officer(FIRST), {"used": 1})).status_code == 409
    assert (await act(bare, made["id"], "hold", officer(SECOND), {"reason": "resident_away"})).status_code == 404
    on = await act(bare, made["id"], "resume", officer(FIRST))
    assert (on.json()["status"], on.json()["hold_reason"], on.json()["held_at"]) == ("in_progress", None, None)
    assert (await act(bare, made["id"], "resume", officer(FIRST))).status_code == 409
    assert (await said(bare, made))[-2:] == ["matching.order_held.v1", "matching.order_resumed.v1"]
    await serve(bare, made, "complete")


async def test_what_stands_still_can_still_fail_and_gives_back_what_it_held(bare: City) -> None:
    listed = await publish(bare, FIRST, "held-fails")
    made = await ordered(bare, await triaged(bare), listed["id"], quantity=5)
    await serve(bare, made, "accept", "start")
    await act(bare, made["id"], "hold", officer(FIRST), {"reason": "force_majeure"})
    assert (await act(bare, made["id"], "fail", officer(FIRST), UNABLE)).status_code == 200
    left = (await bare.get("matching", f"/resources/{listed['id']}", HEAD)).json()["capacity"]["available"]
    assert left == 20


async def test_nobody_of_another_station_orders_a_part(bare: City) -> None:
    need_id, lead, _, _ = await led(bare, "elsewhere")
    listed = await publish(bare, FIRST, "elsewhere-more")
    assert (await order(bare, need_id, listed["id"], part_of=lead["id"], by=OTHER_HEAD)).status_code == 404
