"""The city, once insights has heard the reference rows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.city import City, running


@pytest.fixture(scope="module")
async def counted(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """All services, with nothing asked or given yet: figures are exactly what a test makes happen."""
    async with running(cluster, folder, BUILT) as city:
        await city.settle()
        yield city
