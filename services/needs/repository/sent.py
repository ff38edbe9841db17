"""Questions about needs that came in files."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import SentNeed

HOLD_SENDER = text("SELECT pg_advisory_xact_lock(hashtextextended('sender:' || :sender, 0))")


async def hold_sender(session: AsyncSession, sender: str) -> None:
    """One sender's files are written by one transaction at a time, so that no need is made twice."""
    await session.execute(HOLD_SENDER, {"sender": sender})


async def sent_needs(session: AsyncSession, sender: str, keys: Collection[bytes]) -> dict[bytes, SentNeed]:
    """What a sender has sent under these keys."""
    query = select(SentNeed).where(SentNeed.sender == sender, SentNeed.key.in_(keys))
    return {row.key: row for row in await session.scalars(query)}


async def add_sent(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Remember what was sent."""
    if rows:
        await session.execute(insert(SentNeed), rows)
