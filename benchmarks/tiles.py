"""The heat map over a million facts: the product's tile, the GROUP BY that it replaces, and the rollup by hand."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.machine import Machine, sqlalchemy
from services.insights.repository import mapping
from services.insights.rules.months import month_span
from shared.kit.database import Context, Database

FACTS: Final = 1_000_000
MONTH: Final = "2026-03"
CATEGORY: Final = "category_3"
CITY: Final = Context(actor="bench", divisions=("3610",))
# A year of needs over 165 townships and 25 categories, one in five open, each answered in up to ten days.
NEEDS: Final = """
INSERT INTO need_episode (need_id, episode, groups, urgency, asked_urgency, division, station_id, status, category,
                          registered_at, contacted_at, breached)
SELECT gen_random_uuid(), 1, '{}', 'routine', 'routine', '3610' || lpad((20 + n % 11)::text, 2, '0')
       || lpad((100 + n / 11 % 15)::text, 3, '0'), gen_random_uuid(),
       (ARRAY['triaged', 'in_service', 'resolved', 'closed', 'closed'])[1 + n % 5],
       'category_' || abs(hashint4(n)::bigint) % 25,
       timestamptz '2026-01-01 00:00+08' + make_interval(secs => (n::bigint * 7919 % 31536000)::float8),
       timestamptz '2026-01-01 00:00+08' + make_interval(secs => (n::bigint * 7919 % 31536000 + n % 864000)::float8),
       '{}'
FROM generate_series(1, $1::int) AS n
"""
SURVEYS: Final = """
INSERT INTO survey (survey_id, need_id, episode, category, division, station_id, invited_at, resolved_at, answered_at,
                    responded, satisfaction)
SELECT gen_random_uuid(), need_id, 1, category, division, station_id, registered_at, registered_at, registered_at, true,
       1 + abs(hashtext(need_id::text)) % 5 FROM need_episode WHERE category LIKE 'category_%'
"""
# Every kind in every township, and the orders that took of it.
RESOURCES: Final = """
INSERT INTO resource (resource_id, provider, category, unit, areas, capacity, status)
SELECT md5(place || '.' || kind)::uuid, 'health', 'category_' || kind,
       'person_time', ARRAY['3610' || lpad((20 + place % 11)::text, 2, '0') || lpad((100 + place / 11)::text, 3, '0')],
       400, 'active'
FROM generate_series(0, 164) AS place, generate_series(0, 24) AS kind
"""
ORDERS: Final = """
INSERT INTO service_order (order_id, need_id, resource_id, provider, station_id, division, category, status, quantity,
                           used, requested_at)
SELECT gen_random_uuid(), gen_random_uuid(), md5((n % 165) || '.' || (n / 165 % 25))::uuid, 'health',
       gen_random_uuid(), '3610' || lpad((20 + n % 165 % 11)::text, 2, '0') || lpad((100 + n % 165 / 11)::text, 3, '0'),
       'category_' || (n / 165 % 25), (ARRAY['completed', 'completed', 'requested', 'cancelled'])[1 + n % 4], 2,
       CASE WHEN n % 4 < 2 THEN 1 END,
       timestamptz '2026-01-01 00:00+08' + make_interval(secs => (n::bigint * 7919 % 31536000)::float8)
FROM generate_series(1, $1::int) AS n
"""
TAKEN: Final = """
SELECT resource_id, sum(CASE WHEN status IN ('requested', 'accepted', 'in_progress', 'on_hold') THEN quantity
                             ELSE coalesce(used, 0) END)::int AS taken FROM service_order GROUP BY resource_id
