"""The trail of a need, as whoever sees the need may know it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

# The trail itself is nobody's to read; the look-up shows of it what concerns a need that the caller sees.
READINGS = text('SELECT "time" AS at, actor, act, purpose FROM readings_of_need(:wanted, :most) ORDER BY number DESC')


async def readings_of(session: AsyncSession, need_id: UUID, *, most: int) -> Sequence[Row[Any]]:
    return (await session.execute(READINGS, {"wanted": need_id, "most": most})).all()
