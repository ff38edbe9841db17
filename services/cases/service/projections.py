"""What cases keeps of others: reference rows, needs, what happened to their orders, as their facts come, in order."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.repository import casework as repository
from services.cases.service import casework, stations, wishes
from shared.kit.clock import now, today
from shared.kit.reference import put_row, reference
from shared.schemas.facts import Fact, matching
from shared.schemas.facts import needs as facts
from shared.schemas.reference import CaseworkPolicy, Station
from shared.schemas.vocabulary import NeedStatus, OrderStatus

# What these say of a need's status; others say it themselves, or nothing.
STANDS: Final = {
    facts.NeedWaiting.name: NeedStatus.WAITING,
    facts.NeedResolved.name: NeedStatus.RESOLVED,
    facts.NeedClosed.name: NeedStatus.CLOSED,
    facts.NeedWithdrawn.name: NeedStatus.WITHDRAWN,
    facts.NeedReferredOut.name: NeedStatus.REFERRED_OUT,
    facts.NeedJoined.name: NeedStatus.JOINED,
}


async def copy_reference(session: AsyncSession, fact: facts.ReferenceChanged) -> None:
    """Keep a reference row; a station's row makes it a station here."""
    await put_row(
        session, fact.table, fact.key, valid_from=fact.valid_from, valid_to=fact.valid_to, body=fact.body,
        source=fact.source, version=fact.version,
    )  # fmt: skip
    if fact.table == Station.table:
        await stations.adopt(session, fact)


async def note_registered(session: AsyncSession, fact: facts.NeedRegistered) -> None:
    """Somebody asked; what it is about is not known yet."""
    await repository.put_need(
        session, id=fact.need_id, resident_id=fact.resident_id, division=fact.division, station_id=fact.station_id,
        episode=fact.episode, reference=fact.reference, status=NeedStatus.REGISTERED,
    )  # fmt: skip
    await repository.is_news(session, fact.need_id, session.info["sequence"])


async def note_judged(session: AsyncSession, fact: facts.NeedTriaged | facts.NeedReopened) -> None:
    """A person decided what it is about: what policy says is casework becomes a case."""
    await repository.put_need(
        session, id=fact.need_id, resident_id=fact.resident_id, category=fact.category, division=fact.division,
        station_id=fact.station_id, episode=fact.episode, reference=fact.reference, status=NeedStatus.TRIAGED,
    )  # fmt: skip
    await _take_up(
        session, fact.need_id, is_news=await repository.is_news(session, fact.need_id, session.info["sequence"])
    )


async def _take_up(session: AsyncSession, need_id: UUID, *, is_news: bool) -> None:
    """Casework where the need is now."""
    need = await repository.need_by_id(session, need_id)
    if need is None or need.resident_id is None or need.category is None:
        return
    policy = (await reference(session)).get(CaseworkPolicy, CaseworkPolicy.table, need.category, today(session))
    await casework.open_by_policy(session, need, is_casework=policy is not None, is_news=is_news)


async def note_moved(session: AsyncSession, fact: facts.NeedChanged) -> None:
    """Where a need is has changed, and casework with it; that it was a mistake stands on the cases' timelines."""
    before = await repository.need_by_id(session, fact.need_id)
    left = before.station_id if before is not None else None
    await repository.move_need(
        session, fact.need_id, division=fact.division, station_id=fact.station_id, status=fact.status
    )
    is_news = await repository.is_news(session, fact.need_id, session.info["sequence"])
    if left is not None and left != fact.station_id:
        await _take_up(session, fact.need_id, is_news=is_news)
    if fact.status is NeedStatus.ENTERED_IN_ERROR:
        await note_event(session, fact, fact.need_id, reason=fact.status)


async def note_event(
    session: AsyncSession, fact: Fact, need_id: UUID, *, at: datetime | None = None, provider: str | None = None,
    reason: str | None = None,
) -> None:  # fmt: skip
    """Something happened elsewhere for a need: cases that it is part of show it."""
    if fact.name in STANDS:
        await repository.move_need(session, need_id, status=STANDS[fact.name])
    await repository.put_event(
        session, need_id=need_id, fact=fact.name, subject=UUID(fact.subject), at=at or now(session),
        provider=provider, reason=reason,
    )  # fmt: skip


OrderFact = (
    matching.OrderAccepted | matching.OrderRejected | matching.OrderStarted | matching.OrderHeld
    | matching.OrderResumed | matching.OrderCompleted | matching.OrderFailed | matching.OrderCancelled
)  # fmt: skip


async def note_order(
    session: AsyncSession,
    fact: OrderFact,
    status: OrderStatus,
    *,
    at: datetime | None = None,
    reason: str | None = None,
) -> None:
    """An order moved: the timeline of its need's cases says so, and the wish that it answers."""
    await note_event(session, fact, fact.need_id, at=at, provider=fact.provider, reason=reason)
    await wishes.note_moved(session, fact.order_id, status)
