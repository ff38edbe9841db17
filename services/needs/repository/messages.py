"""Questions about messages."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Message, TwinMessage
from shared.kit.paging import Cut


async def message_by_id(session: AsyncSession, id: UUID) -> Message | None:
    found: Message | None = await session.scalar(select(Message).where(Message.id == id).with_for_update())
    return found


async def twin_messages(session: AsyncSession, page: Cut) -> Sequence[TwinMessage]:
    """What the twin's phone shows, newest first."""
    query = select(TwinMessage).order_by(TwinMessage.received_at.desc(), TwinMessage.id.desc())
    if page.after:
        query = query.where(tuple_(TwinMessage.received_at, TwinMessage.id) < tuple_(*page.after))
    return (await session.scalars(query.limit(page.limit + 1))).all()
