"""Questions about where the time went."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import ServiceTime


async def minutes_by_month(session: AsyncSession, whose: ColumnElement[bool], year: int) -> Sequence[Any]:
    """Minutes, person-times and services of each month of a year that has any."""
    month = func.to_char(ServiceTime.day, "YYYY-MM").label("month")
    professional = ServiceTime.is_professional
    query = select(
        month,
        func.coalesce(func.sum(ServiceTime.minutes).filter(professional), 0).label("professional_minutes"),
        func.coalesce(func.sum(ServiceTime.minutes).filter(~professional), 0).label("administrative_minutes"),
        func.sum(ServiceTime.person_times).label("person_times"),
        func.count().label("services"),
    ).where(whose, ServiceTime.day >= date(year, 1, 1), ServiceTime.day <= date(year, 12, 31))
    return (await session.execute(query.group_by(month).order_by(month))).all()


def of_worker(id: UUID) -> ColumnElement[bool]:
    return ServiceTime.worker_id == id


def of_station(id: UUID) -> ColumnElement[bool]:
    return ServiceTime.station_id == id
