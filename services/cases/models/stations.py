"""Stations and those who work there."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.cases.models.table import Table
from services.cases.rules.standards import Measures, share
from shared.kit.tables import MOMENT
from shared.schemas.facts import cases as facts
from shared.schemas.vocabulary import Licence, StationBuild, StationKind, StationMeasure, StationSetting


class Station(Table):
    """One station, one file (一站一档): adopted from the reference rows, then kept by its head. Areas in m²."""

    __tablename__ = "station"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    division: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    is_active: Mapped[bool]
    serves: Mapped[list[str]]
    build: Mapped[str | None]
    setting: Mapped[str | None]
    premises: Mapped[float | None]
    service_zone: Mapped[float | None]
    office_zone: Mapped[float | None]
    display_zone: Mapped[float | None]
    has_access: Mapped[bool | None]
    is_equipped: Mapped[bool | None]
    agreement_until: Mapped[date | None]
    operator: Mapped[str | None]
    grade: Mapped[int | None]
    speciality: Mapped[str | None]
    services: Mapped[list[dict[str, Any]]]
    service_points: Mapped[list[str]]
    adopted_at: Mapped[datetime] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (Index("ix_station_adopted", "adopted_at", "id"),)

    def changed(self) -> facts.StationChanged:
        """The station as others must know it."""
        return facts.StationChanged(
            station_id=self.id, code=self.code, kind=StationKind(self.kind), division=self.division,
            serves=tuple(self.serves), is_active=self.is_active,
            build=StationBuild(self.build) if self.build else None,
            setting=StationSetting(self.setting) if self.setting else None,
            services=tuple(facts.StationService.model_validate(line) for line in self.services), version=self.version,
        )  # fmt: skip

    def edit(self, **values: Any) -> facts.StationChanged:
        """Write the part that its head keeps anew."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        return self.changed()

    def measures(self, *, staff: int | None, day: date) -> Measures:
        """The figures that standards are about; `staff` is null where no worker was ever recorded."""
        agreement = None if self.agreement_until is None else float(self.agreement_until >= day)
        return {
            StationMeasure.PREMISES: self.premises,
            StationMeasure.SERVICE_ZONE: share(self.service_zone, self.premises),
            StationMeasure.OFFICE_ZONE: share(self.office_zone, self.premises),
            StationMeasure.DISPLAY_ZONE: share(self.display_zone, self.premises),
            StationMeasure.ACCESS: None if self.has_access is None else float(self.has_access),
            StationMeasure.EQUIPMENT: None if self.is_equipped is None else float(self.is_equipped),
            StationMeasure.AGREEMENT: agreement,
            StationMeasure.STAFF: None if staff is None else float(staff),
        }


class Worker(Table):
    """Somebody who works at a station; who it is, is said by the account."""

    __tablename__ = "worker"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    station_id: Mapped[UUID] = mapped_column(ForeignKey("station.id"), index=True)
    division: Mapped[str]
    licence: Mapped[str]
    is_trained: Mapped[bool] = mapped_column(server_default=text("false"))
    skills: Mapped[list[str]]
    mentor_id: Mapped[UUID | None] = mapped_column(ForeignKey("worker.id"))
    joined_at: Mapped[datetime] = mapped_column(MOMENT)
    left_at: Mapped[datetime | None] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        Index("ix_worker_joined", "joined_at", "id"),
        Index("uq_worker_account", "account", unique=True, postgresql_where=text("left_at IS NULL")),
    )

    def joined(self) -> facts.WorkerJoined:
        return facts.WorkerJoined(
            worker_id=self.id, station_id=self.station_id, division=self.division, licence=Licence(self.licence),
            is_trained=self.is_trained, joined_at=self.joined_at,
        )  # fmt: skip

    def changed(self, *, at: datetime) -> facts.WorkerChanged:
        return facts.WorkerChanged(
            worker_id=self.id, station_id=self.station_id, division=self.division, licence=Licence(self.licence),
            is_trained=self.is_trained, version=self.version, changed_at=at,
        )  # fmt: skip

    def passed(self, *, at: datetime) -> tuple[facts.WorkerChanged, ...]:
        """Pre-service is passed: told once, however often it is taken."""
        self.version += 1
        if self.is_trained:
            return ()
        self.is_trained = True
        return (self.changed(at=at),)

    def edit(
        self, licence: Licence, skills: Iterable[str], mentor_id: UUID | None, *, at: datetime
    ) -> tuple[facts.WorkerChanged, ...]:
        """Write what the head keeps of them anew; told where others go by it."""
        is_told = self.licence != licence
        self.licence, self.skills, self.mentor_id = licence, list(skills), mentor_id
        self.version += 1
        return (self.changed(at=at),) if is_told else ()

    def leave(self, *, at: datetime, open_cases: int) -> facts.WorkerLeft:
        self.left_at = at
        self.version += 1
        return facts.WorkerLeft(
            worker_id=self.id, station_id=self.station_id, division=self.division, open_cases=open_cases, left_at=at
        )


class Training(Table):
    """A course that a worker took."""

    __tablename__ = "training"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"), index=True)
    kind: Mapped[str]
    held_on: Mapped[date]
    hours: Mapped[float]
    passed: Mapped[bool]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)


class Handover(Table):
    """The cases that somebody, or a station that closed, left behind, until each has somebody again."""

    __tablename__ = "handover"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    # Who left; null where a station closed.
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("worker.id"), index=True)
    # The station that closed; null where somebody left.
    left_station: Mapped[UUID | None]
    station_id: Mapped[UUID]
    division: Mapped[str]
    count: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(MOMENT)
    completed_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_handover_opened", "opened_at", "id"),)


class StationHead(Table):
    """An account that heads a station, as identity tells: what it works on itself is for the county to approve."""

    __tablename__ = "station_head"

    account: Mapped[str] = mapped_column(primary_key=True)
    station_id: Mapped[UUID] = mapped_column(primary_key=True)
