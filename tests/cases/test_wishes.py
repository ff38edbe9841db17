"""The plan asks for orders: a wish, the order that somebody makes of it, and what became of that."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.cases.rules.plans import WishState, state_of
from shared.kit.feed.listening import rewind
from shared.schemas.vocabulary import OrderStatus
from tests.cases.people import TUESDAY, arrived, done, opened, read, refused, worker
from tests.city import City
from tests.matching.people import FIRST, SECOND, publish, system
from tests.people import HEAD, OTHER_HEAD, WORKER


async def case_with_consent(city: City) -> dict[str, Any]:
    """A case whose need may be named to departments."""
    need = await arrived(city, consents_to_departments=True)
    body = {"need_id": need["id"], "worker_id": await worker(city)}
    return await done(city, "/cases", WORKER, body) | {"need_id": need["id"]}


async def wished(city: City, case: dict[str, Any], *, now: datetime = TUESDAY, **changes: Any) -> str:
    form = {"need_id": case["need_id"], "category": "meals", "quantity": 2} | changes
    id: str = (await done(city, f"/cases/{case['id']}/order-wishes", WORKER, form, now=now))["id"]
    return id


async def ordered(city: City, case: dict[str, Any], provider: str = FIRST) -> str:
    listed = await publish(city, provider, f"for-{uuid4().hex[:8]}")
    form = {"need_id": case["need_id"], "resource_id": listed["id"], "quantity": 2}
    order = await done(city, "/orders", WORKER, form, service="matching")
    await city.settle()
    id: str = order["id"]
    return id


async def act(city: City, order: str, verb: str, provider: str = FIRST, body: Any = None) -> None:
    await done(city, f"/orders/{order}/{verb}", system(provider), body, service="matching")
    await city.settle()


async def shown(city: City, case: dict[str, Any], id: str) -> dict[str, Any]:
    return next(each for each in (await read(city, case["id"]))["order_wishes"] if each["id"] == id)


async def test_the_station_sees_what_a_plan_asks_for_with_the_way_to_those_who_could_help(working: City) -> None:
    case = await case_with_consent(working)
    id = await wished(working, case, words="每周一至周五午餐")
    answer = await working.get("cases", "/order-wishes", HEAD, params={"case_id": case["id"], "open_only": True})
    (item,) = answer.json()["items"]
    assert (item["id"], item["category"], item["quantity"], item["state"]) == (id, "meals", 2, "wished")
    path = item["candidates"].removeprefix("/matching/v1")
    assert (await working.get("matching", path, HEAD, now=TUESDAY)).is_success
    elsewhere = await working.get("cases", "/order-wishes", OTHER_HEAD, params={"case_id": case["id"]})
    assert elsewhere.json()["items"] == []


async def test_an_order_for_the_need_and_category_stands_on_the_wish_from_request_to_completion(working: City) -> None:
    case = await case_with_consent(working)
    id = await wished(working, case)
    later = await arrived(working, "counselling", resident=None, resident_id=case["resident_id"])
    other = await wished(working, case, need_id=later["id"], category="counselling")
    order = await ordered(working, case)
    states = [(await shown(working, case, id))["state"]]
    for verb, body in (
        ("accept", None), ("start", None), ("hold", {"reason": "resident_papers"}), ("resume", None),
        ("complete", {"used": 2}),
    ):  # fmt: skip
        await act(working, order, verb, body=body)
        states.append((await shown(working, case, id))["state"])
    assert states == ["requested", "accepted", "in_progress", "on_hold", "in_progress", "completed"]
    assert [each["order_id"] for each in (await shown(working, case, id))["orders"]] == [order]
    assert (await shown(working, case, other))["state"] == "wished"
    timeline = (await working.get("cases", f"/cases/{case['id']}/timeline", WORKER)).json()["items"]
    assert {"matching.order_held.v1", "matching.order_resumed.v1"} <= {each["fact"] for each in timeline}


async def test_the_next_order_after_a_return_answers_the_same_wish(working: City) -> None:
    case = await case_with_consent(working)
    id = await wished(working, case)
    first = await ordered(working, case)
    await publish(working, SECOND, f"next-{uuid4().hex[:8]}")
    await act(working, first, "reject", body={"reason": "no_capacity", "evidence": "本月名额已满"})
    # The next candidate is asked by a timer.
    await working.let_time_pass(TUESDAY)
    found = await shown(working, case, id)
    assert found["orders"][0]["status"] == "rejected"
    assert len(found["orders"]) == 2
    assert found["state"] == "requested"


async def test_two_wishes_are_answered_by_two_orders(working: City) -> None:
    case = await case_with_consent(working)
    first, second = await wished(working, case), await wished(working, case)
    orders = [await ordered(working, case), await ordered(working, case)]
    answered = [(await shown(working, case, id))["orders"][0]["order_id"] for id in (first, second)]
    assert answered == orders


async def test_hearing_it_all_again_answers_nothing_twice(working: City) -> None:
    case = await case_with_consent(working)
    early = await ordered(working, case)
    await act(working, early, "accept")
    first = await wished(working, case)
    order = await ordered(working, case)
    await act(working, order, "accept")
    later = await wished(working, case, now=TUESDAY + timedelta(minutes=1))
    house = working.house("cases")
    async with house.database.work(house.listeners[0].context) as session:
        await rewind(session, ["matching"])
    await working.settle()
    assert [each["order_id"] for each in (await shown(working, case, first))["orders"]][:1] == [order]
    assert (await shown(working, case, first))["state"] == "accepted"
    assert (await shown(working, case, later))["state"] == "wished"


async def test_a_wish_is_withdrawn_unless_an_order_of_it_is_under_way(working: City) -> None:
    case = await case_with_consent(working)
    id = await wished(working, case)
    order = await ordered(working, case)
    path = f"/cases/{case['id']}/order-wishes/{id}/withdraw"
    assert await refused(working, path, WORKER) == (409, "wish-is-under-way")
    await done(working, f"/orders/{order}/cancel", WORKER, {"reason": "station_withdrew"}, service="matching")
    await working.settle()
    assert (await done(working, path, WORKER))["state"] == "withdrawn"
    await ordered(working, case)
    assert len((await shown(working, case, id))["orders"]) == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [({"need_id": str(uuid4())}, (422, "unknown-part")), ({"goal_id": str(uuid4())}, (422, "unknown-part")),
     ({"category": "counselling"}, (409, "wish-of-another-category"))],
)  # fmt: skip
async def test_a_wish_is_for_something_that_can_be_ordered(
    working: City, changes: dict[str, Any], problem: tuple[int, str]
) -> None:
    case = await opened(working)
    form = {"need_id": case["need_id"], "category": "meals"} | changes
    assert await refused(working, f"/cases/{case['id']}/order-wishes", WORKER, form) == problem


@pytest.mark.parametrize(
    ("latest", "is_withdrawn", "state"),
    [
        (None, False, "wished"),
        (None, True, "withdrawn"),
        ("rejected", True, "withdrawn"),
        ("accepted", True, "accepted"),
    ],
)
def test_a_withdrawn_wish_does_not_hide_an_order_that_runs(latest: str | None, is_withdrawn: bool, state: str) -> None:
    """The next candidate may be asked by itself in the moment in which the wish is withdrawn."""
    assert state_of(latest, is_withdrawn=is_withdrawn) == state


def test_every_state_of_an_order_can_stand_on_a_wish() -> None:
    never_told = {OrderStatus.DRAFT, OrderStatus.ENTERED_IN_ERROR}
    assert {status.value for status in set(OrderStatus) - never_told} <= {state.value for state in WishState}
