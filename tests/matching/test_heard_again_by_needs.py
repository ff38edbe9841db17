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


async def test_a_position_set_back_changes_nothing_at_needs(giving: City) -> None:
    first = await publish(giving, FIRST, "heard-again")
    await publish(giving, SECOND, "heard-again")
    done, waiting = await triaged(giving), await triaged(giving)
    made = await ordered(giving, done, first["id"])
    for verb, body in (("accept", {}), ("start", {}), ("complete", {"used": 1})):
        assert (await act(giving, made["id"], verb, officer(FIRST), body)).is_success
    asked = await ordered(giving, waiting, first["id"])
    assert (await act(giving, asked["id"], "reject", officer(FIRST), REFUSAL)).is_success
    await giving.let_time_pass(TUESDAY + timedelta(days=2))
    assert len(await orders_of(giving, waiting)) == 2
    before = await everything(giving)
    assert {row["status"] for row in before["need"]} >= {"in_service", "waiting"}

    async with giving.house("needs").database.work(giving.house("needs").listeners[0].context) as session:
        await rewind(session, ["matching"])
    await giving.settle()
    assert await everything(giving) == before
    async with giving.house("needs").database.work(giving.house("needs").listeners[0].context) as session:
        assert await parked(session) == []
