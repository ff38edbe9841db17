"""The scratch service, for all tests of the kit."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.postgres import Cluster
from tests.kit.scratch import Scratch, scratch_service


@pytest.fixture(scope="module")
async def scratch(cluster: Cluster, folder: Path) -> AsyncIterator[Scratch]:
    """The scratch service on a database of this module's own."""
    async with scratch_service(cluster, folder) as made:
        yield made


@pytest.fixture
async def unheard(scratch: Scratch) -> Scratch:
    """An empty log, an empty projection, nobody has listened yet."""
    await scratch.owner.execute("TRUNCATE fact, effect, tally, parked_fact, listener_position")
    return scratch
