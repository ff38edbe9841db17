"""Quantities under load and at random: never below zero, and the sums are the entries."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.service.capacity import reconcile
from shared.kit.database import Context
from shared.kit.ids import new_id
from tests.city import City
from tests.figures import Figure
from tests.matching.people import (
    FIRST,
    STATION,
    TUESDAY,
    act,
    officer,
    order,
    ordered,
    publish,
    resource,
    system,
    triaged,
)
from tests.people import HEAD

MACHINE = Context(actor="matching.timers", machine="matching.timers")
QUARTER_END = TUESDAY.replace(month=4, day=1, hour=0)


async def package(city: City, resource_id: str, quota: int) -> dict[str, Any]:
    grant = {"resource_id": resource_id, "station_id": str(STATION), "quarter": "2026Q1", "quota": quota}
    answer = await city.post("matching", "/packages", officer(FIRST), grant, now=TUESDAY)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def differences(city: City) -> dict[Any, int]:
    async with city.house("matching").database.work(MACHINE, now=TUESDAY) as session:
        return await reconcile(session)


async def sums(city: City, package_id: str) -> tuple[int, int, int]:
    body = (await city.get("matching", f"/packages/{package_id}/ledger", HEAD)).json()
    return body["remaining"], body["reserved"], body["used"]


async def until_heard(city: City, need_id: str, resource_id: str) -> httpx.Response:
    """Order as a client does: what was too busy is sent again with the same key."""
    key = str(new_id())
    body = {"need_id": need_id, "resource_id": resource_id}
    while True:
        answer = await city.post("matching", "/orders", HEAD, body, key=key, now=TUESDAY)
        if answer.status_code != 503:
            return answer


async def test_two_hundred_at_once_on_a_package_of_twenty_get_twenty(bare: City, figure: Figure) -> None:
    listed = await publish(bare, FIRST, "crowded", capacity=20)
    held = await package(bare, listed["id"], 20)
    need_id = await triaged(bare)
    answers = await asyncio.gather(*(until_heard(bare, need_id, listed["id"]) for _ in range(200)))
    assert Counter(answer.status_code for answer in answers) == {201: 20, 409: 180}
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {
        "urn:fuzhou:problem:nothing-left"
    }
    assert await sums(bare, held["id"]) == (0, 20, 0)
    assert await differences(bare) == {}
    figure("R4", attempts=len(answers), reserved=20, over_capacity=0, off_the_ledger=0)


async def test_a_package_that_was_not_used_up_expires_with_its_quarter(bare: City) -> None:
    listed = await publish(bare, FIRST, "expires")
    held = await package(bare, listed["id"], 5)
    made = await ordered(bare, await triaged(bare), listed["id"], quantity=2)
    await act(bare, made["id"], "accept", officer(FIRST))
    await bare.let_time_pass(QUARTER_END - timedelta(minutes=1))
    assert await sums(bare, held["id"]) == (3, 2, 0)
    await bare.let_time_pass(QUARTER_END)
    # What the order holds it keeps until it ends.
    assert await sums(bare, held["id"]) == (0, 2, 0)
    assert await differences(bare) == {}


STEP = st.tuples(
    st.sampled_from(["order", "accept", "reject", "start", "complete", "cancel", "grant"]), st.integers(0, 9)
)


@settings(max_examples=8, deadline=None)
@given(steps=st.lists(STEP, min_size=5, max_size=25))
async def test_whatever_is_done_the_ledger_is_what_was_given(giving: City, steps: list[tuple[str, int]]) -> None:
    city, need_id = giving, await triaged(giving)
    listed = await publish(city, FIRST, f"walk-{new_id()}", capacity=30)
    held = await package(city, listed["id"], 8)
    made: list[dict[str, Any]] = []
    for name, number in steps:
        if name == "grant":
            grant = {"resource_id": listed["id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": number + 1}
            await city.post("matching", "/packages", officer(FIRST), grant, now=TUESDAY)
        elif name == "order" or not made:
            answer = await order(city, need_id, listed["id"], quantity=number + 1)
            made += [answer.json()] if answer.status_code == 201 else []
        else:
            await _try(city, made[number % len(made)], name, number)
    assert await differences(city) == {}
    whole = sum(await sums(city, held["id"]))
    quota = next(
        row["quota"]
        for row in (await city.get("matching", "/packages", HEAD, params={"limit": 200})).json()["items"]
        if row["id"] == held["id"]
    )
    assert whole == quota
    left = (await city.get("matching", f"/resources/{listed['id']}", HEAD)).json()["capacity"]
    assert 0 <= left["available"] <= 30 - quota


async def _try(city: City, made: dict[str, Any], name: str, number: int) -> None:
    bodies: dict[str, Any] = {
        "complete": {"used": number},
        "reject": {"reason": "duplicate", "evidence": "重复派单，见台账"},
        "cancel": {"used": min(number, made["quantity"])},
    }
    person = HEAD if name == "cancel" else officer(FIRST)
    answer = await act(city, made["id"], name, person, bodies.get(name))
    assert answer.status_code in (200, 409, 422), answer.text


async def test_many_at_once_never_stand_in_each_others_way(bare: City, figure: Figure) -> None:
    listed = [await publish(bare, FIRST, f"busy-{number}", capacity=40) for number in range(2)]
    for each in listed:
        await package(bare, each["id"], 10)
    need_ids = [await triaged(bare) for _ in range(4)]
    turns = [(need_id, each["id"]) for need_id in need_ids for each in listed] * 4
    ends = ("reject", "cancel", "accept")

    async def one(place: int, need_id: str, resource_id: str) -> list[httpx.Response]:
        made = await order(bare, need_id, resource_id, quantity=1 + place % 3)
        if made.status_code != 201:
            return [made]
        return [made, await _end(bare, made.json(), ends[place % 3])]

    async def more(place: int) -> list[httpx.Response]:
        row = resource(capacity=40 + place)
        path = f"/providers/{FIRST}/resources/busy-{place % 2}"
        return [await bare.put("matching", path, system(FIRST), row, now=TUESDAY)]

    async def withdrawn() -> list[httpx.Response]:
        gone = await bare.post("needs", f"/needs/{need_ids[0]}/withdraw", HEAD, now=TUESDAY)
        await bare.let_time_pass(TUESDAY)
        return [gone]

    work = [one(place, *turn) for place, turn in enumerate(turns)] + [more(place) for place in range(6)] + [withdrawn()]
    answers = [answer for answers in await asyncio.gather(*work) for answer in answers]
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert [answer.text for answer in answers if answer.json().get("type", "").endswith(":busy")] == []
    assert await differences(bare) == {}
    figure("R4", attempts=len(turns), deadlocks=0, off_the_ledger=0)


async def _end(city: City, made: dict[str, Any], verb: str) -> httpx.Response:
    bodies = {"reject": {"reason": "duplicate", "evidence": "重复派单，见台账"}}
    return await act(city, made["id"], verb, HEAD if verb == "cancel" else officer(FIRST), bodies.get(verb))
