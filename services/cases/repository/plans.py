"""Questions about attachments, wished orders and follow-ups."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case, FollowUp, OrderWish, Task, WishOrder, Worker
from services.cases.rules.plans import CAME_TO_NOTHING
from services.cases.schemas.plans import FollowUpState
from shared.kit.paging import Cut, beyond


async def orders_of(session: AsyncSession, wishes: Iterable[UUID]) -> dict[UUID, list[WishOrder]]:
    """The orders of wishes, oldest first."""
    wanted = list(wishes)
    found: dict[UUID, list[WishOrder]] = {id: [] for id in wanted}
    query = select(WishOrder).where(WishOrder.wish_id.in_(wanted)).execution_options(populate_existing=True)
    for order in await session.scalars(query.order_by(WishOrder.requested_at, WishOrder.order_id)):
        found[order.wish_id].append(order)
    return found


async def wishes(
    session: AsyncSession, page: Cut, *, case_id: UUID | None, need_id: UUID | None, open_only: bool
) -> Sequence[OrderWish]:
    """Wishes in the order in which they were made; one row more than the page holds."""
    query = select(OrderWish).where(*beyond(OrderWish.at, OrderWish.id, page))
    if case_id is not None:
        query = query.where(OrderWish.case_id == case_id)
    if need_id is not None:
        query = query.where(OrderWish.need_id == need_id)
    if open_only:
        query = query.where(OrderWish.withdrawn_at.is_(None), ~_has_running_order())
    return (await session.scalars(query.order_by(OrderWish.at, OrderWish.id).limit(page.limit + 1))).all()


def _has_running_order() -> Any:
    """Whether the wish has an order under way, or one that was completed."""
    running = select(WishOrder.order_id).where(
        WishOrder.wish_id == OrderWish.id, WishOrder.status.not_in(list(CAME_TO_NOTHING))
    )
    return running.exists()


async def wish_waiting(session: AsyncSession, need_id: UUID, category: str, *, at: datetime) -> OrderWish | None:
    """The wish that a new order answers, locked: one without any order before one whose orders came to nothing."""
    orders = select(func.count()).where(WishOrder.wish_id == OrderWish.id).scalar_subquery()
    query = select(OrderWish).where(
        OrderWish.need_id == need_id, OrderWish.category == category, OrderWish.at <= at,
        OrderWish.withdrawn_at.is_(None), ~_has_running_order(),
    )  # fmt: skip
    query = query.order_by((orders > 0), OrderWish.at, OrderWish.id).limit(1).with_for_update()
    found: OrderWish | None = await session.scalar(query)
    return found


async def order_by_id(session: AsyncSession, id: UUID) -> WishOrder | None:
    found: WishOrder | None = await session.scalar(
        select(WishOrder).where(WishOrder.order_id == id).execution_options(populate_existing=True)
    )
    return found


async def follow_ups(session: AsyncSession, page: Cut, day: date, **wanted: Any) -> Sequence[FollowUp]:
    """Follow-ups in the order in which they were planned; one row more than the page holds."""
    query = select(FollowUp).where(*beyond(FollowUp.at, FollowUp.id, page), FollowUp.dropped_at.is_(None))
    for column in ("worker_id", "case_id"):
        if wanted[column] is not None:
            query = query.where(getattr(FollowUp, column) == wanted[column])
    match wanted["state"]:
        case FollowUpState.DONE:
            query = query.where(FollowUp.done_at.is_not(None))
        case FollowUpState.OVERDUE:
            query = query.where(FollowUp.done_at.is_(None), FollowUp.due_on < day)
        case FollowUpState.UPCOMING:
            query = query.where(FollowUp.done_at.is_(None), FollowUp.due_on >= day)
    return (await session.scalars(query.order_by(FollowUp.at, FollowUp.id).limit(page.limit + 1))).all()


async def drop_follow_ups(session: AsyncSession, case_id: UUID, *, at: datetime) -> None:
    """The case goes on: nobody waits for the days after its end any more."""
    await session.execute(
        update(FollowUp).where(FollowUp.case_id == case_id, *_waits(FollowUp)).values(dropped_at=at)
    )  # fmt: skip


async def pass_on(session: AsyncSession, case_id: UUID, *, left_by: UUID | None, to: UUID) -> None:
    """What waits in a case for whoever had it, for nobody, or for somebody who left, is the new worker's."""
    gone = select(Worker.id).where(Worker.left_at.is_not(None))
    for kind in (Task, FollowUp):
        theirs = or_(kind.worker_id.is_(None), kind.worker_id == left_by, kind.worker_id.in_(gone))
        await session.execute(update(kind).where(kind.case_id == case_id, *_waits(kind), theirs).values(worker_id=to))


async def let_go(session: AsyncSession, case_id: UUID, *, left_by: UUID) -> None:
    """What waits in a case for somebody who leaves waits for nobody until the case is given to somebody."""
    for kind in (Task, FollowUp):
        wanted = (kind.case_id == case_id, *_waits(kind), kind.worker_id == left_by)
        await session.execute(update(kind).where(*wanted).values(worker_id=None))


async def leave_to_colleagues(session: AsyncSession, worker_id: UUID) -> None:
    """What somebody was to do in colleagues' cases is theirs whose cases they are."""
    whose = select(Case.worker_id).where(Case.id == Task.case_id).scalar_subquery()
    await session.execute(
        update(Task).where(Task.worker_id == worker_id, Task.done_at.is_(None)).values(worker_id=whose)
    )


async def count_follow_ups(session: AsyncSession, case_id: UUID) -> int:
    """How many of a case wait to be done."""
    query = select(func.count()).select_from(FollowUp)
    return await session.scalar(query.where(FollowUp.case_id == case_id, *_waits(FollowUp))) or 0


async def pass_all_on(session: AsyncSession, case_id: UUID, *, to: UUID | None) -> None:
    """The case is another station's: nobody of the former one has anything to do in it."""
    for kind in (Task, FollowUp):
        await session.execute(update(kind).where(kind.case_id == case_id, *_waits(kind)).values(worker_id=to))


def _waits(kind: type[Task] | type[FollowUp]) -> list[Any]:
    """Neither done nor dropped."""
    return [kind.done_at.is_(None)] + ([FollowUp.dropped_at.is_(None)] if kind is FollowUp else [])
