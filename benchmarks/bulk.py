"""A department's file of 100,000 resources: the product's own address, against COPY of the rows that come of it.

Two floors, in the same run: COPY of the file's rows alone into a table without any index (the limit), and COPY of all
rows that the product writes (resource, account, ledger, fact) into its own tables, with their indexes and triggers.
"""

import asyncio
import json
import resource
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
from pydantic import SecretStr

from benchmarks.machine import ISSUER, KEYS_PORT, Machine, sqlalchemy
from benchmarks.rows import TOWNSHIP
from services.matching.app import service
from services.matching.settings import Settings
from shared.kit.ids import new_id
from shared.kit.settings import ClockMode, Environment
from shared.kit.tokens import Claims, sign
from shared.schemas.access import Grant, Role

ROWS: Final = 100_000
PROVIDER: Final = "civil_affairs"
CHUNK: Final = 64 * 1024
MOMENT: Final = datetime(2026, 3, 10, 2, tzinfo=UTC)
KNOWN: Final = ("table_name", "key", "valid_from", "valid_to", "body", "source", "version")
# What the product writes for one row, as the tables have it.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "resource": (
        "id", "provider", "external_id", "name", "category", "unit", "areas", "division", "documents", "cost",
        "schedule", "capacity", "lead_days", "status", "is_sample", "digest", "created_at", "updated_at", "version",
    ),
    "account": ("id", "kind", "resource_id", "provider", "remaining", "created_at", "updated_at"),
    "ledger_entry": ("account_id", "kind", "quantity", "by", "at"),
    "fact": ("id", "name", "subject", "sequence", "time", "body"),
}  # fmt: skip
BARE: Final = "CREATE UNLOGGED TABLE bare AS SELECT {} FROM resource LIMIT 0".format(", ".join(COLUMNS["resource"]))


def listing(number: int) -> dict[str, Any]:
    return {
        "external_id": f"bench-{number}", "name": f"社区老年食堂助餐{number}", "category": "meals",
        "unit": "person_time", "areas": [TOWNSHIP], "division": TOWNSHIP, "cost": "每餐自付2元",
        "schedule": "周一至周五 11:00–12:30", "capacity": 40, "lead_days": 1, "is_sample": True,
        "point": {"lng": 116.35, "lat": 27.94}, "documents": ["身份证"], "opens": "2026-01-01",
        "closes": "2027-01-01", "assured_until": "2026-12-31",
    }  # fmt: skip


def rows_by_hand(count: int) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of all tables, made without the product's code paths."""
    made: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
    for number in range(count):
        id, account, sent = new_id(), new_id(), listing(number)
        made["resource"].append(
            (
                id, PROVIDER, sent["external_id"], sent["name"], "meals", "person_time", [TOWNSHIP], TOWNSHIP,
                ["身份证"], sent["cost"], sent["schedule"], 40, 1, "active", True, b"\x00" * 32, MOMENT, MOMENT, 1,
            )
        )  # fmt: skip
        made["account"].append((account, "capacity", id, PROVIDER, 40, MOMENT, MOMENT))
        made["ledger_entry"].append((account, "grant", 40, "bench", MOMENT))
        body = {"resource_id": str(id), "provider": PROVIDER, "category": "meals", "areas": [TOWNSHIP], "capacity": 40}
        made["fact"].append((new_id(), "matching.resource_published.v1", str(id), 1, MOMENT, json.dumps(body)))
    return made


async def prepare(machine: Machine) -> None:
    """Matching knows what needs would have told it."""
    source = await asyncpg.connect(machine.cluster.url("needs"))
    target = await asyncpg.connect(machine.cluster.url("matching"))
    known = await source.fetch(f"SELECT {', '.join(KNOWN)} FROM reference_row")
    await target.copy_records_to_table("reference_row", records=[tuple(row) for row in known], columns=KNOWN)
    await target.execute(
        "INSERT INTO provider (slug, kind, name_zh, name_en, short_zh, since)"
        " VALUES ($1, 'department', '民政局', 'Civil Affairs', '民政', $2) ON CONFLICT DO NOTHING",
        PROVIDER, MOMENT.date(),
    )  # fmt: skip
    await source.close()
    await target.close()


async def empty(machine: Machine) -> None:
    connection = await asyncpg.connect(machine.cluster.url("matching"))
    await connection.execute("TRUNCATE fact, ledger_entry, account, resource, batch CASCADE")
    await connection.execute("DROP TABLE IF EXISTS bare")
    await connection.execute(BARE)
    await connection.execute("CHECKPOINT")
    await connection.close()


