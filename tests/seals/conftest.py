"""A trail of four hundred readings under ten seals, which identity holds."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.postgres import Cluster
from services.identity.service.seals import held_of
from shared.kit.audit import record_reading
from shared.kit.database import Context, Database
from shared.kit.seals.sealing import Sealer
from shared.kit.seals.trail import Held
from tests.city import City, running

READERS = ("head-361002100", "officer-health", "hotline", "worker-361002100-1")


@dataclass(frozen=True, slots=True)
class Trail:
    """Needs with its trail, and identity that holds its seals."""

    city: City

    @property
    def database(self) -> Database:
        return self.city.house("needs").database

    @property
    def sealer(self) -> Sealer:
        sealer = self.city.house("needs").sealer
        assert sealer is not None
        return sealer

    async def read(self, *subjects: UUID, by: str = "hotline") -> None:
        """Somebody reads of these people, in one transaction."""
        async with self.database.work(Context(actor=by)) as session:
            await record_reading(
                session, "read_resident", purpose="intake", fields=["name", "phones"], subjects=subjects
            )

    async def held(self) -> dict[int, Held]:
        await self.city.settle()
        return await held_of(self.city.house("identity").database, "needs")


@pytest.fixture(scope="module")
async def trail(cluster: Cluster, folder: Path) -> AsyncIterator[Trail]:
    async with running(cluster, folder, ("needs", "identity")) as city:
        made = Trail(city)
        for turn in range(10):
            for reader in READERS:
                await made.read(*people(10), by=reader)
            assert await made.sealer.seal_all() == 40, turn
        yield made


def people(count: int) -> Sequence[UUID]:
    return [uuid4() for _ in range(count)]
