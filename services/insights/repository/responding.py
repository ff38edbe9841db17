"""How long people waited, counted by the database: one statement for a period, however many asked in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Float, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.insights.models import NeedEpisode, NeedPause, Order
from services.insights.repository.reading import (
    DAY_SECONDS,
    FAR,
    NO_TIME,
    Wanted,
    month_as_written,
    of_needs,
    open_needs,
)
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
    asked = _asked(of_needs(wanted))
    held = _held(asked)
    joined = asked.outerjoin(held, _is_of(held.c, asked))
    kinds = [asked.c[name] for name in by]
    figures = [figure for step in STEPS for figure in _figures(step, asked, held, at)]
    query = select(*kinds, func.count(asked.c.need_id).label("asked"), *figures).select_from(joined)
    return (await session.execute(query.group_by(*kinds).order_by(*kinds) if kinds else query)).all()


async def episodes(
    session: AsyncSession, page: Cut, wanted: Wanted, *, at: datetime, is_overdue: bool, is_waiting: bool
) -> Sequence[NeedEpisode]:
    """The episodes that a figure counts, in the order of asking; one row more than the page holds.

    The conditions are those of the figures themselves, so that a list holds what its number says.
    """
    asked = _asked(open_needs(wanted) if is_waiting else of_needs(wanted))
    held = _held(asked)
    late = [_is_late("contact", asked, held, at)] if is_overdue else []
    query = (
        select(NeedEpisode)
        .join(asked, _is_of(NeedEpisode, asked))
        .outerjoin(held, _is_of(held.c, asked))
        .where(*late, *beyond(NeedEpisode.registered_at, NeedEpisode.need_id, page))
        .order_by(NeedEpisode.registered_at, NeedEpisode.need_id)
    )
    return (await session.scalars(query.limit(page.limit + 1))).all()


def _is_of(row: Any, asked: CTE) -> ColumnElement[bool]:
    return and_(row.need_id == asked.c.need_id, row.episode == asked.c.episode)


def _asked(which: Sequence[ColumnElement[bool]]) -> CTE:
    """Each of these episodes, with when a provider first began on it."""
    row = NeedEpisode
    return (
        select(
            row.need_id, row.episode, row.registered_at, row.contacted_at, row.contact_known_at, row.contact_due_at,
            row.second_due_at, row.start_due_at, _provider_start().label("provider_started_at"),
            month_as_written(row.registered_at).label("month"),
            func.left(row.division, 6).label("county"), func.left(row.division, 9).label("township"),
            func.coalesce(row.category, "").label("category"), row.urgency,
        )
        .where(*which)
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
    """For how long pauses held an episode before each step, and whether one still does."""
    pause = NeedPause

    def length_before(step: str) -> Any:
        until = asked.c[step]
        ends = func.least(func.coalesce(pause.resumed_at, until), until)
        return func.sum(func.greatest(ends - func.greatest(pause.paused_at, asked.c.registered_at), NO_TIME))

    return (
        select(
            pause.need_id,
            pause.episode,
            length_before("contacted_at").filter(pause.stops_headline).label("held_contact"),
            length_before("contact_known_at").filter(pause.stops_headline).label("held_known"),
            length_before("contacted_at").label("held_second"),
            length_before("provider_started_at").filter(pause.stops_headline).label("held_start"),
            func.bool_or(and_(pause.resumed_at.is_(None), pause.stops_headline)).label("stands_still"),
            func.bool_or(pause.resumed_at.is_(None)).label("second_stands_still"),
        )
        .join(asked, _is_of(pause, asked))
        .group_by(pause.need_id, pause.episode)
        .cte("held")
    )


def _days(length: Any) -> Any:
    return cast(func.extract("epoch", length), Float) / DAY_SECONDS


def _figures(step: str, asked: CTE, held: CTE, at: datetime) -> list[Any]:
    """What is said of one length: how many, mean, percentiles, in time, and late without having been taken."""
    until, due, less = (asked.c[STEPS[step][0]], asked.c[STEPS[step][1]], held.c[STEPS[step][2]])
    # Reckoned as the rollup of the map does it, so that both say the same to the last bit.
    days = _days(until - asked.c.registered_at - func.coalesce(less, NO_TIME))
    return [
        func.count(until).label(f"{step}_count"),
        func.avg(days).label(f"{step}_mean"),
        *(func.percentile_cont(share).within_group(days.asc()).label(f"{step}_{name}") for name, share in PERCENTILES),
        func.count().filter(until <= due).label(f"{step}_within"),
        func.count().filter(_is_late(step, asked, held, at)).label(f"{step}_late"),
    ]


def _is_late(step: str, asked: CTE, held: CTE, at: datetime) -> ColumnElement[bool]:
    """Whether the step should have been taken by now and was not, and nothing holds it."""
    until, due = (asked.c[STEPS[step][0]], asked.c[STEPS[step][1]])
    still = held.c.second_stands_still if step == "second" else held.c.stands_still
    return and_(until.is_(None), due < at, or_(still.is_(None), ~still))
