"""One scene for all tests of the contract: a city of all services that are built, on databases of its own."""

from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.city import running
from tests.given.scene import Scene


def without_limits() -> dict[str, Any]:
    """Fair use has tests of its own; here it would only stand in the way."""
    kinds = [import_module(f"services.{service}.app").service.settings for service in BUILT]
    return {name: 1_000_000 for kind in kinds for name in kind.model_fields if name.endswith("_per_minute")}


@pytest.fixture(scope="session")
async def scene(cluster: Cluster, folder: Path) -> AsyncIterator[Scene]:
    async with running(cluster, folder, BUILT, **without_limits()) as city:
        # Everybody hears of the reference rows first.
        await city.settle()
        made = Scene(city)
        yield made
        await made.close()
