"""Which of these somebody sees: asked under their own row-level security, and nothing else decides."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Need


async def needs_seen(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Those of some needs that the caller sees, with the division of each."""
    rows = await session.execute(select(Need.id, Need.division).where(Need.id.in_(ids)))
    return {id: (division,) for id, division in rows}
