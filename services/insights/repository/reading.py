"""Questions behind the lists and packages; each sees what the reader's divisions let it see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Interval, and_, func, literal, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import CaseFile, NeedEpisode, Order, Package, Resource, ResourceUse, ServiceGiven, Station
from services.insights.rules.indicators import NOT_COUNTED
from services.insights.rules.months import Period
from shared.kit.clock import SHANGHAI
from shared.schemas.vocabulary import NeedStatus, ResourceStatus

OPEN = (NeedStatus.REGISTERED, NeedStatus.TRIAGED, NeedStatus.ORDERED, NeedStatus.WAITING)
DAY_SECONDS = 86_400
NO_TIME: Final[Any] = literal_column("INTERVAL '0'")
# Later than anything: an episode that is the last has no next one.
FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which area and period, and which needs of them. Without a division: all that the reader sees."""

    period: Period
    division: str | None = None
    category: str | None = None
    urgency: str | None = None


def in_area(column: Any, division: str | None) -> list[ColumnElement[bool]]:
    return [column.startswith(division, autoescape=True)] if division else []


def during(column: Any, period: Period) -> ColumnElement[bool]:
    return and_(column >= period.since, column < period.until)


def asked_of(survey: Any) -> Any:
    """When the episode was resolved that a survey is about; of older surveys only when they were sent is known."""
    return func.coalesce(survey.resolved_at, survey.invited_at)


def month_as_written(moment: Any) -> Any:
    """The month in which a moment lies here: `2026-03`."""
    return func.to_char(func.timezone(literal(SHANGHAI.utcoffset(None), Interval()), moment), "YYYY-MM")


def of_needs(wanted: Wanted) -> list[ColumnElement[bool]]:
    given = {NeedEpisode.category: wanted.category, NeedEpisode.urgency: wanted.urgency}
    return [
        during(NeedEpisode.registered_at, wanted.period),
        NeedEpisode.status.not_in(NOT_COUNTED),
        *in_area(NeedEpisode.division, wanted.division),
        *[column == value for column, value in given.items() if value is not None],
    ]


def open_needs(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Needs that wait for help and whose kind is known, whenever they were asked."""
    return [
        NeedEpisode.status.in_(OPEN),
        NeedEpisode.category.is_not(None),
        *in_area(NeedEpisode.division, wanted.division),
        *([NeedEpisode.category == wanted.category] if wanted.category else []),
    ]


async def needs_by_place(session: AsyncSession, wanted: Wanted) -> dict[tuple[str, str], tuple[int, int]]:
    """Needs by township and category: asked in the period, and open whenever they were asked."""
    township = func.left(NeedEpisode.division, 9)
    query = (
        select(
            township,
            NeedEpisode.category,
            func.count().filter(during(NeedEpisode.registered_at, wanted.period)),
            func.count().filter(NeedEpisode.status.in_(OPEN)),
        )
        .where(
            NeedEpisode.category.is_not(None),
            NeedEpisode.status.not_in(NOT_COUNTED),
            *in_area(NeedEpisode.division, wanted.division),
            *([NeedEpisode.category == wanted.category] if wanted.category else []),
        )
        .group_by(township, NeedEpisode.category)
    )
    return {(place, category): (asked, still) for place, category, asked, still in await session.execute(query)}


async def active_resources(session: AsyncSession, category: str | None = None) -> Sequence[Any]:
    """What is offered now, and how much of it is taken."""
    query = (
        select(Resource.category, Resource.areas, Resource.capacity, func.coalesce(ResourceUse.taken, 0))
        .outerjoin(ResourceUse, ResourceUse.resource_id == Resource.resource_id)
        .where(Resource.status == ResourceStatus.ACTIVE, *([Resource.category == category] if category else []))
        .order_by(Resource.resource_id)
    )
    return (await session.execute(query)).all()


async def packages_of(session: AsyncSession, quarter: str) -> Sequence[Package]:
    query = select(Package).where(Package.quarter == quarter).order_by(Package.provider, Package.package_id)
    return (await session.scalars(query)).all()


async def used_by_station(session: AsyncSession, period: Period) -> dict[tuple[Any, Any], int]:
    """What orders of a period used, by resource and station: of those that failed or were cancelled too."""
    query = (
        select(Order.resource_id, Order.station_id, func.sum(Order.used))
        .where(Order.used > 0, during(Order.requested_at, period))
        .group_by(Order.resource_id, Order.station_id)
    )
    return {(resource, station): int(used or 0) for resource, station, used in await session.execute(query)}


async def services_given(session: AsyncSession, wanted: Wanted) -> dict[tuple[str, str], int]:
    """Services recorded in the period, by township and the category of their case; administration is none."""
    township = func.left(CaseFile.division, 9)
    query = (
        select(township, CaseFile.category, func.count())
        .join(ServiceGiven, ServiceGiven.case_id == CaseFile.case_id)
        .where(
            ServiceGiven.is_professional,
            during(ServiceGiven.occurred_at, wanted.period),
            *in_area(CaseFile.division, wanted.division),
            *([CaseFile.category == wanted.category] if wanted.category else []),
        )
        .group_by(township, CaseFile.category)
    )
    return {(place, category): count for place, category, count in await session.execute(query)}


async def stations(session: AsyncSession) -> Sequence[Station]:
    """The stations that were told of, by their code."""
    return (await session.scalars(select(Station).order_by(Station.code))).all()
