"""Insights' ears: how fast all is made anew from facts, and how soon after a commit a fact is counted."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import httpx

from benchmarks.machine import ISSUER, KEYS_PORT, Machine, sqlalchemy
from benchmarks.rows import STATION, TOWNSHIP
from benchmarks.stories import AT, STORIES, story
from services.insights import handlers
from shared.kit.database import Context, Database
from shared.kit.feed.ears import HeardFact, handlers_in, preparations_in
from shared.kit.feed.listening import Listener, handle, rewind
from shared.kit.feed.log import announce
from shared.kit.peers import BATCH
from shared.kit.tokens import Claims, sign
from shared.schemas.access import Grant, Role
from shared.schemas.facts import Fact, needs
from shared.schemas.vocabulary import Channel, Urgency

NEEDS: Final = 1_500
RATE: Final = 200
# What a fact must write, by hand: the row, and its place in the month; a change of it; a contact.
BY_HAND: Final = {
    "needs.need_registered.v1": (
        "INSERT INTO need_episode (need_id, episode, groups, urgency, asked_urgency, division, station_id, status,"
        " registered_at, breached) VALUES ($1, 1, '{}', 'routine', 'routine', $2, $3, 'registered', $4, '{}')"
    ),
    "needs.need_triaged.v1": (
        "UPDATE need_episode SET category = 'meals', status = 'triaged', division = $2, station_id = $3,"
        " triaged_at = $4 WHERE need_id = $1 AND episode = 1"
    ),
    "needs.need_contacted.v1": (
        "UPDATE need_episode SET contacted_at = $4, contact_known_at = $4, division = $2, station_id = $3"
        " WHERE need_id = $1 AND episode = 1"
    ),
}


def heard(facts: Sequence[Fact]) -> list[HeardFact]:
    return [
        HeardFact(f"1-{number}-1", uuid4(), fact.name, fact.subject, 1, AT, fact.model_dump(mode="json"))
        for number, fact in enumerate(facts, 1)
    ]


async def _by_hand(machine: Machine, facts: Sequence[Fact]) -> float:
    connection = await asyncpg.connect(machine.cluster.url("insights"))
    started = time.perf_counter()
    for first in range(0, len(facts), BATCH):
        async with connection.transaction():
            for fact in facts[first : first + BATCH]:
                await connection.execute(BY_HAND[fact.name], UUID(fact.subject), TOWNSHIP, STATION, AT)
    spent = time.perf_counter() - started
    await connection.close()
    return len(facts) / spent


async def _by_product(database: Database, facts: Sequence[Fact]) -> float:
    batches = heard(facts)
    ears = handlers_in(handlers)
    context = Context(actor="insights.handlers", machine="insights.handlers")
    started = time.perf_counter()
    for first in range(0, len(batches), BATCH):
        async with database.work(context) as session:
            for preparation in preparations_in(handlers):
                await preparation(session, batches[first : first + BATCH])
            for fact in batches[first : first + BATCH]:
                await handle(session, fact, ears)
    return len(batches) / (time.perf_counter() - started)


async def _count(machine: Machine) -> tuple[int, int]:
    """How many episodes there are, and how many the month's rollup has."""
    connection = await asyncpg.connect(machine.cluster.url("insights"))
    try:
        rows = await connection.fetchval("SELECT count(*) FROM need_episode WHERE registered_at = $1", AT)
        kept = await connection.fetchval(
            "SELECT sum(asked) FROM need_month WHERE month = '2026-03' AND township = $1", TOWNSHIP
        )
        return int(rows), int(kept or 0)
    finally:
        await connection.close()


def _service_token(machine: Machine) -> str:
    now = int(time.time())
    claims = Claims(
        iss=ISSUER, sub="service:insights", aud=["needs"], iat=now, exp=now + 300, jti=str(uuid4()),
        client_id="bench", kind="machine", grants=[Grant(role=Role.SERVICE)],
    )  # fmt: skip
    return sign(claims, machine.key)


@asynccontextmanager
async def _needs_feed(machine: Machine) -> AsyncIterator[tuple[Database, httpx.AsyncClient]]:
    """The database of needs, and its feed over HTTP."""
    from services.needs.app import service

    given: dict[str, Any] = {
        "database_url": sqlalchemy(machine.cluster.url("needs", "needs_app")), "environment": "test",
        "clock": "played", "keys_file": machine.folder / "keys.json", "issuer": ISSUER,
        "identity_url": f"http://127.0.0.1:{KEYS_PORT}", "listens": False,
    }  # fmt: skip
    public, internal = service.build(service.settings(**given))
    async with public.router.lifespan_context(public):
        transport = httpx.ASGITransport(internal, client=("127.0.0.1", 1))
        headers = {"Authorization": f"Bearer {_service_token(machine)}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://needs", headers=headers) as client:
            yield public.state.house.database, client


