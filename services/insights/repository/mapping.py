"""Figures by place for the map, and what was published of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import CubeCell, NeedEpisode, Survey
from services.insights.repository.reading import DAY_SECONDS, OPEN
from services.insights.rules.indicators import NOT_COUNTED, SATISFIED_FROM
from services.insights.rules.months import Period


async def needs_by_township(session: AsyncSession, period: Period, *, category: str | None) -> Sequence[Any]:
    """Each need of a period: township, whether it is open, and the days until somebody spoke with the person."""
    days = func.extract("epoch", NeedEpisode.contacted_at - NeedEpisode.registered_at) / DAY_SECONDS
    query = select(func.left(NeedEpisode.division, 9), NeedEpisode.status.in_(OPEN), days).where(
        NeedEpisode.registered_at >= period.since,
        NeedEpisode.registered_at < period.until,
        NeedEpisode.status.not_in(NOT_COUNTED),
        *([NeedEpisode.category == category] if category else []),
    )
    return (await session.execute(query)).all()


async def answers_by_township(session: AsyncSession, period: Period, *, category: str | None) -> Sequence[Any]:
    """Each answer to a survey of a period: township, and whether the person was satisfied."""
    query = select(func.left(Survey.division, 9), Survey.satisfaction >= SATISFIED_FROM).where(
        Survey.responded.is_(True),
        Survey.invited_at >= period.since,
        Survey.invited_at < period.until,
        *([Survey.category == category] if category else []),
    )
    return (await session.execute(query)).all()


async def published(session: AsyncSession, month: str) -> dict[str, CubeCell]:
    """What everybody may see of a month; empty as long as it is not published."""
    rows = await session.scalars(select(CubeCell).where(CubeCell.month == month))
    return {row.division: row for row in rows}


async def add_published(session: AsyncSession, month: str, cells: Sequence[dict[str, Any]], *, at: datetime) -> None:
    """Publish a month; cells that were published before stay as they were."""
    rows = [cell | {"month": month, "made_at": at} for cell in cells]
    await session.execute(insert(CubeCell).values(rows).on_conflict_do_nothing())
