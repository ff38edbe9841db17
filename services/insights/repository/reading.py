"""Questions about needs and what became of them; each sees what the reader's divisions let it see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.insights.models import (
    Complaint,
    NeedEpisode,
    Order,
    Package,
    Person,
    Resource,
    ResourceUse,
    ServiceGiven,
    Suggestion,
    Survey,
    Worker,
)
from services.insights.rules.indicators import DEPARTMENTS_TOGETHER, NOT_COUNTED, SATISFIED_FROM
from services.insights.rules.months import Period
from shared.schemas.vocabulary import Licence, NeedStatus, OrderStatus, ResourceStatus

OPEN = (NeedStatus.REGISTERED, NeedStatus.TRIAGED, NeedStatus.ORDERED, NeedStatus.WAITING)
DAY_SECONDS = 86_400
# A statement that answers with one row of numbers.
Counting = Any
# Later than anything: an episode that is the last has no next one.
FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which area and period, and which needs of them. Without a division: all that the reader sees."""

    period: Period
    division: str | None = None
    category: str | None = None
    urgency: str | None = None


def _in_area(column: Any, division: str | None) -> list[ColumnElement[bool]]:
    return [column.startswith(division, autoescape=True)] if division else []


def _during(column: Any, period: Period) -> ColumnElement[bool]:
    return and_(column >= period.since, column < period.until)


def _needs(wanted: Wanted) -> list[ColumnElement[bool]]:
    given = {NeedEpisode.category: wanted.category, NeedEpisode.urgency: wanted.urgency}
    return [
        _during(NeedEpisode.registered_at, wanted.period),
        NeedEpisode.status.not_in(NOT_COUNTED),
        *_in_area(NeedEpisode.division, wanted.division),
        *[column == value for column, value in given.items() if value is not None],
    ]


