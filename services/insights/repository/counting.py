"""What indicators are made of, counted in the reader's divisions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, Subquery, distinct, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.insights.models import (
    CaseFile,
    Complaint,
    NeedEpisode,
    Order,
    Person,
    ResidentAlias,
    ServiceGiven,
    Suggestion,
    Survey,
    Worker,
)
from services.insights.repository.reading import Wanted, asked_of, during, in_area, of_needs
from services.insights.rules.indicators import DEPARTMENTS_TOGETHER, SATISFIED_FROM
from shared.kit.feed.listening import ListenerPosition
from shared.schemas.vocabulary import Licence, NeedStatus

# A statement that answers with one row of numbers.
Counting = Any


async def counts(session: AsyncSession, wanted: Wanted, *, departments: Sequence[str]) -> dict[str, float]:
    """Everything that indicators are made of, by the word that they name it with."""
    found: dict[str, float] = {}
    for query in (
        _of_needs(wanted), _of_served(wanted), _of_surveys(wanted), _of_complaints(wanted), _of_suggestions(wanted),
        _of_people(wanted), _of_services(wanted), _of_workers(wanted), _of_stations(wanted, departments),
    ):  # fmt: skip
        row = (await session.execute(query)).one()
        found |= {name.replace("_", " "): float(value or 0) for name, value in row._mapping.items()}
    return found


async def heard(session: AsyncSession) -> set[str]:
    """The publishers of whom anything was ever heard."""
    return set(await session.scalars(select(ListenerPosition.publisher)))


async def staff_by_station(session: AsyncSession, wanted: Wanted) -> dict[Any, int]:
    """Of each station that ever reported a worker, how many work there at the end of the period."""
    works = (Worker.joined_at < wanted.period.until, _is_there_at_the_end(wanted))
    query = (
        select(Worker.station_id, func.count().filter(*works))
        .where(*in_area(Worker.division, wanted.division))
        .group_by(Worker.station_id)
    )
    return dict((await session.execute(query)).all())


def _is_there_at_the_end(wanted: Wanted) -> Any:
    return or_(Worker.left_at.is_(None), Worker.left_at >= wanted.period.until)


def _canonical() -> CTE:
    """Each merged file with the one that counts, however many merges lead there."""
    step = aliased(ResidentAlias)
    first = select(ResidentAlias.resident_id, ResidentAlias.canonical_id.label("root")).cte("canon", recursive=True)
    every = first.union(select(first.c.resident_id, step.canonical_id).join(step, step.resident_id == first.c.root))
    further = aliased(ResidentAlias)
    is_last = ~select(further.resident_id).where(further.resident_id == every.c.root).exists()
    return select(every.c.resident_id, every.c.root).where(is_last).cte("counts_as")


def _of_needs(wanted: Wanted) -> Counting:
    return select(func.count().label("asked"), func.count(NeedEpisode.resolved_at).label("resolved")).where(
        *of_needs(wanted)
    )


def _of_served(wanted: Wanted) -> Counting:
    """People with an episode that was resolved in the period, whenever it was asked; each once, as feedback counts."""
    alias = _canonical()
    # Who asked without a file is known by the need alone.
    person = func.coalesce(alias.c.root, NeedEpisode.resident_id, NeedEpisode.need_id)
    return (
        select(func.count(distinct(person)).label("served"))
        .select_from(NeedEpisode)
        .outerjoin(alias, alias.c.resident_id == NeedEpisode.resident_id)
        .where(
            during(NeedEpisode.resolved_at, wanted.period),
            NeedEpisode.status != NeedStatus.ENTERED_IN_ERROR,
            *in_area(NeedEpisode.division, wanted.division),
        )
    )


def _of_surveys(wanted: Wanted) -> Counting:
    return select(
        func.count().label("invited"),
        func.count(Survey.answered_at).label("answered"),
        func.count().filter(Survey.satisfaction >= SATISFIED_FROM).label("satisfied"),
    ).where(during(asked_of(Survey), wanted.period), *in_area(Survey.division, wanted.division))


def _of_complaints(wanted: Wanted) -> Counting:
    place = in_area(Complaint.division, wanted.division)
    return select(func.count().label("complaints")).where(during(Complaint.lodged_at, wanted.period), *place)


def _of_suggestions(wanted: Wanted) -> Counting:
    return select(
        func.count().label("suggestions"), func.count(Suggestion.adopted_at).label("adopted")
    ).where(during(Suggestion.made_at, wanted.period), *in_area(Suggestion.division, wanted.division))  # fmt: skip


def _of_people(wanted: Wanted) -> Counting:
    """People on file who belong to a group, and those of them whom somebody helped in the period; each once."""
    alias = _canonical()
    theirs, helped_one = alias.alias("theirs"), _helped(wanted)
    helped = (
        select(func.coalesce(theirs.c.root, helped_one.c.resident_id).label("person"))
        .select_from(helped_one)
        .outerjoin(theirs, theirs.c.resident_id == helped_one.c.resident_id)
        .distinct()
        .subquery()
    )
    person = func.coalesce(alias.c.root, Person.resident_id)
    return (
        select(
            func.count(distinct(person)).label("special"), func.count(distinct(helped.c.person)).label("special_served")
        )
        .select_from(Person)
        .outerjoin(alias, alias.c.resident_id == Person.resident_id)
        .outerjoin(helped, helped.c.person == person)
        .where(func.cardinality(Person.groups) > 0, *in_area(Person.division, wanted.division))
    )


def _helped(wanted: Wanted) -> Subquery:
    """Whose need somebody began on in the period, and who was reached by a service of their case in it."""
    by_need = select(NeedEpisode.resident_id).where(
        NeedEpisode.resident_id.is_not(None), during(NeedEpisode.started_at, wanted.period)
    )
    by_case = (
        select(CaseFile.resident_id)
        .join(ServiceGiven, ServiceGiven.case_id == CaseFile.case_id)
        .where(ServiceGiven.reached, ServiceGiven.is_professional, during(ServiceGiven.occurred_at, wanted.period))
    )
    return by_need.union(by_case).subquery()


def _of_services(wanted: Wanted) -> Counting:
    minutes = ServiceGiven.minutes
    return select(
        func.sum(minutes).label("minutes"),
        func.sum(minutes).filter(ServiceGiven.is_professional).label("professional_minutes"),
        func.sum(ServiceGiven.person_times).label("person_times"),
    ).where(during(ServiceGiven.occurred_at, wanted.period), *in_area(ServiceGiven.division, wanted.division))


def _of_workers(wanted: Wanted) -> Counting:
    """Those who work there at the end of the period, those who did at any time of it, and those who left in it."""
    at_the_end = _is_there_at_the_end(wanted)
    left = during(Worker.left_at, wanted.period)
    return select(
        func.count().filter(at_the_end).label("workers"),
        func.count().filter(at_the_end, Worker.licence != Licence.NONE).label("licensed"),
        func.count().filter(or_(Worker.left_at.is_(None), Worker.left_at >= wanted.period.since)).label("employed"),
        func.count().filter(left).label("left"),
        func.count().label("reported_workers"),
    ).where(Worker.joined_at < wanted.period.until, *in_area(Worker.division, wanted.division))


def _of_stations(wanted: Wanted, departments: Sequence[str]) -> Counting:
    many = (
        select(Order.station_id)
        .where(
            Order.accepted_at.is_not(None),
            Order.provider.in_(departments),
            during(Order.requested_at, wanted.period),
            *in_area(Order.division, wanted.division),
        )
        .group_by(Order.station_id)
        .having(func.count(distinct(Order.provider)) >= DEPARTMENTS_TOGETHER)
        .subquery()
    )
    return select(func.count().label("stations_with_departments")).select_from(many)
