"""What all tests stand on: a throwaway PostgreSQL for each worker, migrated and seeded once, copied for each module."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from deploy import databases
from deploy.addresses import BUILT
from deploy.migrate import migrate
from deploy.postgres import Cluster, throwaway
from shared.kit.crypto import Keyring, use_keyring
from tests.city import City, keys_file, running
from tests.figures import figure, pytest_terminal_summary
from tests.journeys import prepared
from tests.seeding import seed_accounts, seed_reference

__all__ = ["figure", "pytest_terminal_summary"]

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])


class InFiles(LoadScopeScheduling):  # type: ignore[misc]
    """A file's tests stay with one worker, and so do all with the browser: what they stand on is made once."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = nodeid.partition("::")[0]
        if file.startswith("tests/chaos/"):  # Each takes long, on what is its own.
            return nodeid
        return "tests/browser" if file.startswith("tests/browser/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InFiles:
    return InFiles(config, log)


def pytest_sessionfinish() -> None:
    prepared.remove()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """PostgreSQL with a migrated and seeded database for each service, to copy from."""
    passwords = {role: f"password of {role}" for role in databases.roles(BUILT)}
    with throwaway(port=25433 + 50 * WORKER, passwords=passwords) as started:
        asyncio.run(databases.prepare(started.url(), BUILT, password_of=started.password_of))
        for service in BUILT:
            migrate(service, _sqlalchemy(started.url(service, databases.owner(service))))
        use_keyring(Keyring.from_file(keys_file(tmp_path_factory.getbasetemp())))
        asyncio.run(seed_reference(_sqlalchemy(started.url("needs", "needs_app"))))
        identity = _sqlalchemy(started.url("identity", "identity_app"))
        asyncio.run(seed_accounts(identity, tmp_path_factory.getbasetemp()))
        yield started


def _sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tests' keys are."""
    return tmp_path_factory.getbasetemp()


@pytest.fixture(scope="module")
async def needs_alone(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """Needs by itself: nothing else runs."""
    async with running(cluster, folder, ("needs",)) as city:
        yield city


@pytest.fixture(scope="module")
async def city(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """All services that are built."""
    async with running(cluster, folder, BUILT) as made:
        yield made


@pytest.fixture(scope="module")
async def apart(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """All services, and nothing asked or given yet: figures are exactly what the tests of one file make happen."""
    async with running(cluster, folder, BUILT) as made:
        yield made
