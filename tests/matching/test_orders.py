"""The life of an order: requested, accepted or returned, begun, ended."""

from datetime import timedelta

from tests.city import City
from tests.matching.people import (
    FIRST,
    REFUSAL,
    SECOND,
    STATION,
    THIRD,
    TUESDAY,
    act,
    officer,
    order,
    ordered,
    orders_of,
    publish,
    system,
    triaged,
)
from tests.people import COUNTY, HEAD, OTHER_HEAD

LATER = TUESDAY + timedelta(hours=1)


async def left(city: City, resource_id: str) -> int:
    body = (await city.get("matching", f"/resources/{resource_id}", HEAD)).json()
    available: int = body["capacity"]["available"]
    return available


async def status_of_need(city: City, id: str) -> str:
    status: str = (await city.get("needs", f"/needs/{id}", HEAD)).json()["status"]
    return status


async def test_an_order_goes_from_request_to_completion_with_quantities(bare: City) -> None:
    listed = await publish(bare, FIRST, "whole-life")
    need_id = await triaged(bare)
    made = await ordered(bare, need_id, listed["id"], quantity=10)
    assert made["status"] == "requested"
    # One working day of six and a half hours, from ten on Tuesday.
    assert made["due_at"] == "2026-03-11T10:00:00+08:00"
    assert await left(bare, listed["id"]) == 10
    for verb, body in (("accept", None), ("start", None), ("complete", {"used": 6})):
        answer = await act(bare, made["id"], verb, officer(FIRST), body, now=LATER)
        assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["used"]) == ("completed", 6)
    assert await left(bare, listed["id"]) == 14
    await bare.settle()
    assert await status_of_need(bare, need_id) == "in_service"
    clock = (await bare.get("matching", f"/orders/{made['id']}", HEAD)).json()["clocks"][0]
    assert clock["met_at"] == "2026-03-10T11:00:00+08:00"


async def test_more_than_was_reserved_cannot_be_used(bare: City) -> None:
    listed = await publish(bare, FIRST, "too-much")
    made = await ordered(bare, await triaged(bare), listed["id"], quantity=2)
    for verb in ("accept", "start"):
        await act(bare, made["id"], verb, officer(FIRST))
    assert (await act(bare, made["id"], "complete", officer(FIRST), {"used": 3})).status_code == 422
    assert (await act(bare, made["id"], "complete", officer(FIRST), {"used": 2})).status_code == 200


