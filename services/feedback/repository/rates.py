"""Counting answers: one row for each station, department, category, township or county."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.feedback.models import Handler, Served, Survey
from services.feedback.rules.answers import SATISFIED_AT_LEAST, UNSATISFIED_AT_MOST
from services.feedback.rules.periods import following, midnight
from services.feedback.rules.states import SurveyStatus
from shared.kit.clock import local_day
from shared.schemas.vocabulary import Solved

TOWNSHIP_DIGITS, COUNTY_DIGITS, MONTHS = 9, 6, 3
KEYS: dict[str, ColumnElement[str]] = {
    "station": cast(Survey.station_id, String),
    "category": Survey.category.expression,
    "township": func.left(Survey.division, TOWNSHIP_DIGITS),
    "county": func.left(Survey.division, COUNTY_DIGITS),
}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, Survey.id)).distinct())


COUNTS: dict[str, ColumnElement[int]] = {
    "resolved": func.count(Survey.id.distinct()),
    "not_asked": _count(Survey.status == SurveyStatus.NOT_ASKED),
    "answered": _count(Survey.status == SurveyStatus.ANSWERED),
    "unreached": _count(Survey.status == SurveyStatus.CLOSED),
    "pending": _count(Survey.status.in_(SurveyStatus.open())),
    "responded": _count(Survey.responded.is_(True)),
    "solved": _count(Survey.solved == Solved.YES),
    "partly_solved": _count(Survey.solved == Solved.PARTLY),
    "not_solved": _count(Survey.solved == Solved.NO),
    "satisfied": _count(Survey.satisfaction >= SATISFIED_AT_LEAST),
    "neutral": _count((Survey.satisfaction > UNSATISFIED_AT_MOST) & (Survey.satisfaction < SATISFIED_AT_LEAST)),
    "unsatisfied": _count(Survey.satisfaction <= UNSATISFIED_AT_MOST),
}


async def counts(
    session: AsyncSession,
    by: str,
    *,
    since: datetime,
    until: datetime,
    division: str | None,
    hands: Collection[tuple[str, str]] = (),
) -> Sequence[dict[str, Any]]:
    """The counts of a time for each key. Where several departments served an episode, it counts for each of them."""
    key = Served.provider.expression if by == "provider" else KEYS[by]
    columns: list[ColumnElement[Any]] = [key.label("key"), *(count.label(name) for name, count in COUNTS.items())]
    columns += [_of_month(since, month).label(f"answered_{month}") for month in range(MONTHS)]
    columns.append(_count(_handled(hands)).label("handled"))
    query = (
        select(*columns)
        .select_from(Survey)
        .where(Survey.resolved_at >= since, Survey.resolved_at < until, Survey.status != SurveyStatus.VOID)
    )
    if by == "provider":
        query = query.join(Served, _in_episode())
    query = query.where(*below(Survey.division, division))
    rows = await session.execute(query.group_by(key).order_by(key))
    return [dict(row) for row in rows.mappings()]


def _of_month(since: datetime, month: int) -> ColumnElement[int]:
    """How many answered of one month, the first one being 0."""
    first = local_day(since)
    begins, ends = (midnight(following(first, month + each)) for each in (0, 1))
    resolved = (Survey.resolved_at >= begins) & (Survey.resolved_at < ends)
    return _count(resolved & (Survey.status == SurveyStatus.ANSWERED))


def _handled(hands: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    """That any of these had a hand in the need."""
    held = tuple_(Handler.kind, Handler.holder).in_(sorted(hands))
    return exists().where(Handler.need_id == Survey.need_id, held)


def below(column: InstrumentedAttribute[str], division: str | None) -> list[ColumnElement[bool]]:
    """That a row lies in a division or below it; nothing where none is named."""
    return [] if division is None else [column.startswith(division, autoescape=True)]


def _in_episode() -> ColumnElement[bool]:
    """An order belongs to the episode in whose time it was completed."""
    return (
        (Served.need_id == Survey.need_id)
        & (Served.completed_at <= Survey.resolved_at)
        & or_(Survey.began_after.is_(None), Served.completed_at > Survey.began_after)
    )
