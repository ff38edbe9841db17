"""What is published beyond a county: each day once, in the night after it, and with a month's last day the month."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import publishing as repository
from services.insights.repository.hand import HAND
from services.insights.rules.months import Span, day_span, days_of_month, month_of, month_span
from services.insights.rules.suppression import LEAST_SHOWN, Month, banded, publish_month
from services.insights.schemas.heatmap import Layer
from services.insights.service.areas import townships_in
from services.insights.service.mapping import satisfaction, waits
from shared.kit.clock import local_day, now, today
from shared.kit.reference import reference
from shared.kit.timers import Timer, set_timer, timers_of
from shared.schemas.reference import Category

PUBLISH: Final = "publish_day"
# By then the day's last facts have arrived.
AFTER_THE_DAY: Final = timedelta(minutes=30)


async def publish_later(session: AsyncSession, asked_at: datetime) -> None:
    """When a day is over on which anybody asked, it is published, and each day after it."""
    day = local_day(asked_at)
    # Once a day is sure to be published it stays so, and many ask on one day.
    sure: set[date] = session.info["memory"].setdefault("days_to_publish", set())
    seen: set[date] = session.info.setdefault("days_in_hand", set()) if HAND in session.info else set()
    if day in sure or day in seen:
        return
    seen.add(day)
    if not await timers_of(session, day, kind=PUBLISH) and not await repository.is_day_published(session, day):
        await set_timer(session, PUBLISH, day, due=day_span(day).period.until + AFTER_THE_DAY)
    session.info["after_commit"].append(lambda: sure.add(day))


async def publish_day(session: AsyncSession, timer: Timer) -> None:
    """Publish a day of every county; once, so that nothing is learnt by reading twice."""
    day, span = date.fromisoformat(timer.subject), day_span(date.fromisoformat(timer.subject))
    month = month_of(span.period.since)
    if await repository.is_day_published(session, day):
        return
    # Each night, whether anybody asked or not: that no cube was made would be a figure too.
    await publish_later(session, span.period.until)
    # A month that was published counts what it counted; a day of it would count other ones.
    if await repository.is_month_published(session, month):
        return
    await repository.count_day(session, day, span.period)
    counted = await repository.counted_by_day(session, day, day)
    rows = [
        {"day": day, "county": county, "at_least": banded(counted.get((day, county), 0))}
        for county in await _counties(session)
    ]
    await repository.add_days(session, rows, at=now(session))
    if day == days_of_month(month)[-1]:
        await _publish_month(session, month)


async def _counties(session: AsyncSession) -> dict[str, list[str]]:
    """The townships of each county, by their codes."""
    found: dict[str, list[str]] = {}
    for row in townships_in(await reference(session), ("",), today(session)):
        found.setdefault(row.code[:6], []).append(row.code)
    return found


async def _publish_month(session: AsyncSession, month: str) -> None:
    """The month of each county: its townships and its categories, counting what its days counted and nothing else."""
    days = days_of_month(month)
    by_day = await repository.counted_by_day(session, days[0], days[-1])
    by_place = await repository.counted_by_place(session, days[0], days[-1])
    published = {row.day for row in await repository.days_of(session, days[0], days[-1])}
    kinds = [row.code for row in (await reference(session)).all(Category, Category.table, today(session))]
    judged = await _judged(session, month_span(month))
    cells: list[dict[str, Any]] = []
    categories: list[dict[str, Any]] = []
    for county, townships in (await _counties(session)).items():
        counts = [by_day.get((day, county), 0) for day in sorted(published)]
        shown = publish_month(counts, *_margins(county, townships, kinds, by_place))
        cells += _cells(month, county, shown, judged)
        categories += [
            {"month": month, "county": county, "category": kind, "need": need}
            for kind, need in shown.categories.items()
        ]  # fmt: skip
    await repository.add_month(session, cells, categories, at=now(session))


def _margins(
    county: str, townships: Sequence[str], kinds: Sequence[str], counted: dict[tuple[str, str], int]
) -> tuple[dict[str, int], dict[str, int]]:
    """A county's month by township, and by category; a place or a word no longer in use still counts."""
    by_township, by_category = dict.fromkeys(townships, 0), dict.fromkeys(["", *kinds], 0)
    for (place, kind), count in counted.items():
        if place.startswith(county):
            by_township[place] = by_township.get(place, 0) + count
            by_category[kind] = by_category.get(kind, 0) + count
    return by_township, by_category


Judged = dict[str, dict[Layer, float | None]]


async def _judged(session: AsyncSession, span: Span) -> Judged:
    """How it went in each place, where it went so for five people at least."""
    found: Judged = {}
    for layer, rows in (
        (Layer.RESPONSE_P90, await waits(session, span)), (Layer.SATISFACTION, await satisfaction(session, span)),
    ):  # fmt: skip
        for code, count, figure in rows:
            if count >= LEAST_SHOWN:
                found.setdefault(code, {})[layer] = figure
    return found


def _cells(month: str, county: str, shown: Month, judged: Judged) -> list[dict[str, Any]]:
    """How it went is told only where the count is."""
    rows = []
    for code, need in ((county, shown.total), *shown.townships.items()):
        how = judged.get(code, {}) if need is not None else {}
        rows.append({
            "month": month, "division": code, "need": need, "response_p90": how.get(Layer.RESPONSE_P90),
            "satisfaction": how.get(Layer.SATISFACTION),
        })  # fmt: skip
    return rows
