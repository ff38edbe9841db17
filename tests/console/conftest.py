"""The city with a console that has heard how everything is called."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.city import City, running


@pytest.fixture(scope="session")
async def open_city(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """All services, heard once for all tests of this folder."""
    async with running(cluster, folder, BUILT) as city:
        await city.settle()
        yield city
