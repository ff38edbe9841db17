"""The lead order and its parts (首接负责): no lead ends before its parts, and one always leads."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.errors import CannotLead, UnknownLead
from services.matching.models import Need, Order
from services.matching.repository import asking
from services.matching.repository import orders as repository
from services.matching.rules.orders import HOLDING, next_lead
from shared.kit.clock import now
from shared.kit.timers import Timer, set_timer
from shared.schemas.vocabulary import OrderStatus

LEAD_ENDED: Final = "lead_ended"


async def lead_for(session: AsyncSession, need: Need, id: UUID) -> UUID:
    """The order that a new one shall be part of, if it can lead.

    Raises:
        UnknownLead: the need's present episode has no such order.
        CannotLead: it has ended, was not sent, or is a part itself.
    """
    lead = await repository.order_by_id(session, id)
    if lead is None or (lead.need_id, lead.episode) != (need.id, need.episode):
        raise UnknownLead
    if OrderStatus(lead.status) not in HOLDING or lead.part_of is not None:
        raise CannotLead
    return lead.id


async def standing_lead(session: AsyncSession, order: Order) -> UUID | None:
    """Who leads now what this order was part of: the lead may have passed on since."""
    above = order.part_of
    while above is not None:
        lead = await repository.order_by_id(session, above)
        if lead is None or lead.is_open:
            return above
        above = lead.part_of
    return None


async def pass_on_soon(session: AsyncSession, order: Order) -> None:
    """A lead ended early: another leads right after this commit, in the platform's own scope.

    A department sees no other department's orders, and moves none.
    """
    if await repository.count_open_parts(session, order.id):
        await set_timer(session, LEAD_ENDED, order.id, due=now(session))


async def pass_on(session: AsyncSession, timer: Timer) -> None:
    """The oldest part that is still open leads the others; whoever replaces the one that ended becomes its part."""
    ended = await repository.order_by_id(session, UUID(timer.subject))
    if ended is None:
        return
    await asking.hold_need(session, ended.need_id)
    parts = await repository.parts_of(session, ended.id)
    chosen = next_lead((part.id, OrderStatus(part.status)) for part in parts if part.status in HOLDING)
    if chosen is None:
        return
    for part in [ended, *parts]:
        part.part_of = None if part.id == chosen else chosen
        part.version += 1
