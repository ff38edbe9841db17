"""The heat map over a million facts: the product's tile, the GROUP BY that it replaces, and the rollup by hand."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.machine import Machine, sqlalchemy
from services.insights.repository import mapping
from services.insights.rules.months import month_span
from shared.kit.database import Context, Database

FACTS: Final = 1_000_000
MONTH: Final = "2026-03"
CATEGORY: Final = "category_3"
CITY: Final = Context(actor="bench", divisions=("3610",))
# A year of needs over 162 townships and 25 categories, one in five open, each answered in up to ten days.
NEEDS: Final = """
INSERT INTO need_episode (need_id, episode, groups, urgency, asked_urgency, division, station_id, status, category,
                          registered_at, contacted_at, breached)
SELECT gen_random_uuid(), 1, '{}', 'routine', 'routine', '3610' || lpad((20 + n % 11)::text, 2, '0')
       || lpad((100 + n / 11 % 15)::text, 3, '0'), gen_random_uuid(),
       (ARRAY['triaged', 'in_service', 'resolved', 'closed', 'closed'])[1 + n % 5], 'category_' || (n * 7 % 25),
       timestamptz '2026-01-01 00:00+08' + make_interval(secs => (n::bigint * 7919 % 31536000)::float8),
       timestamptz '2026-01-01 00:00+08' + make_interval(secs => (n::bigint * 7919 % 31536000 + n % 864000)::float8),
       '{}'
FROM generate_series(1, $1::int) AS n
"""
SURVEYS: Final = """
INSERT INTO survey (survey_id, need_id, episode, category, division, station_id, invited_at, responded, satisfaction)
SELECT gen_random_uuid(), need_id, 1, category, division, station_id, registered_at, true,
       1 + abs(hashtext(need_id::text)) % 5 FROM need_episode WHERE category LIKE 'category_%'
"""
FILL: Final = (
    """
    TRUNCATE need_month
    """,
    """
    INSERT INTO need_month (month, township, category, asked, open)
    SELECT to_char(registered_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(division, 9),
           coalesce(category, ''), count(*),
           count(*) FILTER (WHERE status IN ('registered', 'triaged')) FROM need_episode GROUP BY 1, 2, 3
    """,
    """
    INSERT INTO answer_month (month, township, category, answered, satisfied)
    SELECT to_char(invited_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(division, 9), category, count(*),
           count(*) FILTER (WHERE satisfaction >= 4) FROM survey GROUP BY 1, 2, 3
    """,
)
BY_HAND: Final = """
SELECT coalesce(left(township, 9), left(township, 6), left(township, 4)), sum(asked), sum(open) FROM need_month
WHERE month = $1 AND ($2::text IS NULL OR category = $2)
GROUP BY GROUPING SETS (left(township, 9), left(township, 6), left(township, 4))
"""

Ask = Callable[[AsyncSession], Awaitable[Sequence[Any]]]


async def plant(machine: Machine) -> None:
    """The facts as rows. The rollups' triggers are left out for once: a test proves that they say what is filled in."""
    connection = await asyncpg.connect(machine.cluster.url("insights"))
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(NEEDS, FACTS)
        await connection.execute(SURVEYS)
        for statement in FILL:
            await connection.execute(statement)
        await connection.execute("RESET session_replication_role")
        for table in ("need_episode", "survey", "need_month", "answer_month"):
            await connection.execute(f"VACUUM ANALYZE {table}")
    finally:
        await connection.close()


def tiles() -> dict[str, tuple[Ask, Ask]]:
    """Each tile as the product asks for it, and as the GROUP BY would."""
    needs, answers = (mapping.needs_of_month, mapping.needs_of_period), (
        mapping.answers_of_month, mapping.answers_of_period,
    )  # fmt: skip
    return {
        f"{layer}_{name}": (
            partial(rollup, month=MONTH, category=category),
            partial(group_by, period=month_span(MONTH).period, category=category),
        )
        for name, category in (("a_month", None), ("a_month_and_category", CATEGORY))
        for layer, (rollup, group_by) in (("need", needs), ("satisfaction", answers))
    }


async def _timed(database: Database, ask: Ask) -> tuple[float, list[tuple[Any, ...]]]:
    async with database.work(CITY) as session:
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
    p90 = [(await _timed(database, _waits))[0] for _ in range(repeats)]
    await connection.close()
    await database.close()
    return _told(spent, floor, p90)


async def _waits(session: AsyncSession) -> Sequence[Any]:
    return await mapping.waits_of_period(session, month_span(MONTH).period, category=None)


def _told(spent: dict[str, dict[str, list[float]]], floor: list[float], p90: list[float]) -> dict[str, Any]:
    median = {name: {way: statistics.median(times) for way, times in ways.items()} for name, ways in spent.items()}
    return {
        "facts": FACTS,
        "tile_ms": {name: {way: round(value, 2) for way, value in ways.items()} for name, ways in median.items()},
        "product_to_group_by": {name: round(ways["product"] / ways["group_by"], 3) for name, ways in median.items()},
        "floor_ms_rollup_by_hand_without_security": round(statistics.median(floor), 2),
        # No rollup holds a percentile: this tile is the GROUP BY itself.
        "response_p90_ms": round(statistics.median(p90), 1),
    }


def measure(machine: Machine, *, repeats: int) -> dict[str, Any]:
    """Medians and ratios; every tile answers what the GROUP BY answers."""
    return asyncio.run(_measure(machine, repeats))
