"""Questions about needs, their clocks, contacts and orders."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.needs.models import CardGrant, Clock, ClockPause, Contact, DeclinedReopening, Need, NeedOrder
from services.needs.repository.residents import files_of
from services.needs.rules.moves import OPEN
from services.needs.schemas.needs import QueueFilter
from shared.kit.clock import now
from shared.kit.paging import Cut, beyond
from shared.kit.rows import insert_rows
from shared.kit.timers import Timer
from shared.schemas.vocabulary import ClockKind, ContactKind, NeedStatus, OrderStatus, Urgency

OPEN_ORDERS = (
    OrderStatus.REQUESTED, OrderStatus.ACCEPTED, OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD,
)  # fmt: skip


async def add_clocks(session: AsyncSession, clocks: list[dict[str, Any]], timers: list[dict[str, Any]]) -> None:
    await insert_rows(session, (Clock, clocks), (Timer, timers))


async def need_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Need | None:
    query = select(Need).where(Need.id == id)
    found: Need | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def need_by_token(session: AsyncSession, index: bytes) -> Need | None:
    found: Need | None = await session.scalar(select(Need).where(Need.tracking_index == index))
    return found


async def place_in_line(session: AsyncSession, id: UUID) -> int:
    """Which place a waiting need has among those of its station and category: the pressing first, then who asked first.

    0 for a need that does not wait, or that does not exist.
    """
    other, mine = aliased(Need), aliased(Need)
    place, own_place = (
        tuple_(case({each: each.rank for each in Urgency}, value=need.urgency), need.registered_at, need.id)
        for need in (other, mine)
    )
    query = select(func.count()).select_from(mine).join(
        other, (other.station_id == mine.station_id) & (other.category == mine.category) & (place <= own_place)
    )  # fmt: skip
    both_wait = (mine.status == NeedStatus.WAITING, other.status == NeedStatus.WAITING)
    return await session.scalar(query.where(mine.id == id, *both_wait)) or 0


async def queue(session: AsyncSession, page: Cut, wanted: QueueFilter) -> Sequence[Need]:
    """Needs by what is due first; one row more than the page holds."""
    query = select(Need).where(*beyond(Need.due_at, Need.id, page))
    if wanted.division is not None:
        query = query.where(Need.division.startswith(wanted.division, autoescape=True))
    if wanted.status:
        query = query.where(Need.status.in_(wanted.status))
    query = query.where(*_within(wanted), *_overdue(wanted.overdue, now(session)))
    if wanted.ids:
        query = query.where(Need.id.in_(wanted.ids))
    if wanted.resident_id is not None:
        query = query.where(Need.resident_id.in_(files_of(wanted.resident_id)))
    for column in ("station_id", "urgency", "assigned_to", "awaits_county", "category"):
        if getattr(wanted, column) is not None:
            query = query.where(getattr(Need, column) == getattr(wanted, column))
    return (await session.scalars(query.order_by(Need.due_at, Need.id).limit(page.limit + 1))).all()


def _within(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """When it was asked, and by when it is due."""
    bounds = (
        (operator.lt, Need.due_at, wanted.due_before),
        (operator.ge, Need.registered_at, wanted.registered_from),
        (operator.lt, Need.registered_at, wanted.registered_before),
    )
    return [compared(column, moment) for compared, column, moment in bounds if moment is not None]


def _overdue(kind: ClockKind | None, at: datetime) -> list[ColumnElement[bool]]:
    """Whether a clock of a need's present episode runs past its time."""
    if kind is None:
        return []
    late = exists().where(
        Clock.need_id == Need.id, Clock.episode == Need.episode, Clock.kind == kind, Clock.due_at < at,
        Clock.met_at.is_(None), Clock.stopped_at.is_(None),
    )  # fmt: skip
    return [late]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What a station's change does: places that it lost and gained, who had those, and which stations work now."""

    station_id: UUID
    is_closed: bool
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    had: tuple[UUID, ...]
    working: tuple[UUID, ...]


async def open_needs_in(session: AsyncSession, places: Places, *, after: UUID, limit: int) -> Sequence[UUID]:
    """Open needs that a station's change may move, in the order of their ids, a piece at a time; not locked."""
    theirs = Need.station_id == places.station_id
    leaves = theirs if places.is_closed else and_(theirs, _below(places.lost))
    # Those that somebody else had as the station of the place, or that nobody has who works.
    comes = and_(_below(places.gained), or_(Need.station_id.in_(places.had), Need.station_id.not_in(places.working)))
    query = select(Need.id).where(Need.status.in_(OPEN), Need.id > after, or_(leaves, comes))
    return (await session.scalars(query.order_by(Need.id).limit(limit))).all()


def _below(divisions: Sequence[str]) -> ColumnElement[bool]:
    """Whether a need lies in one of these divisions."""
    return or_(false(), *(Need.division.startswith(each, autoescape=True) for each in divisions))


async def clocks_of(session: AsyncSession, need_ids: Sequence[UUID]) -> Sequence[Clock]:
    query = select(Clock).where(Clock.need_id.in_(need_ids)).order_by(Clock.started_at, Clock.id)
    return (await session.scalars(query)).all()


