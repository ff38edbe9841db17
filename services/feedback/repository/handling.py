"""Questions about who had a hand in what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.models import AccountHand, CaseHand, CasePart, Handler, Served, Survey


async def add_handlers(session: AsyncSession, need_id: UUID, *hands: tuple[str, str]) -> None:
    """These (kind, holder) had a hand in a need."""
    rows = [{"need_id": need_id, "kind": kind, "holder": holder} for kind, holder in hands]
    if rows:
        await session.execute(insert(Handler).values(rows).on_conflict_do_nothing())


async def handlers_of(session: AsyncSession, need_id: UUID) -> set[tuple[str, str]]:
    """(kind, holder) of everybody who had a hand in a need."""
    rows = await session.execute(select(Handler.kind, Handler.holder).where(Handler.need_id == need_id))
    return {(kind, holder) for kind, holder in rows}


async def add_part(session: AsyncSession, case_id: UUID, need_id: UUID) -> None:
    """A need is part of a case: whoever had the case so far had a hand in it."""
    await session.execute(insert(CasePart).values(case_id=case_id, need_id=need_id).on_conflict_do_nothing())
    hands = select(literal(need_id), CaseHand.kind, CaseHand.holder).where(CaseHand.case_id == case_id)
    await _add_handlers_of(session, hands)


async def add_case_hand(session: AsyncSession, case_id: UUID, kind: str, holder: str) -> None:
    """Somebody has a case: they have a hand in all of its needs."""
    row = {"case_id": case_id, "kind": kind, "holder": holder}
    await session.execute(insert(CaseHand).values(row).on_conflict_do_nothing())
    parts = select(CasePart.need_id, literal(kind), literal(holder)).where(CasePart.case_id == case_id)
    await _add_handlers_of(session, parts)


async def _add_handlers_of(session: AsyncSession, rows: Select[UUID, str, str]) -> None:
    found = insert(Handler).from_select(["need_id", "kind", "holder"], rows)
    await session.execute(found.on_conflict_do_nothing())


async def know_account(session: AsyncSession, account: str, hands: set[tuple[str, str]]) -> None:
    """What an account is from now on, and nothing else."""
    await session.execute(delete(AccountHand).where(AccountHand.account == account))
    rows = [{"account": account, "kind": kind, "holder": holder} for kind, holder in sorted(hands)]
    await session.execute(insert(AccountHand).values(rows).on_conflict_do_nothing())


async def hands_of_account(session: AsyncSession, account: str) -> set[tuple[str, str]]:
    """(kind, holder) of what an account is; nothing where identity has told nothing."""
    query = select(AccountHand.kind, AccountHand.holder).where(AccountHand.account == account)
    return {(kind, holder) for kind, holder in await session.execute(query)}


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
