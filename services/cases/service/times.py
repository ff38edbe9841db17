"""Where the time went: professional and administrative minutes, as a by-product of service records."""

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case, ServiceRecord, ServiceTime
from services.cases.repository import stations, times
from services.cases.rules.times import professional_share
from services.cases.schemas.plans import MonthTime, TimeView
from shared.kit.clock import local_day
from shared.kit.errors import NotFound
from shared.schemas.vocabulary import ServiceKind


def count(session: AsyncSession, case: Case, record: ServiceRecord) -> None:
    """The minutes of a service count for the station that has the case now."""
    session.add(
        ServiceTime(
            service_id=record.id, worker_id=record.worker_id, station_id=case.station_id, division=case.division,
            day=local_day(record.occurred_at), is_professional=ServiceKind(record.kind).is_professional,
            minutes=record.minutes, person_times=record.person_times,
        )
    )  # fmt: skip


async def of_worker(session: AsyncSession, id: UUID, year: int) -> TimeView:
    """A worker's months."""
    if await stations.worker_by_id(session, id) is None:
        raise NotFound
    return await _months(session, times.of_worker(id), year)


async def of_station(session: AsyncSession, id: UUID, year: int) -> TimeView:
    """A station's months, over all who worked there."""
    if await stations.station_by_id(session, id) is None:
        raise NotFound
    return await _months(session, times.of_station(id), year)


async def _months(session: AsyncSession, whose: ColumnElement[bool], year: int) -> TimeView:
    rows = await times.minutes_by_month(session, whose, year)
    return TimeView(
        year=year,
        months=[
            MonthTime(
                **row._mapping,
                professional_share=professional_share(row.professional_minutes, row.administrative_minutes),
            )
            for row in rows
        ],
    )
