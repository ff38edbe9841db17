"""The whole way, at the front door: asked, matched, ordered, returned, silent, waiting; and asked, ordered, helped."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.schemas.access import Role
from tests.city import Person
from tests.journeys.platform import Platform, eventually, platform
from tests.people import HEAD, OPERATOR, TOWNSHIP, WORKER, need, person, triage

pytestmark = pytest.mark.slow

FIRST, SECOND = "civil_affairs", "womens_federation"
# Friday; the Saturday after it is a make-up workday (调休), the Sunday is not.
FRIDAY = datetime.fromisoformat("2026-05-08T15:00:00+08:00")
COUNTY = TOWNSHIP[:6]


def at(written: str) -> datetime:
    return datetime.fromisoformat(f"2026-{written}:00+08:00")


def system(slug: str) -> Person:
    return Person.of(Role.PROVIDER_SYSTEM, f"system-{slug}", provider=slug)


def officer(slug: str) -> Person:
    return Person.of(Role.PROVIDER_OFFICER, f"officer-{slug}", provider=slug)


def canteen(**changes: Any) -> dict[str, Any]:
    """A canteen for the elderly that counts its meals."""
    return {
        "name": "社区老年食堂助餐", "category": "meals", "unit": "person_time", "areas": [COUNTY], "capacity": 10,
        "division": TOWNSHIP, "assured_until": "2026-12-31",
    } | changes  # fmt: skip


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[Platform]:
    async with platform() as made:
        yield made


async def done(answer: Awaitable[httpx.Response]) -> Any:
    """The answer's body, once it is a success."""
    found = await answer
    assert found.is_success, f"{found.status_code} {found.text}"
    return found.json()


async def until_answered(ask: Callable[[], Awaitable[httpx.Response]], *, status: int = 200) -> Any:
    """The body, once the facts have arrived that the answer waits for."""
    found: list[Any] = []

    async def answered() -> bool:
        answer = await ask()
        found[:] = [answer.json()]
        return answer.status_code == status

    await eventually(answered)
    return found[0]


async def until_status(running: Platform, id: str, status: str, *, now: datetime) -> None:
    """Wait until the need stands so."""

    async def stands() -> bool:
        return bool((await done(running.get(f"/needs/v1/needs/{id}", HEAD, now=now)))["status"] == status)

    await eventually(stands)


async def list_canteen(running: Platform, slug: str, **changes: Any) -> dict[str, Any]:
    path = f"/matching/v1/providers/{slug}/resources/canteen"
    listed: dict[str, Any] = await until_answered(
        lambda: running.put(path, system(slug), canteen(**changes), now=FRIDAY)
    )
    return listed


async def asked_and_judged(running: Platform, *, now: datetime) -> str:
    """A need of an elderly woman, with her consent, that a station head has judged."""
    asked = await done(running.post("/needs/v1/needs", OPERATOR, need(consents_to_departments=True), now=now))
    id: str = asked["id"]
    await done(running.post(f"/needs/v1/needs/{id}/triage", HEAD, triage(), now=now))
    return id


