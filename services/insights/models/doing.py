"""Who does it: stations with their lists, workers, cases, and services as recorded."""

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
    case_id: Mapped[UUID | None]
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
    is_trained: Mapped[bool | None]
    joined_at: Mapped[datetime] = mapped_column(MOMENT)
    left_at: Mapped[datetime | None] = mapped_column(MOMENT)


class Station(Table):
    """A station as it was last told of, with its services list (站服务清单) by class."""

    __tablename__ = "station"

    station_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    kind: Mapped[str]
    division: Mapped[str]
    serves: Mapped[list[str]]
    is_active: Mapped[bool]
    build: Mapped[str | None]
    setting: Mapped[str | None]
    base_services: Mapped[list[str]]
    special_services: Mapped[list[str]]
    version: Mapped[int]


class CaseFile(Table):
    """A case: whose, where, about what, and how it ended."""

    __tablename__ = "case_file"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID]
    station_id: Mapped[UUID]
    division: Mapped[str] = mapped_column(index=True)
    category: Mapped[str]
    status: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(MOMENT)
    reopened_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    outcome: Mapped[str | None]
    score_before: Mapped[int | None]
    score_after: Mapped[int | None]


class CasePart(Table):
    """An episode of a need that is worked on in a case."""

    __tablename__ = "case_part"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(MOMENT)
    # When it went on at another station, where it did: the case goes on without it.
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
