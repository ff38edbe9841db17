"""The city, once matching has heard the reference rows."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.city import City, running
from tests.matching.people import withdraw_all


@pytest.fixture(scope="session")
async def giving(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """All services, and matching knows departments, divisions and rules: heard once for all tests of this folder."""
    await _leave_feeds_alone(cluster)
    async with running(cluster, folder, BUILT) as city:
        await city.settle()
        yield city


async def _leave_feeds_alone(cluster: Cluster) -> None:
    """An ANALYZE of the database itself is a transaction too, and holds facts back while it runs.

    Live listeners ask again a moment later; `settle` takes it for quiet.
    """
    connection = await asyncpg.connect(cluster.url())
    await connection.execute("ALTER SYSTEM SET autovacuum = off")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


@pytest.fixture
async def bare(giving: City) -> City:
    """The same, and nobody offers anything yet."""
    await withdraw_all(giving)
    return giving
