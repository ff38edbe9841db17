"""What cases hears from needs and matching."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.service import projections
from shared.kit.feed.listening import listens
from shared.schemas.facts import matching, needs


@listens(needs.ReferenceChanged)
async def copy_reference(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    await projections.copy_reference(session, fact)


@listens(needs.NeedRegistered)
async def note_registered(session: AsyncSession, fact: needs.NeedRegistered) -> None:
    await projections.note_registered(session, fact)


@listens(needs.NeedTriaged)
async def note_triaged(session: AsyncSession, fact: needs.NeedTriaged) -> None:
    await projections.note_judged(session, fact)


@listens(needs.NeedReopened)
async def note_reopened(session: AsyncSession, fact: needs.NeedReopened) -> None:
    await projections.note_judged(session, fact)


@listens(needs.NeedChanged)
async def note_moved(session: AsyncSession, fact: needs.NeedChanged) -> None:
    await projections.note_moved(session, fact)


@listens(needs.NeedResolved)
async def note_resolved(session: AsyncSession, fact: needs.NeedResolved) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.resolved_at, reason=fact.outcome)


@listens(needs.NeedWithdrawn)
async def note_withdrawn(session: AsyncSession, fact: needs.NeedWithdrawn) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.withdrawn_at)


@listens(matching.OrderRequested)
async def note_requested(session: AsyncSession, fact: matching.OrderRequested) -> None:
    await projections.note_event(session, fact, fact.need_id, provider=fact.provider)


@listens(matching.OrderAccepted)
async def note_accepted(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.accepted_at, provider=fact.provider)


@listens(matching.OrderRejected)
async def note_rejected(session: AsyncSession, fact: matching.OrderRejected) -> None:
    await projections.note_event(session, fact, fact.need_id, provider=fact.provider, reason=fact.reason)


@listens(matching.OrderStarted)
async def note_started(session: AsyncSession, fact: matching.OrderStarted) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.started_at, provider=fact.provider)


@listens(matching.OrderCompleted)
async def note_completed(session: AsyncSession, fact: matching.OrderCompleted) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.completed_at, provider=fact.provider)


@listens(matching.OrderFailed)
async def note_failed(session: AsyncSession, fact: matching.OrderFailed) -> None:
    await projections.note_event(session, fact, fact.need_id, provider=fact.provider, reason=fact.reason)


@listens(matching.OrderCancelled)
async def note_cancelled(session: AsyncSession, fact: matching.OrderCancelled) -> None:
    await projections.note_event(session, fact, fact.need_id, provider=fact.provider, reason=fact.reason)
