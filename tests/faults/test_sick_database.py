"""A database that is gone, may only be read, has no connections or no space left, or ends sessions at random.

Over the interface, with the real server: 503 with a time to come back and never 500, readiness red, and all is well
again by itself once it is.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.postgres import Cluster
from tests.city import City, running
from tests.figures import Figure
from tests.people import HEAD, OPERATOR, need

SEED = 20261125
HANG_GUARD_SECONDS = 30
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
END_ONE = END_OTHERS + " AND usename LIKE '%_app' ORDER BY random() LIMIT 1"
FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$
"""
Sickness = Callable[[City, Cluster], AbstractAsyncContextManager[None]]


@pytest.fixture(scope="module")
async def alone(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    async with running(cluster, folder, ("needs",), pool_wait_seconds=2) as made:
        yield made


async def tell(city: City, *statements: str) -> None:
    owner = await city.owner("needs")
    for statement in statements:
        await owner.execute(statement)
    await owner.close()


def database(city: City) -> str:
    return city.urls["needs"].rsplit("/", 1)[1]


@asynccontextmanager
async def gone(_: City, cluster: Cluster) -> AsyncIterator[None]:
    await cluster.stop()
    yield
    await cluster.start()


@asynccontextmanager
async def read_only(city: City, _: Cluster) -> AsyncIterator[None]:
    """As when a standby has taken over: sessions stay, and may only read."""
    await tell(city, "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    yield
    await tell(city, "SET transaction_read_only = off", "ALTER SYSTEM RESET default_transaction_read_only",
               "SELECT pg_reload_conf()")  # fmt: skip


@asynccontextmanager
async def out_of_connections(city: City, _: Cluster) -> AsyncIterator[None]:
    await tell(city, f"ALTER DATABASE {database(city)} CONNECTION LIMIT 0", END_OTHERS)
    yield
    await tell(city, f"ALTER DATABASE {database(city)} CONNECTION LIMIT -1")


@asynccontextmanager
async def disk_full(city: City, _: Cluster) -> AsyncIterator[None]:
    """The server says what it says when a table cannot grow."""
    await tell(city, FULL, "CREATE TRIGGER full_disk BEFORE INSERT ON need EXECUTE FUNCTION disk_is_full()")
    yield
    await tell(city, "DROP TRIGGER full_disk ON need", "DROP FUNCTION disk_is_full")


async def ask(city: City, key: str | None = None) -> httpx.Response:
    return await city.post("needs", "/needs", OPERATOR, need(), key=key or str(uuid4()))


async def ready(city: City) -> int:
    return (await city.client("needs").get("http://door/needs/health/ready")).status_code


def is_told_to_come_back(answer: httpx.Response) -> bool:
    is_in_form = answer.headers["content-type"] == "application/problem+json"
    return answer.status_code == 503 and is_in_form and answer.headers["retry-after"].isdigit()


@pytest.mark.parametrize("sickness", [gone, read_only, out_of_connections, disk_full])
async def test_while_the_database_is_sick_it_is_said_so_and_nothing_is_lost(
    alone: City, cluster: Cluster, sickness: Sickness, figure: Figure
) -> None:
    async with asyncio.timeout(HANG_GUARD_SECONDS):
        assert ((await ask(alone)).status_code, await ready(alone)) == (201, 200)
        keys = [str(uuid4()) for _ in range(8)]
        async with sickness(alone, cluster):
            told = [await ask(alone, keys[0]), *await asyncio.gather(*(ask(alone, key) for key in keys))]
            assert all(map(is_told_to_come_back, told)), {(answer.status_code, answer.text) for answer in told}
            looked = await alone.get("needs", "/needs", HEAD)
            assert looked.status_code == 200 or is_told_to_come_back(looked)
            assert await ready(alone) == 503
            assert (await alone.client("needs").get("http://door/needs/health/live")).status_code == 200
        # Nobody does anything: the next request finds all well, or the one after those that held dead connections.
        while (again := await ask(alone, keys[0])).status_code == 503:
            assert is_told_to_come_back(again)
        assert (again.status_code, await ready(alone)) == (201, 200)
        assert {(await ask(alone, key)).status_code for key in keys[1:]} == {201}
    figure("R8", refused_in_form_by_a_sick_database=len(told), answered_500=0)


async def test_sessions_that_ended_while_nobody_asked_fail_nobody(alone: City) -> None:
    async def all_at_once() -> set[int]:
        return {answer.status_code for answer in await asyncio.gather(*(ask(alone) for _ in range(10)))}

    assert await all_at_once() == {201}
    await tell(alone, END_OTHERS)
    # The server's last word to each is on its way.
    await asyncio.sleep(0.2)
    assert await all_at_once() == {201}


async def test_sessions_that_end_at_random_lose_and_double_nothing(alone: City, figure: Figure) -> None:
    """Whoever is cut off is told to come back; with the same key it is there once, and a lost answer is given again."""
    keys, chance, ended = [str(uuid4()) for _ in range(60)], random.Random(SEED), 0
    waiting, acknowledged, refused = iter(keys), dict[str, str](), 0
    owner = await alone.owner("needs")
    is_over = asyncio.Event()

    async def cut() -> None:
        """Now and then, and never so often that nobody ever ends: a slow machine has more answers between two cuts."""
        nonlocal ended
        while not is_over.is_set():
            ended += len(await owner.fetch(END_ONE))
            so_far, patience = len(acknowledged) + refused, chance.randint(1, 4)
            while len(acknowledged) + refused < so_far + patience and not is_over.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    async def caller() -> None:
        nonlocal refused
        for key in waiting:
            while (answer := await ask(alone, key)).status_code != 201:
                assert is_told_to_come_back(answer) or answer.status_code == 409, answer.text
                refused += 1
                await asyncio.sleep(0.01)
            acknowledged[key] = answer.json()["id"]

    async with asyncio.timeout(HANG_GUARD_SECONDS):
        cutting = asyncio.create_task(cut())
        await asyncio.gather(*(caller() for _ in range(4)))
        is_over.set()
        await cutting
    query = "SELECT count(*) FROM need WHERE id = ANY($1::uuid[])"
    assert await owner.fetchval(query, list(acknowledged.values())) == len(set(acknowledged.values())) == len(keys)
    # The server's last word to a session may still be on its way.
    await asyncio.sleep(0.1)
    assert {(await ask(alone, key)).json()["id"] for key in keys} == set(acknowledged.values())
    await owner.close()
    assert ended >= 5
    assert refused >= 1
    assert await ready(alone) == 200
    figure("R8", sessions_ended=ended, answered_500=0)
