"""What is published beyond a county: written once, read by everybody."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import CountedEpisode, CubeCategory, CubeCell, CubeDay, NeedEpisode
from services.insights.repository.reading import during
from services.insights.rules.indicators import NOT_COUNTED
from services.insights.rules.months import Period


async def is_day_published(session: AsyncSession, day: date) -> bool:
    return bool(await session.scalar(select(select(CubeDay).where(CubeDay.day == day).exists())))


async def is_month_published(session: AsyncSession, month: str) -> bool:
    return bool(await session.scalar(select(select(CubeCell).where(CubeCell.month == month).exists())))


async def count_day(session: AsyncSession, day: date, period: Period) -> None:
    """Note for good which episodes a day counts: what is heard later, or changes later, changes nothing published."""
    episodes = select(NeedEpisode.need_id, NeedEpisode.episode, literal(day), NeedEpisode.division).where(
        during(NeedEpisode.registered_at, period), NeedEpisode.status.not_in(NOT_COUNTED)
    )
    columns = ["need_id", "episode", "day", "division"]
    await session.execute(insert_or_leave(CountedEpisode).from_select(columns, episodes).on_conflict_do_nothing())


async def counted_by_day(session: AsyncSession, first: date, last: date) -> dict[tuple[date, str], int]:
    """What the days counted, by day and county."""
    county = func.left(CountedEpisode.division, 6)
    query = select(CountedEpisode.day, county, func.count()).where(CountedEpisode.day.between(first, last))
    rows = await session.execute(query.group_by(CountedEpisode.day, county))
    return {(day, code): count for day, code, count in rows}


async def counted_by_place(session: AsyncSession, first: date, last: date) -> dict[tuple[str, str], int]:
    """What the days counted, by township and category; `""` is what nobody has judged."""
    township, category = func.left(CountedEpisode.division, 9), func.coalesce(NeedEpisode.category, "")
    query = (
        select(township, category, func.count())
        .outerjoin(
            NeedEpisode,
            (NeedEpisode.need_id == CountedEpisode.need_id) & (NeedEpisode.episode == CountedEpisode.episode),
        )
        .where(CountedEpisode.day.between(first, last))
        .group_by(township, category)
    )
    return {(place, kind): count for place, kind, count in await session.execute(query)}


async def add_days(session: AsyncSession, rows: Sequence[dict[str, Any]], *, at: datetime) -> None:
    await session.execute(insert(CubeDay), [row | {"made_at": at} for row in rows])


async def add_month(
    session: AsyncSession, cells: Sequence[dict[str, Any]], categories: Sequence[dict[str, Any]], *, at: datetime
) -> None:
    """Publish a month: its counties and townships, and its counties by category."""
    await session.execute(insert(CubeCell), [row | {"made_at": at} for row in cells])
    if categories:
        await session.execute(insert(CubeCategory), [row | {"made_at": at} for row in categories])


async def days_of(session: AsyncSession, first: date, last: date) -> Sequence[CubeDay]:
    """What everybody may see of each day, and of each county in it."""
    query = select(CubeDay).where(CubeDay.day.between(first, last)).order_by(CubeDay.day, CubeDay.county)
    return (await session.scalars(query)).all()


async def last_day(session: AsyncSession, first: date, last: date) -> date | None:
    """The last day between two that is published."""
    return await session.scalar(select(func.max(CubeDay.day)).where(CubeDay.day.between(first, last)))


async def month_of_places(session: AsyncSession, month: str) -> dict[str, CubeCell]:
    """What everybody may see of a month; empty as long as it is not published."""
    return {row.division: row for row in await session.scalars(select(CubeCell).where(CubeCell.month == month))}


async def month_of_category(session: AsyncSession, month: str, category: str) -> dict[str, int | None]:
    """What everybody may see of a category in a month, by county."""
    wanted = (CubeCategory.month == month, CubeCategory.category == category)
    return {row.county: row.need for row in await session.scalars(select(CubeCategory).where(*wanted))}
