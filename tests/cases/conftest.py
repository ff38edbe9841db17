"""The city, once cases has heard the reference rows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.city import City, running


@pytest.fixture(scope="session")
async def working(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """All services, and everybody knows the stations: heard once for all tests of this folder."""
    async with running(cluster, folder, BUILT) as city:
        await city.settle()
        yield city
