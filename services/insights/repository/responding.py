"""How long people waited, counted by the database: one statement for a period, however many asked in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Float, and_, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.insights.models import NeedEpisode, NeedPause, Order
from services.insights.repository.reading import DAY_SECONDS, FAR, OPEN, Wanted, in_area, month_as_written, of_needs
from shared.kit.paging import Cut, beyond

# A length: until which step, due when, and less which pauses.
STEPS: Final = {
    "contact": ("contacted_at", "contact_due_at", "held_contact"),
    "known": ("contact_known_at", "contact_due_at", "held_known"),
    "second": ("contacted_at", "second_due_at", "held_second"),
    "start": ("provider_started_at", "start_due_at", "held_start"),
}
PERCENTILES: Final = (("median", 0.5), ("p90", 0.9))


async def lengths(session: AsyncSession, wanted: Wanted, *, by: Sequence[str], at: datetime) -> Sequence[Any]:
    """A row for each kind that there is, in order: without kinds one row, be it of nothing."""
    asked = _asked(wanted)
    held = _held(asked)
    joined = asked.outerjoin(held, and_(held.c.need_id == asked.c.need_id, held.c.episode == asked.c.episode))
    kinds = [asked.c[name] for name in by]
    figures = [figure for step in STEPS for figure in _figures(step, asked, held, at)]
    query = select(*kinds, func.count(asked.c.need_id).label("asked"), *figures).select_from(joined)
    return (await session.execute(query.group_by(*kinds).order_by(*kinds) if kinds else query)).all()


async def asked_in(
    session: AsyncSession, wanted: Wanted, page: Cut, *, late_at: datetime | None
) -> Sequence[NeedEpisode]:
    """The episodes that a figure counts, in the order of asking; only those late for their first contact, if wanted."""
    late = [] if late_at is None else [_is_late(late_at)]
    return await _episodes(session, page, *of_needs(wanted), *late)


async def waiting_now(session: AsyncSession, wanted: Wanted, page: Cut) -> Sequence[NeedEpisode]:
    """The episodes that still wait for help, whenever they were asked for, as the three lists count them."""
    category = [NeedEpisode.category == wanted.category] if wanted.category else [NeedEpisode.category.is_not(None)]
    return await _episodes(
        session, page, NeedEpisode.status.in_(OPEN), *in_area(NeedEpisode.division, wanted.division), *category
    )


async def _episodes(session: AsyncSession, page: Cut, *which: ColumnElement[bool]) -> Sequence[NeedEpisode]:
    # No two episodes of one need begin at one moment.
    place = (NeedEpisode.registered_at, NeedEpisode.need_id)
    query = select(NeedEpisode).where(*which, *beyond(*place, page)).order_by(*place).limit(page.limit + 1)
    return (await session.scalars(query)).all()


def _is_late(at: datetime) -> ColumnElement[bool]:
    """Whether nobody has been in touch though the time is over, and no listed pause holds the clock."""
    row, pause = NeedEpisode, NeedPause
    stands_still = exists().where(
        pause.need_id == row.need_id, pause.episode == row.episode, pause.resumed_at.is_(None), pause.stops_headline
    )
    return and_(row.contacted_at.is_(None), row.contact_due_at < at, ~stands_still)


def _asked(wanted: Wanted) -> CTE:
    """Each episode of the period, with when a provider first began on it."""
    row = NeedEpisode
    return (
        select(
            row.need_id, row.episode, row.registered_at, row.contacted_at, row.contact_known_at, row.contact_due_at,
            row.second_due_at, row.start_due_at, _provider_start().label("provider_started_at"),
            month_as_written(row.registered_at).label("month"),
            func.left(row.division, 6).label("county"), func.left(row.division, 9).label("township"),
            func.coalesce(row.category, "").label("category"), row.urgency,
        )
        .where(*of_needs(wanted))
        .cte("asked")
    )  # fmt: skip


def _provider_start() -> Any:
    """When a provider first began on an episode: its orders are those asked for before the next one began."""
    later = aliased(NeedEpisode)
    next_begins = (
        select(func.min(later.registered_at))
        .where(later.need_id == NeedEpisode.need_id, later.episode > NeedEpisode.episode)
        # Said, because a question within a question would else ask about all episodes instead of this one.
        .correlate(NeedEpisode)
        .scalar_subquery()
    )
    return (
        select(func.min(Order.started_at))
        .where(
            Order.need_id == NeedEpisode.need_id,
            Order.requested_at >= NeedEpisode.registered_at,
            Order.requested_at < func.coalesce(next_begins, FAR),
        )
        .correlate(NeedEpisode)
        .scalar_subquery()
    )


def _held(asked: CTE) -> CTE:
    """For how many days pauses held an episode before each step, and whether one still does."""
    pause = NeedPause

    def days_before(step: str) -> Any:
        until = asked.c[step]
        ends = func.least(func.coalesce(pause.resumed_at, until), until)
        return func.sum(func.greatest(_days(ends - func.greatest(pause.paused_at, asked.c.registered_at)), 0.0))

    return (
        select(
            pause.need_id,
            pause.episode,
            days_before("contacted_at").filter(pause.stops_headline).label("held_contact"),
            days_before("contact_known_at").filter(pause.stops_headline).label("held_known"),
            days_before("contacted_at").label("held_second"),
            days_before("provider_started_at").filter(pause.stops_headline).label("held_start"),
            func.bool_or(and_(pause.resumed_at.is_(None), pause.stops_headline)).label("stands_still"),
            func.bool_or(pause.resumed_at.is_(None)).label("second_stands_still"),
        )
        .join(asked, and_(asked.c.need_id == pause.need_id, asked.c.episode == pause.episode))
        .group_by(pause.need_id, pause.episode)
        .cte("held")
    )


def _days(length: Any) -> Any:
    return cast(func.extract("epoch", length), Float) / DAY_SECONDS


def _figures(step: str, asked: CTE, held: CTE, at: datetime) -> list[Any]:
    """What is said of one length: how many, mean, percentiles, in time, and late without having been taken."""
    until, due, less = (asked.c[STEPS[step][0]], asked.c[STEPS[step][1]], held.c[STEPS[step][2]])
    days = _days(until - asked.c.registered_at) - func.coalesce(less, 0.0)
    still = held.c.second_stands_still if step == "second" else held.c.stands_still
    is_late = and_(until.is_(None), due < at, or_(still.is_(None), ~still))
    return [
        func.count(until).label(f"{step}_count"),
        func.avg(days).label(f"{step}_mean"),
        *(func.percentile_cont(share).within_group(days.asc()).label(f"{step}_{name}") for name, share in PERCENTILES),
        func.count().filter(until <= due).label(f"{step}_within"),
        func.count().filter(is_late).label(f"{step}_late"),
    ]
