"""The embedded database: it starts after any kind of end, and only once at a time."""

import asyncio
import os
import signal
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from deploy.ports import listen, port_of
from deploy.postgres import Cluster, ClusterCannotStart, throwaway
from deploy.postgres.processes import inside

BUSY = "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with throwaway(port=25500) as started:
        yield started


@asynccontextmanager
async def connected(cluster: Cluster) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(cluster.url())
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


def test_only_the_owner_can_read_the_password(cluster: Cluster) -> None:
    assert stat.S_IMODE((cluster.folder / "password").stat().st_mode) == 0o600


def test_only_the_databases_account_can_enter_the_socket_folder(cluster: Cluster) -> None:
    assert stat.S_IMODE((cluster.folder / "socket").stat().st_mode) == 0o700


async def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(cluster.url(), password="guess")


async def test_a_second_copy_is_told_who_runs_the_first(cluster: Cluster) -> None:
    with pytest.raises(ClusterCannotStart, match=f"Process {os.getpid()} already runs"):
        await Cluster(cluster.folder).start()


async def test_what_was_committed_is_there_after_the_server_was_killed_at_work(cluster: Cluster) -> None:
    async with connected(cluster) as connection:
        await connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    busy = await asyncpg.connect(cluster.url())
    work = asyncio.create_task(busy.execute(BUSY))
    await asyncio.sleep(0.2)
    port = cluster.port
    assert cluster.pid is not None
    os.kill(cluster.pid, signal.SIGKILL)
    while cluster.is_running:  # noqa: ASYNC110  the kernel is asked, no event exists
        await asyncio.sleep(0.01)
    assert inside(cluster.data), "the busy session must outlive its server, or this test shows nothing"

    await cluster.start()

    assert cluster.port == port
    async with connected(cluster) as connection:
        assert await connection.fetchval("SELECT number FROM kept") == 7
    with suppress(OSError, asyncpg.PostgresError):
        await work
    busy.terminate()


async def test_a_stopped_cluster_starts_again(cluster: Cluster) -> None:
    await cluster.stop()
    assert not inside(cluster.data)
    await cluster.start()
    assert cluster.is_running


def test_a_taken_port_is_passed_over() -> None:
    with listen(25700) as taken, throwaway(port=port_of(taken)) as second:
        assert second.port == port_of(taken) + 1