async def written(machine: Machine) -> tuple[int, int, int]:
    connection = await asyncpg.connect(machine.cluster.url("matching"))
    found = await connection.fetchrow(
        "SELECT (SELECT count(*) FROM resource), (SELECT count(*) FROM fact), (SELECT sum(version) FROM resource)"
    )
    await connection.close()
    return tuple(found or ())


async def timed(act: Callable[[], Awaitable[Any]], rows: int) -> float:
    """Rows a second."""
    began = time.perf_counter()
    await act()
    return rows / (time.perf_counter() - began)


async def copy(machine: Machine, made: dict[str, list[tuple[Any, ...]]], tables: dict[str, str]) -> None:
    """COPY of rows into tables, in one transaction."""
    connection = await asyncpg.connect(machine.cluster.url("matching"))
    async with connection.transaction():
        for source, table in tables.items():
            await connection.copy_records_to_table(table, records=made[source], columns=COLUMNS[source])
    await connection.close()


def token(machine: Machine) -> str:
    now = int(time.time())
    grant = Grant(role=Role.PROVIDER_SYSTEM, provider=PROVIDER)
    claims = Claims(
        iss=ISSUER, sub="system-bench", aud=["matching"], iat=now, exp=now + 300, jti=str(uuid4()), client_id="bench",
        grants=[grant],
    )  # fmt: skip
    return sign(claims, machine.key)


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]


async def push(machine: Machine, app: Any, body: bytes) -> dict[str, int]:
    """Send the file, and work until it is written; how many rows of each outcome."""
    headers = {"Authorization": f"Bearer {token(machine)}", "Content-Type": "application/x-ndjson"}
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench", headers=headers, timeout=600) as client:
        path = f"/matching/v1/providers/{PROVIDER}/resources/batch"
        answer = await client.post(path, content=pieces(body))
        if answer.status_code != 202:
            raise RuntimeError(answer.text)
        while await app.state.house.bulk.step():
            pass
        told = (await client.get(answer.headers["location"])).json()
    if told["status"] != "done":
        raise RuntimeError(str(told))
    counts: dict[str, int] = told["counts"]
    return counts


def peak_mib() -> float:
    """The most memory that this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _measure(machine: Machine, repeats: int, rows: int) -> dict[str, Any]:
    await prepare(machine)
    made: dict[str, list[tuple[Any, ...]]] = {}
    body = "\n".join(json.dumps(listing(number), ensure_ascii=False) for number in range(rows)).encode()
    settings = Settings(
        database_url=SecretStr(sqlalchemy(machine.cluster.url("matching", "matching_app"))),
        environment=Environment.TEST, clock=ClockMode.PLAYED,
        keys_file=machine.folder / "keys.json", issuer=ISSUER, identity_url=f"http://127.0.0.1:{KEYS_PORT}",
        listens=False,
    )  # fmt: skip
    app, _ = service.build(settings)
    speeds: dict[str, list[float]] = {name: [] for name in ("copy", "copy_same_writes", "product", "again")}
    grown, same = 0.0, {table: table for table in COLUMNS}
    async with app.router.lifespan_context(app):
        for number in range(repeats):
            await empty(machine)
            before = peak_mib()
            speeds["product"].append(await timed(lambda: push(machine, app, body), rows))
            # Only the first file meets a process that never held more than the body.
            grown = grown if number else peak_mib() - before
            speeds["again"].append(await timed(lambda: push(machine, app, body), rows))
            if await written(machine) != (rows, rows, rows):
                raise RuntimeError("not every row was written once, and told once")
            await empty(machine)
            made.update({} if made else rows_by_hand(rows))
            speeds["copy"].append(await timed(lambda: copy(machine, made, {"resource": "bare"}), rows))
            speeds["copy_same_writes"].append(await timed(lambda: copy(machine, made, same), rows))
    return _told(speeds, rows=rows, grown=grown)


def _told(speeds: dict[str, list[float]], *, rows: int, grown: float) -> dict[str, Any]:
    middle = {name: statistics.median(found) for name, found in speeds.items()}
    return {
        "rows": rows,
        **{f"{name}_rows_per_second": round(speed) for name, speed in middle.items()},
        "product_to_copy": round(middle["product"] / middle["copy"], 3),
        "product_to_copy_same_writes": round(middle["product"] / middle["copy_same_writes"], 3),
        "again_to_copy": round(middle["again"] / middle["copy"], 3),
        "memory_grown_mib": round(grown, 1),
    }


def measure(machine: Machine, *, repeats: int, rows: int = ROWS) -> dict[str, Any]:
    """Rows a second of the product and of the two floors, their ratios, and how much memory a file takes."""
    return asyncio.run(_measure(machine, repeats, rows))
