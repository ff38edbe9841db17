"""Figures by place for the map, each by a question of its own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Float, Subquery, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import AnswerMonth, NeedEpisode, NeedMonth, NeedPause, Survey
from services.insights.repository.reading import DAY_SECONDS, OPEN, during
from services.insights.rules.indicators import NOT_COUNTED, SATISFIED_FROM
from services.insights.rules.months import Period


async def needs_of_month(session: AsyncSession, month: str, *, category: str | None) -> Sequence[Any]:
    """Of each place: needs of a month, and how many are open, from the rollup that the database keeps."""
    code, grouped = _by_place(NeedMonth.township)
    query = select(code, func.sum(NeedMonth.asked), func.sum(NeedMonth.open)).where(
        NeedMonth.month == month, *([NeedMonth.category == category] if category else [])
    )
    return (await session.execute(query.group_by(grouped))).all()


async def answers_of_month(session: AsyncSession, month: str, *, category: str | None) -> Sequence[Any]:
    """Of each place: answers to the surveys of a month, and how many were satisfied, from the rollup."""
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
        Survey.responded.is_(True),
        during(Survey.invited_at, period),
        *([Survey.category == category] if category else []),
    )
    return (await session.execute(query.group_by(grouped))).all()


async def waits_of_period(session: AsyncSession, period: Period, *, category: str | None) -> Sequence[Any]:
    """Of each place: how many had contact, and the ninth tenth of their days, less what listed pauses held."""
    code, grouped = _by_place(NeedEpisode.division)
    held = _held()
    days = _days(NeedEpisode.contacted_at - NeedEpisode.registered_at) - func.coalesce(held.c.days, 0.0)
    query = (
        select(code, func.count(NeedEpisode.contacted_at), func.percentile_cont(0.9).within_group(days.asc()))
        .outerjoin(held, (held.c.need_id == NeedEpisode.need_id) & (held.c.episode == NeedEpisode.episode))
        .where(*_needs(period, category))
    )
    return (await session.execute(query.group_by(grouped))).all()


def _held() -> Subquery:
    """For how many days pauses held an episode before its first contact; few have any."""
    ends = func.least(func.coalesce(NeedPause.resumed_at, NeedEpisode.contacted_at), NeedEpisode.contacted_at)
    stretch = func.greatest(_days(ends - NeedPause.paused_at), 0.0)
    of_its_need = (NeedEpisode.need_id == NeedPause.need_id) & (NeedEpisode.episode == NeedPause.episode)
    return (
        select(NeedPause.need_id, NeedPause.episode, func.sum(stretch).label("days"))
        .join(NeedEpisode, of_its_need)
        .where(NeedPause.stops_headline)
        .group_by(NeedPause.need_id, NeedPause.episode)
        .subquery()
    )


def _days(length: Any) -> Any:
    return cast(func.extract("epoch", length), Float) / DAY_SECONDS


def _needs(period: Period, category: str | None) -> list[Any]:
    return [
        during(NeedEpisode.registered_at, period),
        NeedEpisode.status.not_in(NOT_COUNTED),
        *([NeedEpisode.category == category] if category else []),
    ]


def _by_place(division: Any) -> tuple[Any, Any]:
    """A code of nine, six or four digits, and the grouping that makes a row of each."""
    # Written out and not as parameters, so that the database knows them again in the grouping.
    township, county, city = (func.left(division, literal_column(str(digits))) for digits in (9, 6, 4))
    return func.coalesce(township, county, city), func.grouping_sets(township, county, city)