async def _latency(machine: Machine, database: Database, seconds: int) -> dict[str, float]:
    """From a commit in needs to the commit in insights, through the long poll, at a modest rate."""
    said: dict[str, float] = {}
    counted: dict[str, float] = {}
    quiet = asyncio.Event()
    async with _needs_feed(machine) as (announcing, client):
        listener = asyncio.create_task(_listen(client, database, counted, quiet))
        # The reference rows of the beginning are heard first.
        await asyncio.wait_for(quiet.wait(), 60)
        await _announce(announcing, said, seconds)
        quiet.clear()
        await asyncio.wait_for(quiet.wait(), 60)
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)
    if missing := set(said) - set(counted):
        raise RuntimeError(f"{len(missing)} facts were announced and never counted")
    delays = sorted((counted[need] - said[need]) * 1000 for need in said)
    return {
        "p50": round(statistics.median(delays), 1),
        "p99": round(delays[int(len(delays) * 0.99)], 1),
        "facts_per_second": RATE,
    }


def _listener(client: httpx.AsyncClient, database: Database, batch: list[HeardFact]) -> Listener:
    """As insights listens; `batch` holds what was fetched last."""

    async def fetch(position: str | None) -> Sequence[HeardFact]:
        params: dict[str, Any] = {"timeout": 1, "limit": BATCH} | ({"after": position} if position else {})
        answer = await client.get("/needs/facts", params=params)
        answer.raise_for_status()
        batch[:] = [HeardFact.from_cloud_event(event) for event in answer.json()]
        return batch

    return Listener("insights", "needs", database, handlers_in(handlers), fetch, prepare=preparations_in(handlers))


async def _listen(
    client: httpx.AsyncClient, database: Database, counted: dict[str, float], quiet: asyncio.Event
) -> None:
    """Listen as insights does, and note when what was heard is committed; `quiet` when there is no news."""
    batch: list[HeardFact] = []
    listener = _listener(client, database, batch)
    while True:
        await listener.step()
        moment = time.perf_counter()
        counted |= {fact.subject: moment for fact in batch}
        if not batch:
            quiet.set()


async def _announce(database: Database, said: dict[str, float], seconds: int) -> None:
    context = Context(actor="bench", machine="needs.handlers")
    begun = time.perf_counter()
    for number in range(seconds * RATE):
        await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        need = uuid4()
        fact = needs.NeedRegistered(
            need_id=need, resident_id=None, reference="XQ", channel=Channel.HOTLINE, urgency=Urgency.ROUTINE,
            groups=(), division=TOWNSHIP, station_id=STATION, episode=1, registered_at=AT + timedelta(days=40),
        )  # fmt: skip
        async with database.work(context) as session:
            announce(session, fact)
        said[str(need)] = time.perf_counter()


async def _through_a_feed(machine: Machine) -> float:
    """Facts a second from zero: fetched over HTTP, decoded, heard, and committed with the position."""
    database = Database.at(sqlalchemy(machine.cluster.url("insights", "insights_app")))
    async with _needs_feed(machine) as (announcing, client):
        told = story("needs", times=NEEDS)
        for first in range(0, len(told), BATCH):
            async with announcing.work(Context(actor="bench", machine="needs.handlers")) as session:
                announce(session, *told[first : first + BATCH])
        listener = _listener(client, database, [])
        async with database.work(listener.context) as session:
            await rewind(session, ["needs"])
        started, count = time.perf_counter(), 0
        while taken := await listener.step():
            count += taken
        spent = time.perf_counter() - started
    await database.close()
    return count / spent


async def _measure(machine: Machine, repeats: int, seconds: int) -> dict[str, Any]:
    database = Database.at(sqlalchemy(machine.cluster.url("insights", "insights_app")))
    latency = await _latency(machine, database, seconds)
    feed = await _through_a_feed(machine)
    before, month = await _count(machine)
    speeds: dict[str, list[float]] = {name: [] for name in ("floor", *STORIES)}
    for _ in range(repeats):
        speeds["floor"].append(await _by_hand(machine, story("needs", times=NEEDS)))
        for publisher in STORIES:
            speeds[publisher].append(await _by_product(database, story(publisher, times=NEEDS)))
    rows, kept = await _count(machine)
    await database.close()
    wanted = repeats * 2 * NEEDS
    if rows - before != wanted or kept - month != wanted:
        raise RuntimeError(f"{wanted} needs were heard; {rows - before} are there and {kept - month} in the month")
    median = {name: statistics.median(found) for name, found in speeds.items()}
    return {
        "rebuild_facts_per_second": {name: round(value) for name, value in median.items()},
        "product_to_floor": round(median["needs"] / median["floor"], 3),
        "through_a_feed_facts_per_second": round(feed),
        "commit_to_counted_ms": latency,
    }


def measure(machine: Machine, *, repeats: int, seconds: int) -> dict[str, Any]:
    """Facts a second, and milliseconds from a commit; every fact is counted, once."""
    return asyncio.run(_measure(machine, repeats, seconds))
