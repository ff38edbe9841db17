"""Reserving on one hot row: the product's one statement, against SELECT FOR UPDATE, and the same statement by hand."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.machine import Machine, sqlalchemy
from services.matching.models import Account, LedgerEntry
from services.matching.repository import ledger
from services.matching.rules.ledger import Entry
from shared.kit.database import Context, Database
from shared.kit.ids import new_id
from shared.schemas.vocabulary import LedgerEntryKind

CLIENTS: Final = 50
POOL: Final = 16
PLENTY: Final = 100_000_000
ACTOR: Final = Context(actor="bench", machine="matching.handlers")
ONE_STATEMENT: Final = """
WITH drawn AS (
    UPDATE account SET remaining = remaining - 1, updated_at = $2 WHERE id = $1 AND remaining >= 1 RETURNING id
)
INSERT INTO ledger_entry (account_id, kind, quantity, order_id, by, at)
SELECT id, 'reserve', 1, $3, 'bench', $2 FROM drawn RETURNING number
"""

Reserve = Callable[[], Awaitable[bool]]


async def hot_account(machine: Machine) -> UUID:
    """One resource with one account that never runs dry."""
    resource, account, now = new_id(), new_id(), datetime.now(UTC)
    connection = await asyncpg.connect(machine.cluster.url("matching"))
    try:
        await connection.execute(
            "INSERT INTO provider (slug, kind, name_zh, name_en, short_zh, since)"
            " VALUES ('bench', 'department', '测', 'bench', '测', $1) ON CONFLICT DO NOTHING", now.date()
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO resource (id, provider, external_id, name, category, unit, areas, documents, cost, schedule,"
            " capacity, lead_days, status, is_sample, digest, created_at, updated_at, version)"
            " VALUES ($1, 'bench', $2, '测', 'meals', 'place', '{3610}', '{}', '', '', $3, 0, 'active', true, '\\x00',"
            " $4, $4, 1)", resource, str(resource), PLENTY, now,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO account (id, kind, resource_id, provider, remaining, created_at, updated_at)"
            " VALUES ($1, 'capacity', $2, 'bench', $3, $4, $4)", account, resource, PLENTY, now,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO ledger_entry (account_id, kind, quantity, by, at) VALUES ($1, 'grant', $2, 'bench', $3)",
            account, PLENTY, now,
        )  # fmt: skip
    finally:
        await connection.close()
    return account


async def by_product(session: AsyncSession, account: UUID) -> bool:
    return await ledger.post(session, account, [Entry(LedgerEntryKind.RESERVE, 1, new_id())])


async def by_lock(session: AsyncSession, account: UUID) -> bool:
    """As most people would write it: lock, look, change, write why."""
    row = await session.scalar(select(Account).where(Account.id == account).with_for_update())
    if row is None or row.remaining < 1:
        return False
    row.remaining -= 1
    row.updated_at = session.info["now"]
    session.add(
        LedgerEntry(account_id=account, kind="reserve", quantity=1, order_id=new_id(), by="bench", at=row.updated_at)
    )
    return True


async def press(reserve: Reserve, seconds: float) -> tuple[int, float]:
    """How many fifty clients reserve, and how many that is a second."""
    ends, done = time.perf_counter() + seconds, 0

    async def client() -> None:
        nonlocal done
        while time.perf_counter() < ends:
            # Two steps: `done += await …` reads the count before it waits, and the others' counts are lost.
            reserved = await reserve()
            done += reserved

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return done, done / (time.perf_counter() - started)


async def written(machine: Machine, account: UUID) -> int:
    """How many reservations really stand in the ledger."""
    connection = await asyncpg.connect(machine.cluster.url("matching"))
    try:
        return int(
            await connection.fetchval(
                "SELECT count(*) FROM ledger_entry WHERE account_id = $1 AND kind = 'reserve'", account
            )
        )
    finally:
        await connection.close()


async def _measure(machine: Machine, repeats: int, seconds: float) -> dict[str, Any]:
    account = await hot_account(machine)
    url = sqlalchemy(machine.cluster.url("matching", "matching_app"))
    database = Database.at(url, pool_size=POOL)
    pool = await asyncpg.create_pool(machine.cluster.url("matching"), min_size=POOL, max_size=POOL)

    async def floor() -> bool:
        async with pool.acquire() as connection, connection.transaction():
            return bool(await connection.fetch(ONE_STATEMENT, account, datetime.now(UTC), new_id()))

    def through(act: Callable[[AsyncSession, UUID], Awaitable[bool]]) -> Reserve:
        async def reserve() -> bool:
            async with database.work(ACTOR) as session:
                return await act(session, account)

        return reserve

    ways: dict[str, Reserve] = {"floor": floor, "select_for_update": through(by_lock), "product": through(by_product)}
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, reserve in ways.items():
            before = await written(machine, account)
            done, speed = await press(reserve, seconds)
            if await written(machine, account) - before != done:
                raise RuntimeError(f"{name}: {done} were acknowledged, and not as many are written")
            speeds[name].append(speed)
    await pool.close()
    async with database.work(ACTOR) as session:
        off = await ledger.differences(session)
    await database.close()
    if off:
        raise RuntimeError(f"the ledger and the column disagree: {off}")
    median = {name: statistics.median(found) for name, found in speeds.items()}
    return {
        "reservations_per_second": {name: round(value) for name, value in median.items()},
        "product_to_select_for_update": round(median["product"] / median["select_for_update"], 3),
        "product_to_floor": round(median["product"] / median["floor"], 3),
        "over_booked": 0,
    }


def measure(machine: Machine, *, repeats: int, seconds: int) -> dict[str, Any]:
    """Medians and ratios; afterwards every entry is in the column and the other way round."""
    return asyncio.run(_measure(machine, repeats, seconds))