async def test_a_package_is_drawn_before_the_resource_itself(bare: City) -> None:
    listed = await publish(bare, FIRST, "with-package")
    grant = {"resource_id": listed["id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": 3}
    package = (await bare.post("matching", "/packages", officer(FIRST), grant, now=TUESDAY)).json()
    need_id = await triaged(bare)
    first = await ordered(bare, need_id, listed["id"], quantity=2)
    second = await ordered(bare, need_id, listed["id"], quantity=2)
    assert first["account_id"] == package["id"]
    assert second["account_id"] not in (None, package["id"])
    named = await order(bare, need_id, listed["id"], quantity=2, package_id=package["id"])
    assert (named.status_code, named.json()["type"]) == (409, "urn:fuzhou:problem:nothing-left")


async def test_no_named_order_without_consent_or_a_lawful_reason(bare: City) -> None:
    listed = await publish(bare, FIRST, "named")
    need_id = await triaged(bare, consent=False)
    refused = await order(bare, need_id, listed["id"])
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fuzhou:problem:consent-missing")
    assert await left(bare, listed["id"]) == 20
    resident = (await bare.get("needs", f"/needs/{need_id}", HEAD)).json()["resident_id"]
    given = {"given": True, "evidence": "本人口头同意，已录音"}
    await bare.post("needs", f"/residents/{resident}/consents", HEAD, given, now=TUESDAY)
    await bare.settle()
    made = await ordered(bare, need_id, listed["id"])
    taken_back = {"given": False, "evidence": "本人来电撤回"}
    await bare.post("needs", f"/residents/{resident}/consents", HEAD, taken_back, now=LATER)
    await bare.settle()
    await bare.let_time_pass(LATER)
    [shown] = await orders_of(bare, need_id)
    assert (shown["id"], shown["status"], shown["cancellation"]) == (made["id"], "cancelled", "consent_withdrawn")
    override = {"need_id": need_id, "reason": "danger_to_life", "evidence": "站长记录"}
    answer = await bare.post("needs", f"/residents/{resident}/overrides", HEAD, override, now=LATER)
    assert answer.status_code == 201, answer.text
    await bare.settle()
    await ordered(bare, need_id, listed["id"], now=LATER)


async def test_what_a_rule_refuses_cannot_be_ordered(bare: City) -> None:
    elsewhere = await publish(bare, FIRST, "not-here", areas=["361021"])
    refused = await order(bare, await triaged(bare), elsewhere["id"])
    assert refused.status_code == 409
    assert "outside the area" in refused.json()["detail"]


async def test_a_draft_holds_nothing_and_is_the_stations_own(bare: City) -> None:
    listed = await publish(bare, FIRST, "drafted")
    draft = await ordered(bare, await triaged(bare), listed["id"], draft=True)
    assert (draft["status"], draft["due_at"]) == ("draft", None)
    assert await left(bare, listed["id"]) == 20
    assert (await bare.get("matching", f"/orders/{draft['id']}", officer(FIRST))).status_code == 404
    sent = await act(bare, draft["id"], "request", HEAD)
    assert sent.json()["status"] == "requested"
    assert await left(bare, listed["id"]) == 19
    assert (await act(bare, draft["id"], "request", HEAD)).status_code == 409


async def test_a_provider_hears_nothing_of_a_draft_that_was_dropped(bare: City) -> None:
    listed = await publish(bare, FIRST, "dropped")
    draft = await ordered(bare, await triaged(bare), listed["id"], draft=True)
    assert (await act(bare, draft["id"], "cancel", HEAD)).json()["status"] == "cancelled"
    assert draft["id"] not in (await bare.get("matching", "/feed", system(FIRST), params={"limit": 1000})).text


async def test_an_order_is_seen_by_its_people_only(bare: City) -> None:
    listed = await publish(bare, FIRST, "seen")
    made = await ordered(bare, await triaged(bare), listed["id"])
    for person, status in (
        (HEAD, 200), (COUNTY, 200), (officer(FIRST), 200), (OTHER_HEAD, 404), (officer(SECOND), 404),
    ):  # fmt: skip
        assert (await bare.get("matching", f"/orders/{made['id']}", person)).status_code == status
    assert (await act(bare, made["id"], "accept", officer(SECOND))).status_code == 404
    assert (await act(bare, made["id"], "accept", HEAD)).status_code == 403
    assert (await act(bare, made["id"], "complete", officer(FIRST), {"used": 0})).status_code == 409


async def test_a_return_asks_the_next_candidate_by_itself(bare: City) -> None:
    first = await publish(bare, FIRST, "returns")
    second = await publish(bare, SECOND, "is-next", lead_days=3)
    need_id = await triaged(bare)
    made = await ordered(bare, need_id, first["id"])
    assert (await act(bare, made["id"], "reject", officer(FIRST), {"reason": "no_capacity"})).status_code == 422
    returned = await act(bare, made["id"], "reject", officer(FIRST), REFUSAL, now=LATER)
    assert (returned.json()["status"], returned.json()["awaits_county"]) == ("rejected", False)
    assert await left(bare, first["id"]) == 20
    await bare.let_time_pass(LATER)
    _, follower = await orders_of(bare, need_id)
    assert (follower["resource_id"], follower["replaces"]) == (second["id"], made["id"])
    assert (follower["status"], follower["requested_at"]) == ("requested", "2026-03-10T11:00:00+08:00")
    evidence = await bare.get("matching", f"/orders/{made['id']}/evidence", HEAD)
    assert evidence.json()["evidence"] == REFUSAL["evidence"]


async def test_whom_the_return_names_is_asked_first(bare: City) -> None:
    first = await publish(bare, FIRST, "names")
    await publish(bare, SECOND, "better")
    named = await publish(bare, THIRD, "named", lead_days=30)
    need_id = await triaged(bare)
    made = await ordered(bare, need_id, first["id"])
    body = {"reason": "not_our_duty", "evidence": "职责清单第3条", "suggested_provider": THIRD}
    nobody = body | {"suggested_provider": "nobody_knows"}
    assert (await act(bare, made["id"], "reject", officer(FIRST), nobody)).status_code == 422
    await act(bare, made["id"], "reject", officer(FIRST), body, now=LATER)
    await bare.let_time_pass(LATER)
    assert [row["resource_id"] for row in await orders_of(bare, need_id)] == [first["id"], named["id"]]


async def test_missing_papers_go_back_to_the_station(bare: City) -> None:
    first = await publish(bare, FIRST, "papers")
    await publish(bare, SECOND, "would-be-next")
    need_id = await triaged(bare)
    made = await ordered(bare, need_id, first["id"])
    body = {"reason": "missing_information", "evidence": "缺户口簿复印件"}
    await act(bare, made["id"], "reject", officer(FIRST), body, now=LATER)
    await bare.let_time_pass(LATER)
    assert len(await orders_of(bare, need_id)) == 1
    again = await ordered(bare, need_id, first["id"], now=LATER)
    assert again["status"] == "requested"


async def test_a_withdrawn_need_cancels_its_orders(bare: City) -> None:
    listed = await publish(bare, FIRST, "withdrawn")
    need_id = await triaged(bare)
    made = await ordered(bare, need_id, listed["id"])
    await bare.post("needs", f"/needs/{need_id}/withdraw", HEAD, now=LATER)
    await bare.settle()
    await bare.let_time_pass(LATER)
    [shown] = await orders_of(bare, need_id)
    assert (shown["status"], shown["cancellation"], shown["due_at"]) == ("cancelled", "need_ended", None)
    assert await left(bare, listed["id"]) == 20
    late = await order(bare, need_id, listed["id"], now=LATER)
    assert (late.status_code, late.json()["type"]) == (409, "urn:fuzhou:problem:need-not-ready")
    assert (await act(bare, made["id"], "accept", officer(FIRST), now=LATER)).status_code == 409


async def test_the_station_takes_an_order_back(bare: City) -> None:
    listed = await publish(bare, FIRST, "taken-back")
    made = await ordered(bare, await triaged(bare), listed["id"])
    odd = await act(bare, made["id"], "cancel", HEAD, {"reason": "no_reply"})
    assert odd.status_code == 422
    done = await act(bare, made["id"], "cancel", HEAD)
    assert (done.json()["status"], done.json()["cancellation"]) == ("cancelled", "station_withdrew")
    assert await left(bare, listed["id"]) == 20


async def test_unsuitable_on_the_visit_is_a_return(bare: City) -> None:
    first = await publish(bare, FIRST, "on-the-visit")
    second = await publish(bare, SECOND, "after-the-visit", lead_days=3)
    need_id = await triaged(bare)
    made = await ordered(bare, need_id, first["id"], quantity=4)
    await act(bare, made["id"], "accept", officer(FIRST))
    body = {"reason": "returned", "evidence": "上门发现需专业护理", "used": 1}
    failed = await act(bare, made["id"], "fail", officer(FIRST), body, now=LATER)
    assert failed.json()["status"] == "failed"
    assert await left(bare, first["id"]) == 19
    await bare.let_time_pass(LATER)
    assert [row["resource_id"] for row in await orders_of(bare, need_id)] == [first["id"], second["id"]]


async def test_a_provider_finds_its_orders_in_its_inbox(bare: City) -> None:
    listed = await publish(bare, THIRD, "inbox")
    made = await ordered(bare, await triaged(bare), listed["id"])
    params = {"status": "requested", "due_before": "2026-03-12T00:00:00+08:00"}
    shown = (await bare.get("matching", "/orders", system(THIRD), params=params)).json()["items"]
    assert made["id"] in [row["id"] for row in shown]
    assert {row["provider"] for row in shown} == {THIRD}