async def candidates_of(running: Platform, id: str, *, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = await until_answered(
        lambda: running.get(f"/matching/v1/needs/{id}/candidates", HEAD, now=now)
    )
    return found


async def ordered(running: Platform, id: str, resource: UUID | str, *, now: datetime) -> dict[str, Any]:
    """The order, once matching knows of the need and the consent."""
    body = {"need_id": id, "resource_id": str(resource)}
    made: dict[str, Any] = await until_answered(
        lambda: running.post("/matching/v1/orders", HEAD, body, now=now), status=201
    )
    return made


async def left_of(running: Platform, slug: str, resource: str) -> int:
    listed = await done(running.get(f"/matching/v1/resources/{resource}", system(slug)))
    left: int = listed["capacity"]["available"]
    return left


async def tracking_token(running: Platform, reference: str) -> str:
    """The token as the phone would show it."""
    messages = await done(running.get("/needs/v1/messages", OPERATOR))
    text = next(message["text"] for message in messages["items"] if reference in message["text"])
    token: str = text.rsplit("/", 1)[1]
    return token


async def two_canteens(running: Platform) -> dict[str, str]:
    """Two departments list a canteen each; the resource of each."""
    listed = {FIRST: await list_canteen(running, FIRST), SECOND: await list_canteen(running, SECOND, division=None)}
    return {slug: resource["id"] for slug, resource in listed.items()}


async def returned(running: Platform, order: dict[str, Any], *, now: datetime) -> None:
    """The department returns it; the next one is asked by itself, right after."""
    refusal = {"reason": "no_capacity", "evidence": "本月助餐名额已满，附台账编号 2026-05-017"}
    by = officer(order["provider"])
    await done(running.post(f"/matching/v1/orders/{order['id']}/reject", by, refusal, now=now))
    await running.advance(now)


async def next_order(running: Platform, slug: str, need_id: str) -> dict[str, Any]:
    inbox = await done(running.get("/matching/v1/orders?status=requested", officer(slug)))
    (found,) = [row for row in inbox["items"] if row["need_id"] == need_id]
    asked: dict[str, Any] = found
    return asked


async def silent(running: Platform, order: dict[str, Any]) -> None:
    """Nobody answers: until its deadline it stands, then it is cancelled, and accepting is too late."""
    path, by = f"/matching/v1/orders/{order['id']}", officer(order["provider"])
    await running.advance(at("05-09T15:59"))
    assert (await done(running.get(path, by)))["status"] == "requested"
    await running.advance(at("05-09T16:01"))
    read = await done(running.get(path, by))
    assert (read["status"], read["cancellation"]) == ("cancelled", "no_reply")
    assert (await running.post(f"{path}/accept", by, now=at("05-09T16:05"))).status_code == 409


async def test_returned_then_silent_over_a_make_up_saturday_then_nobody_is_left(running: Platform) -> None:
    resources = await two_canteens(running)
    id = await asked_and_judged(running, now=FRIDAY)
    found = await candidates_of(running, id, now=FRIDAY)
    first, second = (row["offer"]["provider"] for row in found["candidates"])
    assert {first, second} == {FIRST, SECOND}

    order = await ordered(running, id, resources[first], now=FRIDAY)
    # Two and a half hours of Friday are left, and four and a half of a working day of seven are on the Saturday.
    assert order["due_at"] == "2026-05-09T15:00:00+08:00"
    await until_status(running, id, "ordered", now=FRIDAY)
    await returned(running, order, now=at("05-08T16:00"))
    assert await left_of(running, first, resources[first]) == 10

    asked = await next_order(running, second, id)
    assert (asked["replaces"], asked["due_at"]) == (order["id"], "2026-05-09T16:00:00+08:00")
    assert await left_of(running, second, resources[second]) == 9
    await silent(running, asked)
    assert await left_of(running, second, resources[second]) == 10

    await until_status(running, id, "waiting", now=at("05-09T16:05"))
    reference = (await done(running.get(f"/needs/v1/needs/{id}", HEAD)))["reference"]
    tracked = await done(running.get(f"/needs/v1/track/{await tracking_token(running, reference)}", OPERATOR))
    assert (tracked["status_zh"], tracked["reference"]) == ("轮候中", reference)


async def test_ordered_taken_done_and_the_card_is_open_only_while_the_order_runs(running: Platform) -> None:
    now = at("05-11T09:30")
    listed = await list_canteen(running, FIRST)
    id = await asked_and_judged(running, now=now)
    order = await ordered(running, id, listed["id"], now=now)
    card = {"order_id": order["id"]}
    taker = officer(FIRST)
    assert (await running.post("/needs/v1/residents/cards", taker, card, now=now)).status_code == 404

    await done(running.post(f"/matching/v1/orders/{order['id']}/accept", taker, now=now))
    shown = await until_answered(lambda: running.post("/needs/v1/residents/cards", taker, card, now=now))
    assert shown["items"][0]["fields"]["name"] == "王秀兰"
    assert "resident_number" not in shown["items"][0]["fields"]
    await until_status(running, id, "in_service", now=now)

    begun = at("05-11T14:00")
    await done(running.post(f"/matching/v1/orders/{order['id']}/start", taker, {}, now=begun))
    await done(running.post(f"/matching/v1/orders/{order['id']}/complete", taker, {"used": 1}, now=at("05-12T12:30")))

    async def closed() -> bool:
        return (await running.post("/needs/v1/residents/cards", taker, card)).status_code == 404

    await eventually(closed)
    await done(running.post(f"/needs/v1/needs/{id}/resolve", WORKER, {"outcome": "met"}, now=at("05-12T15:00")))
    read = await done(running.get(f"/needs/v1/needs/{id}", WORKER))
    contact = next(clock for clock in read["clocks"] if clock["kind"] == "first_contact")
    assert (read["status"], contact["met_at"]) == ("resolved", "2026-05-11T14:00:00+08:00")
    feed = await done(running.get("/matching/v1/feed", system(FIRST)))
    told = [event["type"].split(".")[1] for event in feed if event["subject"] == order["id"]]
    assert told == ["order_requested", "order_accepted", "order_started", "order_completed"]


async def test_no_log_of_any_process_names_the_person(running: Platform) -> None:
    written = {file.name: file.read_text("utf-8") for file in (running.home / "logs").glob("*.log")}
    assert {"needs.log", "matching.log", "identity.log", "door.log"} <= set(written)
    told = [*person().values(), person()["phones"][0]["number"], need()["words"]]
    for name, log in written.items():
        assert [value for value in told if isinstance(value, str) and len(value) > 6 and value in log] == [], name
        assert "王秀兰" not in log, name