async def open_clocks(session: AsyncSession, need: Need, *kinds: ClockKind) -> Sequence[Clock]:
    """The running clocks of a need's present episode, locked."""
    query = select(Clock).where(
        Clock.need_id == need.id, Clock.episode == need.episode, Clock.met_at.is_(None), Clock.stopped_at.is_(None)
    )
    if kinds:
        query = query.where(Clock.kind.in_(kinds))
    return (await session.scalars(query.order_by(Clock.id).with_for_update())).all()


async def clocks_of_episode(
    session: AsyncSession, need: Need, kind: ClockKind, episode: int
) -> Sequence[tuple[Clock, ClockPause | None]]:
    """All clocks of one kind in an episode, met ones too: a late entry may correct them; and in which stretch each is.

    The clocks are locked.
    """
    stands = and_(ClockPause.clock_id == Clock.id, ClockPause.ended_at.is_(None))
    wanted = (Clock.need_id == need.id, Clock.episode == episode, Clock.kind == kind)
    query = select(Clock, ClockPause).outerjoin(ClockPause, stands).where(*wanted).order_by(Clock.id)
    return [(clock, stretch) for clock, stretch in await session.execute(query.with_for_update(of=Clock))]


async def clock_by_id(session: AsyncSession, id: UUID) -> Clock | None:
    """A clock, locked after its need: everybody takes the two in this order."""
    query = select(Clock).join(Need, Need.id == Clock.need_id).where(Clock.id == id)
    # Rows are locked in the order in which they are named.
    found: Clock | None = await session.scalar(query.with_for_update(of=(Need, Clock)))
    return found


async def move_clocks(session: AsyncSession, need: Need) -> None:
    """The clocks of a need go with it to its present division and station: those are told."""
    place = {"division": need.division, "station_id": need.station_id}
    await session.execute(update(Clock).where(Clock.need_id == need.id).values(place))


async def open_clock_ids(session: AsyncSession, after: UUID, limit: int) -> Sequence[UUID]:
    """Running clocks in the order of their ids, a piece at a time; not locked."""
    query = select(Clock.id).where(Clock.met_at.is_(None), Clock.stopped_at.is_(None), Clock.id > after)
    return (await session.scalars(query.order_by(Clock.id).limit(limit))).all()


async def soonest_due(session: AsyncSession, need: Need) -> datetime | None:
    """The soonest due time of a need's running clocks."""
    return await session.scalar(
        select(func.min(Clock.due_at)).where(
            Clock.need_id == need.id, Clock.episode == need.episode, Clock.met_at.is_(None), Clock.stopped_at.is_(None)
        )
    )


async def last_declined(session: AsyncSession, need_id: UUID) -> DeclinedReopening | None:
    """The county's last no to a further episode, if it said one."""
    query = select(DeclinedReopening).where(DeclinedReopening.need_id == need_id)
    found: DeclinedReopening | None = await session.scalar(query.order_by(DeclinedReopening.episode.desc()).limit(1))
    return found


async def orders_of(session: AsyncSession, need_id: UUID, episode: int) -> Sequence[NeedOrder]:
    query = select(NeedOrder).where(NeedOrder.need_id == need_id, NeedOrder.episode == episode)
    return (await session.scalars(query)).all()


async def count_open_orders(session: AsyncSession, need: Need) -> int:
    query = select(func.count()).select_from(NeedOrder)
    return await session.scalar(query.where(NeedOrder.need_id == need.id, NeedOrder.status.in_(OPEN_ORDERS))) or 0


async def was_taken(session: AsyncSession, need: Need) -> bool:
    """Whether a provider took an order of this episode and could not do it."""
    query = select(NeedOrder.order_id).where(
        NeedOrder.need_id == need.id, NeedOrder.episode == need.episode, NeedOrder.status == OrderStatus.FAILED
    )
    return await session.scalar(query.limit(1)) is not None


async def attempts(session: AsyncSession, need: Need) -> Sequence[datetime]:
    """When nobody was reached in the present episode, earliest first."""
    wanted = (Contact.need_id == need.id, Contact.episode == need.episode, Contact.kind == ContactKind.ATTEMPT)
    return (await session.scalars(select(Contact.occurred_at).where(*wanted).order_by(Contact.occurred_at))).all()


async def contact_is_known(session: AsyncSession, id: UUID) -> bool:
    return await session.get(Contact, id) is not None


async def order_by_id(session: AsyncSession, order_id: UUID) -> NeedOrder | None:
    return await session.get(NeedOrder, order_id, with_for_update=True)


async def end_grant(session: AsyncSession, order_id: UUID, moment: datetime) -> None:
    """From now on the order opens no card."""
    await session.execute(
        update(CardGrant).where(CardGrant.order_id == order_id, CardGrant.ended_at.is_(None)).values(ended_at=moment)
    )


async def grant_by_order(session: AsyncSession, order_id: UUID) -> CardGrant | None:
    """The open grant of an order, if it is the caller's."""
    found: CardGrant | None = await session.scalar(
        select(CardGrant).where(CardGrant.order_id == order_id, CardGrant.ended_at.is_(None))
    )
    return found
