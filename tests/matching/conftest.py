"""The city, once matching has heard the reference rows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.city import City, running
from tests.matching.people import withdraw_all


@pytest.fixture(scope="session")
async def giving(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """All services, and matching knows departments, divisions and rules: heard once for all tests of this folder."""
    async with running(cluster, folder, BUILT) as city:
        await city.settle()
        yield city


@pytest.fixture
async def bare(giving: City) -> City:
    """The same, and nobody offers anything yet."""
    await withdraw_all(giving)
    return giving
