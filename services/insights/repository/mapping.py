"""Figures by place for the map, and what was published of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import CubeCell, NeedEpisode, Survey
from services.insights.repository.reading import DAY_SECONDS, OPEN
from services.insights.rules.indicators import NOT_COUNTED, SATISFIED_FROM
from services.insights.rules.months import Period


async def needs_by_place(session: AsyncSession, period: Period, *, category: str | None) -> Sequence[Any]:
    """Of each township and county: needs of a period, how many are open or had contact, and the P90 of its days."""
    days = func.extract("epoch", NeedEpisode.contacted_at - NeedEpisode.registered_at) / DAY_SECONDS
    code, grouped = _by_place(NeedEpisode.division)
    query = (
        select(
            code,
            func.count(),
            func.count().filter(NeedEpisode.status.in_(OPEN)),
            func.count(NeedEpisode.contacted_at),
            func.percentile_cont(0.9).within_group(days.asc()),
        )
        .where(
            NeedEpisode.registered_at >= period.since,
            NeedEpisode.registered_at < period.until,
            NeedEpisode.status.not_in(NOT_COUNTED),
            *([NeedEpisode.category == category] if category else []),
        )
        .group_by(grouped)
    )
    return (await session.execute(query)).all()


async def answers_by_place(session: AsyncSession, period: Period, *, category: str | None) -> Sequence[Any]:
    """Of each township and county: answers to surveys of a period, and how many were satisfied."""
    code, grouped = _by_place(Survey.division)
    query = (
        select(code, func.count(), func.count().filter(Survey.satisfaction >= SATISFIED_FROM))
        .where(
            Survey.responded.is_(True),
            Survey.invited_at >= period.since,
            Survey.invited_at < period.until,
            *([Survey.category == category] if category else []),
        )
        .group_by(grouped)
    )
    return (await session.execute(query)).all()


def _by_place(division: Any) -> tuple[Any, Any]:
    """A code of nine or six digits, and the grouping that makes a row of each."""
    # Written out and not as parameters, so that the database knows them again in the grouping.
    township, county = (func.left(division, literal_column(str(digits))) for digits in (9, 6))
    return func.coalesce(township, county), func.grouping_sets(township, county)


async def published(session: AsyncSession, month: str) -> dict[str, CubeCell]:
    """What everybody may see of a month; empty as long as it is not published."""
    rows = await session.scalars(select(CubeCell).where(CubeCell.month == month))
    return {row.division: row for row in rows}


async def add_published(session: AsyncSession, month: str, cells: Sequence[dict[str, Any]], *, at: datetime) -> None:
    """Publish a month; cells that were published before stay as they were."""
    rows = [cell | {"month": month, "made_at": at} for cell in cells]
    await session.execute(insert(CubeCell).values(rows).on_conflict_do_nothing())
