"""Questions about complaints and suggestions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.models import Complaint, Suggestion
from services.feedback.repository.rates import below
from shared.kit.paging import Cut, beyond


async def complaint_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Complaint | None:
    query = select(Complaint).where(Complaint.id == id)
    found: Complaint | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def complaints(session: AsyncSession, page: Cut) -> Sequence[Complaint]:
    """Complaints by what is due first."""
    query = select(Complaint).where(*beyond(Complaint.due_at, Complaint.id, page))
    return (await session.scalars(query.order_by(Complaint.due_at, Complaint.id).limit(page.limit + 1))).all()


async def suggestion_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Suggestion | None:
    query = select(Suggestion).where(Suggestion.id == id)
    found: Suggestion | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def suggestions(session: AsyncSession, page: Cut) -> Sequence[Suggestion]:
    """Suggestions, the oldest first."""
    query = select(Suggestion).where(*beyond(Suggestion.made_at, Suggestion.id, page))
    return (await session.scalars(query.order_by(Suggestion.made_at, Suggestion.id).limit(page.limit + 1))).all()


async def count_complaints(
    session: AsyncSession, since: datetime, until: datetime, *, division: str | None
) -> tuple[int, int, int]:
    """How many were lodged in a time, and of these: how many have an outcome, and how many came late."""
    query = select(func.count(), func.count(Complaint.settled_at), func.count().filter(Complaint.is_late))
    wanted = (Complaint.lodged_at >= since, Complaint.lodged_at < until, *below(Complaint.division, division))
    lodged, settled, late = (await session.execute(query.where(*wanted))).one()
    return lodged, settled, late


async def count_suggestions(
    session: AsyncSession, since: datetime, until: datetime, *, division: str | None
) -> tuple[int, int, int]:
    """How many were made in a time, and of these: how many were answered, and how many adopted."""
    query = select(func.count(), func.count(Suggestion.answered_at), func.count(Suggestion.adopted_at))
    wanted = (Suggestion.made_at >= since, Suggestion.made_at < until, *below(Suggestion.division, division))
    made, answered, adopted = (await session.execute(query.where(*wanted))).one()
    return made, answered, adopted
