"""Who does it: services as recorded, and the workers of the stations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.insights.models.table import Table
from shared.kit.tables import MOMENT


class ServiceGiven(Table):
    """One service record: minutes and person-times."""

    __tablename__ = "service_given"

    service_id: Mapped[UUID] = mapped_column(primary_key=True)
    station_id: Mapped[UUID]
    division: Mapped[str]
    kind: Mapped[str]
    minutes: Mapped[int]
    person_times: Mapped[int]
    is_professional: Mapped[bool]
    reached: Mapped[bool]
    occurred_at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_service_given_division", "division", "occurred_at"),)


class Worker(Table):
    """Somebody who works at a station, or did."""

    __tablename__ = "worker"

    worker_id: Mapped[UUID] = mapped_column(primary_key=True)
    station_id: Mapped[UUID]
    division: Mapped[str] = mapped_column(index=True)
    licence: Mapped[str]
    joined_at: Mapped[datetime] = mapped_column(MOMENT)
    left_at: Mapped[datetime | None] = mapped_column(MOMENT)
