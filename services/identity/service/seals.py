"""Holding the seals of everybody's trail, so that nobody alone can change what is sealed."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.repository import seals as rows
from shared.kit.database import Database
from shared.kit.seals.sealing import seals_context
from shared.kit.seals.trail import Held
from shared.schemas.seals import Seal


async def hold_seal(session: AsyncSession, seal: Seal) -> None:
    await rows.hold(session, seal)


async def held_of(database: Database, service: str) -> dict[int, Held]:
    """The seals of a service's trail, by their number."""
    async with database.work(seals_context("identity")) as session:
        return {row.seal: Held(row.seal, row.first, row.digest) for row in await rows.seals_of(session, service)}
