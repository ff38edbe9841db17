"""Questions about pauses: of needs, and what they do to clocks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import ClockPause, NeedPause
from shared.schemas.vocabulary import PauseReason

STOPPING = tuple(reason for reason in PauseReason if reason.stops_headline)


async def pauses_of(session: AsyncSession, need_id: UUID) -> Sequence[NeedPause]:
    """All pauses of a need, oldest first."""
    query = select(NeedPause).where(NeedPause.need_id == need_id)
    return (await session.scalars(query.order_by(NeedPause.started_at, NeedPause.id))).all()


async def pause_by_id(session: AsyncSession, need_id: UUID, id: UUID) -> NeedPause | None:
    found: NeedPause | None = await session.scalar(
        select(NeedPause).where(NeedPause.id == id, NeedPause.need_id == need_id)
    )
    return found


async def running_pause(session: AsyncSession, need_id: UUID) -> NeedPause | None:
    """The pause that lasts, if one does; the need is held."""
    found: NeedPause | None = await session.scalar(
        select(NeedPause).where(NeedPause.need_id == need_id, NeedPause.ended_at.is_(None))
    )
    return found


async def running_pause_by_id(session: AsyncSession, id: UUID) -> NeedPause | None:
    """A pause that lasts; the need is held."""
    found: NeedPause | None = await session.scalar(
        select(NeedPause).where(NeedPause.id == id, NeedPause.ended_at.is_(None))
    )
    return found


async def stretches_of_pause(session: AsyncSession, pause_id: UUID) -> Sequence[ClockPause]:
    """What a pause still does to clocks."""
    query = select(ClockPause).where(ClockPause.pause_id == pause_id, ClockPause.ended_at.is_(None))
    return (await session.scalars(query.order_by(ClockPause.clock_id))).all()


async def stretches_of_clocks(session: AsyncSession, clock_ids: Sequence[UUID]) -> Sequence[ClockPause]:
    """All stretches of clocks, ended or not, oldest first."""
    query = select(ClockPause).where(ClockPause.clock_id.in_(clock_ids))
    return (await session.scalars(query.order_by(ClockPause.started_at, ClockPause.id))).all()


async def time_stood_still(session: AsyncSession, clock_id: UUID) -> list[tuple[datetime, datetime]]:
    """The ended stretches in which a clock really stood still."""
    rows = await session.execute(
        select(ClockPause.started_at, ClockPause.ended_at).where(
            ClockPause.clock_id == clock_id, ClockPause.ended_at.is_not(None), ClockPause.reason.in_(STOPPING)
        )
    )
    return [(started, ended) for started, ended in rows if ended is not None]


async def end_stretches(session: AsyncSession, pause_id: UUID, moment: datetime) -> None:
    """A pause holds no clock any more."""
    wanted = (ClockPause.pause_id == pause_id, ClockPause.ended_at.is_(None))
    await session.execute(update(ClockPause).where(*wanted).values(ended_at=moment))