def _provider_start() -> Any:
    """When a provider first began on an episode: its orders are those asked for before the next one began."""
    later = aliased(NeedEpisode)
    next_begins = (
        select(func.min(later.registered_at))
        .where(later.need_id == NeedEpisode.need_id, later.episode > NeedEpisode.episode)
        # Said aloud: two selects deep it would otherwise be counted over the episodes of all needs.
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


async def episodes(session: AsyncSession, wanted: Wanted) -> Sequence[Any]:
    """Each episode asked in a period, and when a provider began on it; oldest first."""
    query = (
        select(NeedEpisode, _provider_start().label("provider_started_at"))
        .where(*_needs(wanted))
        .order_by(NeedEpisode.registered_at, NeedEpisode.need_id, NeedEpisode.episode)
    )
    return (await session.execute(query)).all()


async def counts(session: AsyncSession, wanted: Wanted, *, departments: Sequence[str]) -> dict[str, float]:
    """Everything that indicators are made of, by the word that they name it with."""
    found: dict[str, float] = {}
    for query in (
        _of_needs(wanted), _of_surveys(wanted), _of_complaints(wanted), _of_suggestions(wanted), _of_people(wanted),
        _of_services(wanted), _of_workers(wanted), _of_stations(wanted, departments),
    ):  # fmt: skip
        row = (await session.execute(query)).one()
        found |= {name.replace("_", " "): float(value or 0) for name, value in row._mapping.items()}
    return found


def _of_needs(wanted: Wanted) -> Counting:
    length = func.extract("epoch", NeedEpisode.contacted_at - NeedEpisode.registered_at) / DAY_SECONDS
    is_served = NeedEpisode.started_at.is_not(None)
    person = func.coalesce(NeedEpisode.resident_id, NeedEpisode.need_id)
    return select(
        func.count().label("asked"),
        func.count(NeedEpisode.resolved_at).label("resolved"),
        func.count(NeedEpisode.contacted_at).label("contacted"),
        func.sum(length).label("days_until_contact"),
        func.count(distinct(person)).filter(is_served).label("served"),
    ).where(*_needs(wanted))


def _of_surveys(wanted: Wanted) -> Counting:
    return select(
        func.count().label("invited"),
        func.count().filter(Survey.responded.is_(True)).label("responded"),
        func.count().filter(Survey.responded.is_(True), Survey.satisfaction >= SATISFIED_FROM).label("satisfied"),
    ).where(_during(Survey.invited_at, wanted.period), *_in_area(Survey.division, wanted.division))


def _of_complaints(wanted: Wanted) -> Counting:
    place = _in_area(Complaint.division, wanted.division)
    return select(func.count().label("complaints")).where(_during(Complaint.lodged_at, wanted.period), *place)


def _of_suggestions(wanted: Wanted) -> Counting:
    return select(
        func.count().label("suggestions"), func.count(Suggestion.adopted_at).label("adopted")
    ).where(_during(Suggestion.made_at, wanted.period), *_in_area(Suggestion.division, wanted.division))  # fmt: skip


def _of_people(wanted: Wanted) -> Counting:
    """People on file who belong to a group, and those of them whom somebody helped in the period."""
    helped = (
        select(NeedEpisode.need_id)
        .where(
            NeedEpisode.resident_id == Person.resident_id,
            NeedEpisode.started_at.is_not(None),
            _during(NeedEpisode.started_at, wanted.period),
        )
        .exists()
    )
    return select(
        func.count().label("special"), func.sum(case((helped, 1), else_=0)).label("special_served")
    ).where(func.cardinality(Person.groups) > 0, *_in_area(Person.division, wanted.division))  # fmt: skip


def _of_services(wanted: Wanted) -> Counting:
    minutes = ServiceGiven.minutes
    return select(
        func.sum(minutes).label("minutes"),
        func.sum(minutes).filter(ServiceGiven.is_professional).label("professional_minutes"),
        func.sum(ServiceGiven.person_times).label("person_times"),
    ).where(_during(ServiceGiven.occurred_at, wanted.period), *_in_area(ServiceGiven.division, wanted.division))


def _of_workers(wanted: Wanted) -> Counting:
    """Those who work there at the end of the period."""
    until = wanted.period.until
    return select(
        func.count().label("workers"), func.count().filter(Worker.licence != Licence.NONE).label("licensed")
    ).where(
        Worker.joined_at < until,
        func.coalesce(Worker.left_at, until) >= until,
        *_in_area(Worker.division, wanted.division),
    )  # fmt: skip


def _of_stations(wanted: Wanted, departments: Sequence[str]) -> Counting:
    many = (
        select(Order.station_id)
        .where(
            Order.accepted_at.is_not(None),
            Order.provider.in_(departments),
            _during(Order.requested_at, wanted.period),
            *_in_area(Order.division, wanted.division),
        )
        .group_by(Order.station_id)
        .having(func.count(distinct(Order.provider)) >= DEPARTMENTS_TOGETHER)
        .subquery()
    )
    return select(func.count().label("stations_with_departments")).select_from(many)


async def needs_by_place(session: AsyncSession, wanted: Wanted) -> dict[tuple[str, str], tuple[int, int]]:
    """Needs by township and category: asked in the period, and open whenever they were asked."""
    township = func.left(NeedEpisode.division, 9)
    query = (
        select(
            township,
            NeedEpisode.category,
            func.count().filter(_during(NeedEpisode.registered_at, wanted.period)),
            func.count().filter(NeedEpisode.status.in_(OPEN)),
        )
        .where(
            NeedEpisode.category.is_not(None),
            NeedEpisode.status.not_in(NOT_COUNTED),
            *_in_area(NeedEpisode.division, wanted.division),
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
    """What completed orders of a period used, by resource and station."""
    query = (
        select(Order.resource_id, Order.station_id, func.sum(Order.used))
        .where(Order.status == OrderStatus.COMPLETED, _during(Order.requested_at, period))
        .group_by(Order.resource_id, Order.station_id)
    )
    return {(resource, station): int(used or 0) for resource, station, used in await session.execute(query)}
