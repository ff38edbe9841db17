"""What happened to a need, in the order it happened: the facts are the history."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.repository import needs as repository
from services.needs.schemas.needs import Timeline, TimelineEntry
from shared.kit.errors import NotFound
from shared.kit.feed.log import FactRow, facts_of


async def timeline(session: AsyncSession, id: UUID) -> Timeline:
    """The need's own facts, oldest first."""
    if await repository.need_by_id(session, id) is None:
        raise NotFound
    rows = await facts_of(session, str(id))
    return Timeline(items=[_entry(row) for row in rows])


def _entry(row: FactRow) -> TimelineEntry:
    return TimelineEntry(sequence=row.sequence, fact=row.name, at=row.time, details=row.body)
