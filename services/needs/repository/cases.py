"""Questions about the cases that needs are part of."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import CasePart, Need


async def add_part(session: AsyncSession, case_id: UUID, need: Need, *, episode: int, at: datetime) -> None:
    """An episode is part of a case, or is again; heard again, it stays as it is."""
    row = {"case_id": case_id, "need_id": need.id, "episode": episode, "joined_at": at, "heard_until": at}
    again = insert(CasePart).values(row).on_conflict_do_update(
        index_elements=["case_id", "need_id", "episode"], set_={"ended_at": None, "heard_until": at},
        where=(CasePart.heard_until <= at) & CasePart.ended_at.is_not(None),
    )  # fmt: skip
    await session.execute(again)


async def parts_of(session: AsyncSession, need_id: UUID) -> Sequence[CasePart]:
    """All parts that a need has in cases, the oldest first."""
    query = select(CasePart).where(CasePart.need_id == need_id)
    return (await session.scalars(query.order_by(CasePart.joined_at, CasePart.case_id))).all()


async def count_open_parts(session: AsyncSession, need: Need) -> int:
    """In how many cases the present episode still is."""
    query = select(func.count()).select_from(CasePart)
    wanted = (CasePart.need_id == need.id, CasePart.episode == need.episode, CasePart.ended_at.is_(None))
    return await session.scalar(query.where(*wanted)) or 0


async def end_parts(session: AsyncSession, case_id: UUID, moment: datetime) -> None:
    """The case ended, and all its parts with it; what is older than what was heard says nothing new."""
    wanted = (CasePart.case_id == case_id, CasePart.ended_at.is_(None), CasePart.heard_until <= moment)
    await session.execute(update(CasePart).where(*wanted).values(ended_at=moment, heard_until=moment))


async def end_part(session: AsyncSession, case_id: UUID, need_id: UUID, *, episode: int, moment: datetime) -> None:
    """One part ended, for the need went elsewhere; what is older than what was heard says nothing new."""
    wanted = (CasePart.case_id == case_id, CasePart.need_id == need_id, CasePart.episode == episode)
    query = update(CasePart).where(*wanted, CasePart.ended_at.is_(None), CasePart.heard_until <= moment)
    await session.execute(query.values(ended_at=moment, heard_until=moment))


async def ended_parts(session: AsyncSession, case_id: UUID, moment: datetime) -> Sequence[CasePart]:
    """The parts that had ended by a moment, with nothing heard of them since."""
    query = select(CasePart).where(
        CasePart.case_id == case_id, CasePart.ended_at.is_not(None), CasePart.heard_until <= moment
    )
    return (await session.scalars(query.order_by(CasePart.need_id))).all()
