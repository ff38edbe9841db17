"""Wished orders: the plan asks, somebody of the station orders at matching, and what comes of it stands on the wish.

No service waits for another: the order's own facts say which wish it answers, by need and category.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import AlreadyDecided, UnknownNeed, UnknownPart, WishIsUnderWay, WishOfAnotherCategory
from services.cases.models import Goal, OrderWish, WishOrder
from services.cases.repository import casework as repository
from services.cases.repository import plans
from services.cases.rules.plans import is_running, state_of
from services.cases.rules.stages import CaseAct
from services.cases.schemas.plans import WishForm, WishOrderView, WishView
from services.cases.service.holding import held
from shared.kit.access import Caller
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.schemas.facts import matching
from shared.schemas.vocabulary import OrderStatus


async def wish(session: AsyncSession, id: UUID, form: WishForm, *, by: Caller) -> WishView:
    """The plan asks for an order for one of the case's needs."""
    case = await held(session, id)
    case.check(CaseAct.SUSPEND)
    if not await repository.has_need(session, id, form.need_id):
        raise UnknownPart("#/need_id")
    if form.goal_id is not None and await repository.part(session, Goal, form.goal_id, id) is None:
        raise UnknownPart("#/goal_id")
    need = await repository.need_by_id(session, form.need_id)
    if need is None or need.category is None:
        raise UnknownNeed
    if form.category != need.category:
        raise WishOfAnotherCategory(need.category)
    made = OrderWish(
        id=new_id(), case_id=id, need_id=form.need_id, goal_id=form.goal_id, category=form.category,
        quantity=form.quantity, by=by.subject, at=now(session),
    )  # fmt: skip
    made.words = form.words
    session.add(made)
    await session.flush()
    return shown(made, [])


async def withdraw(session: AsyncSession, id: UUID, wish_id: UUID) -> WishView:
    """The plan no longer asks for it; an order that was made of it is cancelled where orders are."""
    await held(session, id)
    found = await repository.part(session, OrderWish, wish_id, id, lock=True)
    if found is None:
        raise NotFound
    if found.withdrawn_at is not None:
        raise AlreadyDecided
    orders = (await plans.orders_of(session, [wish_id]))[wish_id]
    if any(is_running(order.status) for order in orders):
        raise WishIsUnderWay
    found.withdrawn_at = now(session)
    return shown(found, orders)


def shown(found: OrderWish, orders: Sequence[WishOrder]) -> WishView:
    """A wish with its orders and the link to whoever could help."""
    latest = orders[-1].status if orders else None
    return WishView(
        **{
            name: getattr(found, name)
            for name in WishView.model_fields
            if name not in ("state", "orders", "candidates")
        },
        state=state_of(latest, is_withdrawn=found.withdrawn_at is not None),
        orders=[WishOrderView.model_validate(order) for order in orders],
        candidates=f"/matching/v1/needs/{found.need_id}/candidates?quantity={found.quantity}",
    )


async def wishes(
    session: AsyncSession, page: Cut, *, case_id: UUID | None, need_id: UUID | None, open_only: bool
) -> Page[WishView]:
    """Wished orders of the caller's cases, in the order in which they were made."""
    rows = await plans.wishes(session, page, case_id=case_id, need_id=need_id, open_only=open_only)
    orders = await plans.orders_of(session, [row.id for row in rows])
    return paged(rows, page, key=lambda each: (each.at, each.id), view=lambda each: shown(each, orders[each.id]))


async def note_requested(session: AsyncSession, fact: matching.OrderRequested) -> None:
    """An order was made: it answers the wish of the order that it replaces, or the oldest open one for the need.

    An order answers one wish once. What was wished after it was made is answered by another one.
    """
    if await plans.order_by_id(session, fact.order_id) is not None:
        return
    before = await plans.order_by_id(session, fact.replaces) if fact.replaces else None
    waiting = (
        await plans.wish_waiting(session, fact.need_id, fact.category, at=now(session)) if before is None else None
    )
    wish_id = before.wish_id if before else waiting.id if waiting else None
    if wish_id is not None:
        session.add(
            WishOrder(
                order_id=fact.order_id, wish_id=wish_id, provider=fact.provider, quantity=fact.quantity,
                status=OrderStatus.REQUESTED, requested_at=now(session), moved_at=now(session),
            )
        )  # fmt: skip
        await session.flush()


async def note_moved(session: AsyncSession, order_id: UUID, status: OrderStatus) -> None:
    """An order that answers a wish is somewhere else now; told again, it has not moved."""
    order = await plans.order_by_id(session, order_id)
    if order is not None and order.moved_at <= now(session):
        order.status, order.moved_at = status, now(session)
        await session.flush()
