"""A town at rest, for each module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.city import City, running
from tests.reconcile.town import build


@pytest.fixture(scope="module")
async def town(request: pytest.FixtureRequest, cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """All services, at rest, after much has happened; as many rounds of it as the module wants."""
    async with running(cluster, folder, BUILT) as city:
        await build(city, rounds=getattr(request.module, "ROUNDS", 1))
        yield city
