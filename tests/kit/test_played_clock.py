"""A player hears and fires step by step, and lets the clock go at the end."""

from datetime import datetime

import httpx

from shared.kit.settings import ClockMode
from shared.schemas.access import Grant, Role
from tests.city import City, token
from tests.people import OPERATOR, need

MOMENT = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
TO = datetime.fromisoformat("2026-03-10T23:00:00+08:00")


async def step(city: City, service: str, **wishes: bool | list[str]) -> int:
    """What the player asks of a service; the status it answered."""
    headers = {"Authorization": f"Bearer {token(Grant(role=Role.SERVICE), subject='player')}"}
    transport = httpx.ASGITransport(city.internals[service])
    async with httpx.AsyncClient(transport=transport, base_url="http://internal", headers=headers) as client:
        return (await client.post(f"/{service}/clock", json={"to": TO.isoformat(), **wishes})).status_code


async def heard(city: City) -> int:
    owner = await city.owner("matching")
    try:
        count: int = await owner.fetchval("SELECT count(*) FROM need")
    finally:
        await owner.close()
    return count


async def test_a_step_begins_with_hearing_what_others_said(city: City) -> None:
    await city.settle()
    before = await heard(city)
    assert (await city.post("needs", "/needs", OPERATOR, need(), now=MOMENT)).status_code == 201
    assert await step(city, "matching") == 200
    assert await heard(city) == before, "nobody listens by themselves in tests"
    assert await step(city, "matching", by_step=True, of=["cases"]) == 200
    assert await heard(city) == before, "the player knows that only cases said something"
    assert await step(city, "matching", by_step=True) == 200
    assert await heard(city) == before + 1


async def test_a_clock_that_was_let_go_is_live_and_cannot_be_moved(city: City) -> None:
    assert await step(city, "feedback", by_step=True, release=True) == 200
    assert city.house("feedback").clock is ClockMode.LIVE
    assert await step(city, "feedback") == 409
