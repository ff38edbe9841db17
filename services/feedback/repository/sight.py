"""Which of these somebody sees: asked under their own row-level security, and nothing else decides."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.models import Complaint, Suggestion

Divisions = dict[UUID, tuple[str, ...]]


async def complaints_seen(session: AsyncSession, ids: Sequence[UUID]) -> Divisions:
    """Those of some complaints that the caller sees."""
    rows = await session.execute(select(Complaint.id, Complaint.division).where(Complaint.id.in_(ids)))
    return {id: (division,) for id, division in rows}


async def suggestions_seen(session: AsyncSession, ids: Sequence[UUID]) -> Divisions:
    """Those of some suggestions that the caller sees."""
    rows = await session.execute(select(Suggestion.id, Suggestion.division).where(Suggestion.id.in_(ids)))
    return {id: (division,) for id, division in rows}
