"""Figures by place for the map, each by a question of its own."""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Float,
    Integer,
    Select,
    Subquery,
    cast,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import (
    AnswerMonth,
    ContactWait,
    NeedEpisode,
    NeedMonth,
    NeedPause,
    Resource,
    ResourceUse,
    Survey,
    WaitMonth,
)
from services.insights.repository.reading import DAY_SECONDS, NO_TIME, OPEN, asked_of, during
from services.insights.rules.indicators import NOT_COUNTED, SATISFIED_FROM
from services.insights.rules.months import Period
from shared.schemas.vocabulary import ResourceStatus

NINTH_TENTH: Final = 0.9
# All categories together, in the rollup of waits.
ALL: Final = "*"


class Wait(NamedTuple):
    """Of a place: how many had contact, and within how many days nine of ten of them."""

    place: str
    episodes: int
    days: float


async def needs_of_month(session: AsyncSession, month: str, *, category: str | None) -> Sequence[Any]:
    """Of each place: needs of a month, and how many are open, from the rollup that the database keeps."""
    code, grouped = _by_place(NeedMonth.township)
    query = select(code, func.sum(NeedMonth.asked), func.sum(NeedMonth.open)).where(
        NeedMonth.month == month, *([NeedMonth.category == category] if category else [])
    )
    return (await session.execute(query.group_by(grouped))).all()


async def answers_of_month(session: AsyncSession, month: str, *, category: str | None) -> Sequence[Any]:
    """Of each place: answers about what was resolved in a month, and how many were satisfied, from the rollup."""
    code, grouped = _by_place(AnswerMonth.township)
    query = select(code, func.sum(AnswerMonth.answered), func.sum(AnswerMonth.satisfied)).where(
        AnswerMonth.month == month, *([AnswerMonth.category == category] if category else [])
    )
    return (await session.execute(query.group_by(grouped))).all()


async def needs_of_period(session: AsyncSession, period: Period, *, category: str | None) -> Sequence[Any]:
    """As `needs_of_month`, for any stretch of time: counted row by row."""
    code, grouped = _by_place(NeedEpisode.division)
    query = select(code, func.count(), func.count().filter(NeedEpisode.status.in_(OPEN)))
    return (await session.execute(query.where(*_needs(period, category)).group_by(grouped))).all()


async def answers_of_period(session: AsyncSession, period: Period, *, category: str | None) -> Sequence[Any]:
    """As `answers_of_month`, for any stretch of time."""
    code, grouped = _by_place(Survey.division)
    query = select(code, func.count(), func.count().filter(Survey.satisfaction >= SATISFIED_FROM)).where(
        Survey.answered_at.is_not(None),
        during(asked_of(Survey), period),
        *([Survey.category == category] if category else []),
    )
    return (await session.execute(query.group_by(grouped))).all()


async def waits_of_month(session: AsyncSession, month: str, *, category: str | None) -> Sequence[Wait]:
    """Of each place: how many needs of a month had contact, and the ninth tenth of their days, by the rollup.

    Counts by quarters of a day add up over places, and say in which quarter the ninth tenth lies and how many are
    before it. The waits in there are then read one by one, so that the figure is that of counting all row by row.
    """
    quarters = _quarters(month, category).subquery("quarters")
    # Each place by itself, through the index: joined, the database would compare every wait with every place.
    waits = (
        select(func.array_agg(aggregate_order_by(ContactWait.days, ContactWait.days.asc())).label("days"))
        .where(
            ContactWait.month == month,
            *([ContactWait.category == category] if category else []),
            ContactWait.bucket.between(quarters.c.low, quarters.c.high),
            # Codes are prefixes, so the codes of a place are those up to the character after the digits.
            ContactWait.township >= quarters.c.place,
            ContactWait.township < quarters.c.place + ":",
        )
        .lateral("waits")
    )
    found = await session.execute(select(quarters, waits.c.days).select_from(quarters).join(waits, true()))
    return [Wait(row.place, row.total, _ninth_tenth(row)) for row in found]


