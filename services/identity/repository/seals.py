"""Questions about seals that are held, and their being written."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import HeldSeal
from shared.schemas.seals import Seal


async def hold(session: AsyncSession, seal: Seal) -> None:
    """Keep a seal as it was first heard of; one that says otherwise later changes nothing."""
    given = seal.model_dump() | {"digest": bytes.fromhex(seal.digest)}
    await session.execute(insert(HeldSeal).values(given).on_conflict_do_nothing())


async def seals_of(session: AsyncSession, service: str) -> Sequence[HeldSeal]:
    """All seals of a service's trail, in their order."""
    return (await session.scalars(select(HeldSeal).where(HeldSeal.service == service).order_by(HeldSeal.seal))).all()
