"""Questions about who had a hand in what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.models import Handler, Served, Survey


async def add_handler(session: AsyncSession, need_id: UUID, kind: str, holder: str) -> None:
    await session.execute(insert(Handler).values(need_id=need_id, kind=kind, holder=holder).on_conflict_do_nothing())


async def handlers_of(session: AsyncSession, need_id: UUID) -> set[tuple[str, str]]:
    """(kind, holder) of everybody who had a hand in a need."""
    rows = await session.execute(select(Handler.kind, Handler.holder).where(Handler.need_id == need_id))
    return {(kind, holder) for kind, holder in rows}


async def add_served(
    session: AsyncSession, order_id: UUID, *, need_id: UUID, provider: str, completed_at: datetime
) -> None:
    row = {"order_id": order_id, "need_id": need_id, "provider": provider, "completed_at": completed_at}
    await session.execute(insert(Served).values(row).on_conflict_do_nothing())


async def providers_of(session: AsyncSession, survey: Survey) -> tuple[str, ...]:
    """Whose orders were completed in this survey's episode."""
    query = select(Served.provider).where(Served.need_id == survey.need_id, Served.completed_at <= survey.resolved_at)
    if survey.began_after is not None:
        query = query.where(Served.completed_at > survey.began_after)
    return tuple(sorted(set(await session.scalars(query))))


async def forget_served(session: AsyncSession, order_id: UUID) -> None:
    await session.execute(delete(Served).where(Served.order_id == order_id))
