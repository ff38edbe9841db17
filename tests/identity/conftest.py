"""Identity with the accounts that everybody may try."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.postgres import Cluster
from services.identity.service.seed import seed
from tests.city import City, running


@pytest.fixture(scope="module")
async def city(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """Needs and identity, with sample accounts."""
    async with running(cluster, folder, ("needs", "identity")) as made:
        await seed(made.house("identity").database, secrets={}, with_samples=True, is_production=False)
        yield made
