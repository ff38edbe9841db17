"""Needs hears matching's facts a second time: nothing happens twice, and what stood stands."""

from datetime import timedelta
from typing import Any

from shared.kit.feed.listening import parked, rewind
from tests.city import City
from tests.matching.people import FIRST, REFUSAL, SECOND, TUESDAY, act, officer, ordered, orders_of, publish, triaged

TABLES = ("need", "need_order", "card_grant", "clock", "contact", "fact", "timer")


async def everything(city: City) -> dict[str, list[Any]]:
    """All rows of needs that facts from matching touch."""
    owner = await city.owner("needs")
    try:
        return {table: await owner.fetch(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES}
    finally:
        await owner.close()


async def test_a_position_set_back_changes_nothing_at_needs(bare: City) -> None:
    first = await publish(bare, FIRST, "told-twice")
    await publish(bare, SECOND, "told-twice")
    done, waiting = await triaged(bare), await triaged(bare)
    made = await ordered(bare, done, first["id"])
    for verb, body in (("accept", {}), ("start", {}), ("complete", {"used": 1})):
        assert (await act(bare, made["id"], verb, officer(FIRST), body)).is_success
    asked = await ordered(bare, waiting, first["id"])
    assert (await act(bare, asked["id"], "reject", officer(FIRST), REFUSAL)).is_success
    await bare.let_time_pass(TUESDAY + timedelta(days=2))
    assert len(await orders_of(bare, waiting)) == 2
    before = await everything(bare)
    assert {row["status"] for row in before["need"]} >= {"in_service", "waiting"}

    async with bare.house("needs").database.work(bare.house("needs").listeners[0].context) as session:
        await rewind(session, ["matching"])
    await bare.settle()
    assert await everything(bare) == before
    async with bare.house("needs").database.work(bare.house("needs").listeners[0].context) as session:
        assert await parked(session) == []
