"""Identity with the accounts that everybody may try, and the console to sign in through."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from deploy.postgres import Cluster
from services.identity.service.seed import seed
from tests.city import City, running
from tests.identity.browser import SECRET


@pytest.fixture(scope="module")
async def city(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """Needs and identity, with sample accounts."""
    plenty: dict[str, Any] = {"sign_in_per_minute": 10_000, "pages_per_minute": 10_000, "token_per_minute": 10_000}
    async with running(cluster, folder, ("needs", "identity"), **plenty) as made:
        database = made.house("identity").database
        await seed(database, secrets={"console": SECRET}, with_samples=True, is_production=False)
        yield made
