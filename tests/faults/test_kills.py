"""`kill -9` and restarts of the running platform, under load: nothing is lost or doubled, and it heals itself.

Seconds are told and not judged: how fast it heals is a promise (R8) for a machine that does nothing else meanwhile.
"""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Sequence
from uuid import UUID, uuid4

import httpx
import pytest

from tests.figures import Figure
from tests.journeys.platform import Platform, eventually, platform
from tests.people import HEAD, OPERATOR, need

SEED = 20261125
INTAKES = 240
CALLERS = 6
HANG_GUARD_SECONDS = 60
# No program dies five times in a minute: that would be a crash loop, and the platform would rightly stop.
VICTIMS = ("needs", "postgres", "identity", "needs", "postgres", "needs")


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[Platform]:
    async with platform() as made:
        yield made


async def intake(client: httpx.AsyncClient, key: str) -> UUID:
    """Ask until somebody acknowledges, always with the same key, as a front end does."""
    async with asyncio.timeout(90):
        while True:
            try:
                answer = await client.post("/needs/v1/needs", json=need(), headers={"Idempotency-Key": key})
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 201:
                return UUID(answer.json()["id"])
            # Whatever else is said while something is dead says "try again", and never that it is our fault.
            assert answer is None or answer.status_code in {409, 502, 503}, answer.text
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_or_doubled_through_six_kills(running: Platform, figure: Figure) -> None:
    chosen = random.Random(SEED)
    keys = [str(uuid4()) for _ in range(INTAKES)]
    moments = sorted(chosen.sample(range(10, INTAKES - 10), len(VICTIMS)))
    acknowledged: dict[str, UUID] = {}
    waiting = iter(keys)

    async def caller() -> None:
        async with running.client(OPERATOR) as client:
            for key in waiting:
                acknowledged[key] = await intake(client, key)

    healing: list[asyncio.Task[tuple[str, float]]] = []

    async def reaper() -> None:
        for victim, moment in zip(VICTIMS, moments, strict=True):
            while len(acknowledged) < moment:  # noqa: ASYNC110 -- the callers count, nobody announces
                await asyncio.sleep(0.01)
            running.kill(victim)
            healing.append(asyncio.create_task(healed(running, victim)))

    await asyncio.gather(reaper(), *(caller() for _ in range(CALLERS)))
    seconds = [await each for each in healing]
    assert len(acknowledged) == INTAKES
    await every_key_is_one_need(running, acknowledged)
    await replays_give_the_same(running, acknowledged)
    figure("R1", kills=len(VICTIMS), acknowledged=INTAKES, lost=0, doubled=0)
    figure(
        "R8", ms_until_a_service_was_ready_at_worst=worst(seconds, is_database=False),
        ms_until_the_database_was_at_worst=worst(seconds, is_database=True),
    )  # fmt: skip


async def healed(running: Platform, victim: str) -> tuple[str, float]:
    """Who was killed, and seconds until it said again that it can do its work; of the database, until needs said so."""
    service = "needs" if victim == "postgres" else victim
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(0.05)

    async def is_ready() -> bool:
        try:
            async with httpx.AsyncClient(timeout=HANG_GUARD_SECONDS, trust_env=False) as client:
                return (await client.get(f"{running.address(service)}/{service}/health/ready")).status_code == 200
        except httpx.TransportError:
            return False

    await eventually(is_ready)
    return victim, loop.time() - began


def worst(seconds: list[tuple[str, float]], *, is_database: bool) -> int:
    return round(1000 * max(took for victim, took in seconds if (victim == "postgres") is is_database))


async def every_key_is_one_need(running: Platform, acknowledged: dict[str, UUID]) -> None:
    """Acknowledgements = needs = facts."""
    connection = await running.database("needs")
    try:
        written = {row["id"] for row in await connection.fetch("SELECT id FROM need")}
        told = [row["subject"] for row in await connection.fetch(
            "SELECT subject FROM fact WHERE name = 'needs.need_registered.v1'"
        )]  # fmt: skip
    finally:
        await connection.close()
    assert written == set(acknowledged.values())
    assert sorted(told) == sorted(str(id) for id in written)


async def replays_give_the_same(running: Platform, acknowledged: dict[str, UUID]) -> None:
    async with running.client(OPERATOR) as client:
        for key, id in list(acknowledged.items())[::10]:
            assert await intake(client, key) == id


@pytest.mark.slow
async def test_matching_hears_of_every_need(running: Platform) -> None:
    """Facts reach the other service although both were killed."""

    async def all_heard() -> bool:
        needs, matching = await running.database("needs"), await running.database("matching")
        try:
            asked = await needs.fetchval("SELECT count(*) FROM need")
            return bool(asked == await matching.fetchval("SELECT count(*) FROM need"))
        finally:
            await needs.close()
            await matching.close()

    await eventually(all_heard)


async def answered_meanwhile(running: Platform, restarts: Sequence[str]) -> int:
    """Each is told to end and starts again while others ask; how many were answered, and all were."""
    is_over, answered = asyncio.Event(), 0

    async def caller(client: httpx.AsyncClient, head: httpx.AsyncClient) -> None:
        nonlocal answered
        while not is_over.is_set():
            key = {"Idempotency-Key": str(uuid4())}
            made = await client.post("/needs/v1/needs", json=need(), headers=key)
            assert made.status_code == 201, made.text
            listed = await head.get("/matching/v1/resources")
            assert listed.status_code == 200, listed.text
            answered += 2

    async def restarter() -> None:
        for victim in restarts:
            before = running.pid_of(victim)
            running.kill(victim, signal.SIGTERM)
            await eventually(lambda victim=victim, before=before: running.has_begun_anew(victim, before))  # type: ignore[misc]
            await healed(running, victim)
        is_over.set()

    async with running.client(OPERATOR) as client, running.client(HEAD) as head, asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(caller(client, head))
        group.create_task(restarter())
    return answered


@pytest.mark.slow
async def test_services_restart_under_load_and_no_request_fails(running: Platform, figure: Figure) -> None:
    restarts = ("needs", "identity", "matching")
    answered = await answered_meanwhile(running, restarts)
    assert answered > len(restarts)
    figure("R9", restarts=len(restarts), answered=answered, failed=0)
