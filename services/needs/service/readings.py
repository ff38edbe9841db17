"""Who has looked at a need: readings of what is personal, from the trail."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.repository import needs
from services.needs.repository import readings as repository
from services.needs.rules.readings import words_of
from services.needs.schemas.needs import Readings, ReadingView
from shared.kit.errors import NotFound

MOST: Final = 500


async def readings(session: AsyncSession, id: UUID) -> Readings:
    """The latest readings, newest first, of a need that the caller sees."""
    if await needs.need_by_id(session, id) is None:
        raise NotFound
    rows = await repository.readings_of(session, id, most=MOST)
    return Readings(
        items=[
            ReadingView(at=row.at, by=row.actor, act=row.act, act_zh=words_of(row.act), purpose=row.purpose)
            for row in rows
        ]
    )