"""
# What is left, without the sum that is kept: all orders added up.
LEFT: Final = f"""
SELECT areas, sum(greatest(capacity - coalesce(taken, 0), 0)) FROM resource LEFT JOIN ({TAKEN}) AS used
USING (resource_id) WHERE resource.status = 'active' AND (cast(:category AS text) IS NULL OR category = :category)
GROUP BY areas
"""
TABLES: Final = (
    "need_episode", "survey", "need_month", "answer_month", "contact_wait", "wait_month", "resource", "service_order",
    "resource_use",
)  # fmt: skip
BY_HAND: Final = """
SELECT coalesce(left(township, 9), left(township, 6), left(township, 4)), sum(asked), sum(open) FROM need_month
WHERE month = $1 AND ($2::text IS NULL OR category = $2)
GROUP BY GROUPING SETS (left(township, 9), left(township, 6), left(township, 4))
"""

Ask = Callable[[AsyncSession], Awaitable[Sequence[Any]]]


async def plant(machine: Machine) -> None:
    """The facts as rows; the rollups follow by themselves, as in life."""
    connection = await asyncpg.connect(machine.cluster.url("insights"))
    try:
        await connection.execute(NEEDS, FACTS)
        await connection.execute(SURVEYS)
        await connection.execute(RESOURCES)
        await connection.execute(ORDERS, FACTS)
        await connection.execute(f"INSERT INTO resource_use {TAKEN}")
        for table in TABLES:
            await connection.execute(f"VACUUM ANALYZE {table}")
    finally:
        await connection.close()


def tiles() -> dict[str, tuple[Ask, Ask]]:
    """Each layer's tile as the product asks for it, and as the GROUP BY would that it replaces."""
    needs = (mapping.needs_of_month, mapping.needs_of_period)
    layers = {
        "need": needs, "unmet_need": needs, "response_p90": (mapping.waits_of_month, mapping.waits_of_period),
        "satisfaction": (mapping.answers_of_month, mapping.answers_of_period),
    }  # fmt: skip
    found: dict[str, tuple[Ask, Ask]] = {}
    for name, category in (("a_month", None), ("a_month_and_category", CATEGORY)):
        for layer, (rollup, group_by) in layers.items():
            found[f"{layer}_{name}"] = (
                partial(rollup, month=MONTH, category=category),
                partial(group_by, period=month_span(MONTH).period, category=category),
            )
    for name, category in (("", None), ("_of_a_category", CATEGORY)):
        found[f"capacity_left{name}"] = (
            partial(mapping.capacity_left, category=category), partial(_left_by_orders, category=category)
        )  # fmt: skip
    return found


async def _left_by_orders(session: AsyncSession, category: str | None) -> Sequence[Any]:
    return (await session.execute(text(LEFT), {"category": category})).all()


async def _timed(database: Database, ask: Ask) -> tuple[float, list[tuple[Any, ...]]]:
    async with database.work(CITY) as session:
        # Beginning a transaction and saying who reads is no part of either way.
        await session.connection()
        started = time.perf_counter()
        rows = await ask(session)
        spent = time.perf_counter() - started
    return spent * 1000, sorted(tuple(row) for row in rows)


async def _measure(machine: Machine, repeats: int) -> dict[str, Any]:
    await plant(machine)
    database = Database.at(sqlalchemy(machine.cluster.url("insights", "insights_app")))
    connection = await asyncpg.connect(machine.cluster.url("insights"))
    spent: dict[str, dict[str, list[float]]] = {name: {"product": [], "group_by": []} for name in tiles()}
    floor: list[float] = []
    for _ in range(repeats * 3):
        for name, (product, group_by) in tiles().items():
            fast, answer = await _timed(database, product)
            slow, wanted = await _timed(database, group_by)
            if answer != wanted:
                raise RuntimeError(f"{name}: the tile is not what the GROUP BY says")
            spent[name]["product"].append(fast)
            spent[name]["group_by"].append(slow)
        started = time.perf_counter()
        await connection.fetch(BY_HAND, MONTH, None)
        floor.append((time.perf_counter() - started) * 1000)
    await connection.close()
    await database.close()
    return _told(spent, floor)


def _told(spent: dict[str, dict[str, list[float]]], floor: list[float]) -> dict[str, Any]:
    median = {name: {way: statistics.median(times) for way, times in ways.items()} for name, ways in spent.items()}
    return {
        "facts": FACTS,
        "tile_ms": {name: {way: round(value, 2) for way, value in ways.items()} for name, ways in median.items()},
        "product_to_group_by": {name: round(ways["product"] / ways["group_by"], 3) for name, ways in median.items()},
        "floor_ms_rollup_by_hand_without_security": round(statistics.median(floor), 2),
    }


def measure(machine: Machine, *, repeats: int) -> dict[str, Any]:
    """Medians and ratios; every tile answers what the GROUP BY answers."""
    return asyncio.run(_measure(machine, repeats))