def _quarters(month: str, category: str | None) -> Select[Any]:
    """Of each place: how many waited, the quarters in which their ninth tenth lies, and how many are before those."""
    place, grouped = _by_place(WaitMonth.township, WaitMonth.bucket)
    episodes = func.sum(WaitMonth.episodes)
    upto = func.sum(episodes).over(partition_by=place, order_by=WaitMonth.bucket)
    every = (
        select(
            place.label("place"), WaitMonth.bucket, episodes.label("episodes"), upto.label("upto"),
            func.sum(episodes).over(partition_by=place).label("total"),
        )
        .where(WaitMonth.month == month, WaitMonth.category == (category or ALL))
        .group_by(grouped)
        .subquery()
    )  # fmt: skip
    rank = NINTH_TENTH * (cast(every.c.total, Float) - 1)
    before = every.c.upto - every.c.episodes
    return (
        select(
            every.c.place,
            cast(func.max(every.c.total), Integer).label("total"),
            func.min(every.c.bucket).label("low"),
            func.max(every.c.bucket).label("high"),
            cast(func.min(before), Integer).label("before"),
        )
        .where(every.c.episodes > 0, before <= func.ceil(rank), every.c.upto > func.floor(rank))
        .group_by(every.c.place)
    )


def _ninth_tenth(found: Any) -> float:
    """As the database's `percentile_cont` has it: between the two waits around the rank, by how near it is to each."""
    rank: float = NINTH_TENTH * (found.total - 1)
    below, above = (found.days[each(rank) - found.before] for each in (math.floor, math.ceil))
    return float(below + (rank - math.floor(rank)) * (above - below))


async def waits_of_period(session: AsyncSession, period: Period, *, category: str | None) -> Sequence[Wait]:
    """As `waits_of_month`, for any stretch of time: counted row by row."""
    code, grouped = _by_place(NeedEpisode.division)
    held = _held()
    length = NeedEpisode.contacted_at - NeedEpisode.registered_at - func.coalesce(held.c.length, NO_TIME)
    days = cast(func.extract("epoch", length), Float) / DAY_SECONDS
    query = (
        select(code, func.count(NeedEpisode.contacted_at), func.percentile_cont(NINTH_TENTH).within_group(days.asc()))
        .outerjoin(held, (held.c.need_id == NeedEpisode.need_id) & (held.c.episode == NeedEpisode.episode))
        .where(*_needs(period, category), NeedEpisode.contacted_at.is_not(None))
    )
    return [Wait(*row) for row in await session.execute(query.group_by(grouped))]


def _held() -> Subquery:
    """For how long pauses held an episode before its first contact; few have any."""
    ends = func.least(func.coalesce(NeedPause.resumed_at, NeedEpisode.contacted_at), NeedEpisode.contacted_at)
    stretch = func.greatest(ends - func.greatest(NeedPause.paused_at, NeedEpisode.registered_at), NO_TIME)
    of_its_need = (NeedEpisode.need_id == NeedPause.need_id) & (NeedEpisode.episode == NeedPause.episode)
    return (
        select(NeedPause.need_id, NeedPause.episode, func.sum(stretch).label("length"))
        .join(NeedEpisode, of_its_need)
        .where(NeedPause.stops_headline)
        .group_by(NeedPause.need_id, NeedPause.episode)
        .subquery()
    )


async def capacity_left(session: AsyncSession, *, category: str | None) -> Sequence[Any]:
    """Of each group of areas that resources serve alike: how much of what is counted is left there."""
    left = func.greatest(Resource.capacity - func.coalesce(ResourceUse.taken, 0), 0)
    query = (
        select(Resource.areas, func.sum(left))
        .outerjoin(ResourceUse, ResourceUse.resource_id == Resource.resource_id)
        .where(
            Resource.status == ResourceStatus.ACTIVE,
            Resource.capacity.is_not(None),
            *([Resource.category == category] if category else []),
        )
        .group_by(Resource.areas)
    )
    found: Sequence[Any] = (await session.execute(query)).all()
    return found


def _needs(period: Period, category: str | None) -> list[Any]:
    return [
        during(NeedEpisode.registered_at, period),
        NeedEpisode.status.not_in(NOT_COUNTED),
        *([NeedEpisode.category == category] if category else []),
    ]


def _by_place(division: Any, *also: Any) -> tuple[Any, Any]:
    """A code of nine, six or four digits, and the grouping that makes a row of each, by whatever else is named too."""
    # Written out and not as parameters, so that the database knows them again in the grouping.
    parts = [func.left(division, literal_column(str(digits))) for digits in (9, 6, 4)]
    return func.coalesce(*parts), func.grouping_sets(*(tuple_(part, *also) if also else part for part in parts))
