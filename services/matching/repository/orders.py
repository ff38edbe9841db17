"""Questions about orders and their clocks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Clock, Order
from services.matching.rules.orders import HOLDING, OPEN
from services.matching.schemas.orders import OrderFilter
from shared.kit.paging import Cut, beyond
from shared.schemas.vocabulary import OrderStatus

OPEN_PARTS = text("SELECT open_parts_of(:id)")
RETURNS = text("SELECT returns_of(:need_id, :episode)")
NOT_STARTED = (OrderStatus.DRAFT, OrderStatus.REQUESTED, OrderStatus.ACCEPTED)


async def order_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Order | None:
    query = select(Order).where(Order.id == id).execution_options(populate_existing=True)
    found: Order | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def inbox(session: AsyncSession, page: Cut, wanted: OrderFilter) -> Sequence[Order]:
    """Orders by what is due first; one row more than the page holds."""
    query = select(Order).where(*beyond(Order.due_at, Order.id, page))
    if wanted.division is not None:
        query = query.where(Order.division.startswith(wanted.division, autoescape=True))
    if wanted.status:
        query = query.where(Order.status.in_(wanted.status))
    if wanted.due_before is not None:
        query = query.where(Order.due_at < wanted.due_before)
    for column in ("provider", "station_id", "need_id", "awaits_county"):
        if getattr(wanted, column) is not None:
            query = query.where(getattr(Order, column) == getattr(wanted, column))
    return (await session.scalars(query.order_by(Order.due_at, Order.id).limit(page.limit + 1))).all()


async def resources_asked(session: AsyncSession, need_id: UUID, episode: int) -> frozenset[UUID]:
    """The resources that were asked already for this episode of a need."""
    query = select(Order.resource_id).where(
        Order.need_id == need_id, Order.episode == episode, Order.status != OrderStatus.DRAFT
    )
    return frozenset(await session.scalars(query))


async def returns_of(session: AsyncSession, need_id: UUID, episode: int) -> int:
    """How often the orders of an episode were returned in dispute, whoever was asked; the need is held."""
    return await session.scalar(RETURNS, {"need_id": need_id, "episode": episode}) or 0


async def count_open_parts(session: AsyncSession, id: UUID) -> int:
    """How many parts of an order are open, whoever has them; the need is held."""
    return await session.scalar(OPEN_PARTS, {"id": id}) or 0


async def parts_of(session: AsyncSession, id: UUID) -> Sequence[Order]:
    """The parts of an order that have not ended, locked."""
    query = select(Order).where(Order.part_of == id, Order.status.in_(OPEN)).order_by(Order.id)
    return (await session.scalars(query.with_for_update())).all()


async def is_replaced(session: AsyncSession, id: UUID) -> bool:
    return bool(await session.scalar(select(exists().where(Order.replaces == id))))


async def has_open_order(session: AsyncSession, need_id: UUID, episode: int) -> bool:
    """Whether somebody else still has an order of this episode; a draft asks nobody."""
    query = select(func.count()).where(Order.need_id == need_id, Order.episode == episode, Order.status.in_(HOLDING))
    return bool(await session.scalar(query))


async def open_orders_of_need(
    session: AsyncSession, need_id: UUID, *, until: int, before: datetime | None
) -> Sequence[Order]:
    """What runs for a need, of episodes until one, made before a moment if one is named; locked, by their accounts."""
    query = select(Order).where(Order.need_id == need_id, Order.episode <= until, Order.status.in_(OPEN))
    if before is not None:
        query = query.where(Order.created_at <= before)
    return (await session.scalars(query.order_by(Order.account_id, Order.id).with_for_update())).all()


async def unanswered_orders(session: AsyncSession, need_id: UUID, episode: int) -> Sequence[Order]:
    """The orders of an episode that nobody answered yet, locked."""
    query = select(Order).where(
        Order.need_id == need_id, Order.episode == episode, Order.status == OrderStatus.REQUESTED
    )
    return (await session.scalars(query.order_by(Order.id).with_for_update())).all()


async def unstarted_for(session: AsyncSession, resident_ids: Sequence[UUID]) -> Sequence[tuple[UUID, int]]:
    """The needs of a person for which somebody was asked and has not begun, with their latest such episode."""
    query = select(Order.need_id, func.max(Order.episode)).group_by(Order.need_id)
    rows = await session.execute(query.where(Order.resident_id.in_(resident_ids), Order.status.in_(NOT_STARTED)))
    return [(need_id, episode) for need_id, episode in rows]


async def clocks_of(session: AsyncSession, order_id: UUID) -> Sequence[Clock]:
    query = select(Clock).where(Clock.order_id == order_id).order_by(Clock.started_at, Clock.id)
    return (await session.scalars(query)).all()


async def running_clocks(session: AsyncSession, order_id: UUID) -> Sequence[Clock]:
    """The clocks of an order that were neither met nor stopped, locked; the order is held."""
    query = select(Clock).where(Clock.order_id == order_id, Clock.met_at.is_(None), Clock.stopped_at.is_(None))
    return (await session.scalars(query.order_by(Clock.id).with_for_update())).all()


async def clock_with_order(session: AsyncSession, id: UUID) -> tuple[Clock, Order] | None:
    """A clock and its order, both locked: the order first."""
    order_id = await session.scalar(select(Clock.order_id).where(Clock.id == id))
    order = await order_by_id(session, order_id, lock=True) if order_id else None
    query = select(Clock).where(Clock.id == id).execution_options(populate_existing=True)
    clock: Clock | None = await session.scalar(query.with_for_update())
    return None if clock is None or order is None else (clock, order)


async def running_clock_ids(session: AsyncSession, after: UUID, limit: int) -> Sequence[UUID]:
    """Running clocks in the order of their ids, a piece at a time; not locked."""
    query = select(Clock.id).where(Clock.met_at.is_(None), Clock.stopped_at.is_(None), Clock.id > after)
    return (await session.scalars(query.order_by(Clock.id).limit(limit))).all()
