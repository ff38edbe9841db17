"""What needs hears from matching."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.service import orders
from shared.kit.feed.listening import listens
from shared.schemas.facts import matching
from shared.schemas.vocabulary import OrderStatus


@listens(matching.OrderRequested)
async def note_order(session: AsyncSession, fact: matching.OrderRequested) -> None:
    await orders.order_requested(session, fact)


@listens(matching.OrderAccepted)
async def grant_card(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    await orders.order_accepted(session, fact)


@listens(matching.OrderStarted)
async def note_contact(session: AsyncSession, fact: matching.OrderStarted) -> None:
    await orders.order_started(session, fact.order_id, fact.started_at)


@listens(matching.OrderRejected)
async def note_return(session: AsyncSession, fact: matching.OrderRejected) -> None:
    await orders.order_ended(session, fact.order_id, OrderStatus.REJECTED)


@listens(matching.OrderCompleted)
async def close_card_when_done(session: AsyncSession, fact: matching.OrderCompleted) -> None:
    await orders.order_ended(session, fact.order_id, OrderStatus.COMPLETED)


@listens(matching.OrderFailed)
async def close_card_when_failed(session: AsyncSession, fact: matching.OrderFailed) -> None:
    await orders.order_ended(session, fact.order_id, OrderStatus.FAILED)


@listens(matching.OrderCancelled)
async def close_card_when_cancelled(session: AsyncSession, fact: matching.OrderCancelled) -> None:
    await orders.order_ended(session, fact.order_id, OrderStatus.CANCELLED)


@listens(matching.MatchExhausted)
async def let_wait(session: AsyncSession, fact: matching.MatchExhausted) -> None:
    await orders.nobody_left(session, fact.need_id)
