"""What cases hears from needs and matching."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.service import holders, people, projections, wishes
from shared.kit.feed.ears import listens
from shared.schemas.facts import identity, matching, needs
from shared.schemas.vocabulary import OrderStatus


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
    await projections.note_event(session, fact, fact.need_id, at=fact.reopened_at, reason=fact.reason)


@listens(needs.NeedChanged)
async def note_moved(session: AsyncSession, fact: needs.NeedChanged) -> None:
    await projections.note_moved(session, fact)


@listens(needs.NeedWaiting)
async def note_waiting(session: AsyncSession, fact: needs.NeedWaiting) -> None:
    await projections.note_event(session, fact, fact.need_id)


@listens(needs.NeedResolved)
async def note_resolved(session: AsyncSession, fact: needs.NeedResolved) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.resolved_at, reason=fact.outcome)


@listens(needs.NeedClosed)
async def note_closed(session: AsyncSession, fact: needs.NeedClosed) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.closed_at)


@listens(needs.NeedWithdrawn)
async def note_withdrawn(session: AsyncSession, fact: needs.NeedWithdrawn) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.withdrawn_at)


@listens(needs.NeedReferredOut)
async def note_referred(session: AsyncSession, fact: needs.NeedReferredOut) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.referred_at, reason=fact.kind)


@listens(needs.NeedJoined)
async def note_joined(session: AsyncSession, fact: needs.NeedJoined) -> None:
    await projections.note_event(session, fact, fact.need_id, at=fact.joined_at, reason=str(fact.joined_to))


@listens(needs.ResidentsMerged)
async def read_as_one(session: AsyncSession, fact: needs.ResidentsMerged) -> None:
    await people.note_merged(session, fact)


@listens(needs.ResidentsSplit)
async def read_as_two(session: AsyncSession, fact: needs.ResidentsSplit) -> None:
    await people.note_split(session, fact)


@listens(identity.AccountChanged)
async def know_account(session: AsyncSession, fact: identity.AccountChanged) -> None:
    await holders.know_account(session, fact)


@listens(matching.OrderRequested)
async def note_requested(session: AsyncSession, fact: matching.OrderRequested) -> None:
    await projections.note_event(session, fact, fact.need_id, provider=fact.provider)
    await wishes.note_requested(session, fact)


@listens(matching.OrderAccepted)
async def note_accepted(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    await projections.note_order(session, fact, OrderStatus.ACCEPTED, at=fact.accepted_at)


@listens(matching.OrderRejected)
async def note_rejected(session: AsyncSession, fact: matching.OrderRejected) -> None:
    await projections.note_order(session, fact, OrderStatus.REJECTED, reason=fact.reason)


@listens(matching.OrderStarted)
async def note_started(session: AsyncSession, fact: matching.OrderStarted) -> None:
    await projections.note_order(session, fact, OrderStatus.IN_PROGRESS, at=fact.started_at)


@listens(matching.OrderHeld)
async def note_held(session: AsyncSession, fact: matching.OrderHeld) -> None:
    await projections.note_order(session, fact, OrderStatus.ON_HOLD, at=fact.held_at, reason=fact.reason)


@listens(matching.OrderResumed)
async def note_resumed(session: AsyncSession, fact: matching.OrderResumed) -> None:
    await projections.note_order(session, fact, OrderStatus.IN_PROGRESS, at=fact.resumed_at)


@listens(matching.OrderCompleted)
async def note_completed(session: AsyncSession, fact: matching.OrderCompleted) -> None:
    await projections.note_order(session, fact, OrderStatus.COMPLETED, at=fact.completed_at)


@listens(matching.OrderFailed)
async def note_failed(session: AsyncSession, fact: matching.OrderFailed) -> None:
    await projections.note_order(session, fact, OrderStatus.FAILED, reason=fact.reason)


@listens(matching.OrderCancelled)
async def note_cancelled(session: AsyncSession, fact: matching.OrderCancelled) -> None:
    await projections.note_order(session, fact, OrderStatus.CANCELLED, reason=fact.reason)
