"""What cases announces."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.schemas.facts import Fact
from shared.schemas.seals import Seal
from shared.schemas.vocabulary import (
    CaseStage,
    ContactKind,
    Licence,
    Outcome,
    ServiceClass,
    ServiceKind,
    StationBuild,
    StationKind,
    StationSetting,
)


class StationService(BaseModel):
    """A line of a station's services list: base for everybody, or special to this station."""

    model_config = ConfigDict(frozen=True)

    category: str
    service_class: ServiceClass


class StationChanged(Fact, name="cases.station_changed.v1", subject="station_id"):
    """A station as it is now: routing and grants follow it, not the township's code."""

    station_id: UUID
    code: str
    kind: StationKind
    division: str
    serves: tuple[str, ...]
    is_active: bool
    build: StationBuild | None = None
    setting: StationSetting | None = None
    # What it serves by itself (站服务清单), by category; added after the first publication.
    services: tuple[StationService, ...] = ()
    version: int


class WorkerJoined(Fact, name="cases.worker_joined.v1", subject="worker_id"):
    """Somebody works at a station from now."""

    worker_id: UUID
    station_id: UUID
    division: str
    licence: Licence
    is_trained: bool
    joined_at: datetime


class WorkerChanged(Fact, name="cases.worker_changed.v1", subject="worker_id"):
    """A worker's licence or training is another one now."""

    worker_id: UUID
    station_id: UUID
    division: str
    licence: Licence
    is_trained: bool
    version: int
    changed_at: datetime


class WorkerLeft(Fact, name="cases.worker_left.v1", subject="worker_id"):
    """Somebody left; open cases wait in a hand-over packet."""

    worker_id: UUID
    station_id: UUID
    division: str
    open_cases: int
    left_at: datetime


class CaseOpened(Fact, name="cases.case_opened.v1", subject="case_id"):
    """A need is in a social worker's hands."""

    case_id: UUID
    need_id: UUID | None
    resident_id: UUID
    station_id: UUID
    division: str
    worker_id: UUID | None
    category: str
    opened_at: datetime


class CaseJoined(Fact, name="cases.case_joined.v1", subject="case_id"):
    """An episode of a need is part of a case from now; its resolution waits for the case's end."""

    case_id: UUID
    need_id: UUID
    episode: int
    station_id: UUID
    joined_at: datetime


class CaseReopened(Fact, name="cases.case_reopened.v1", subject="case_id"):
    """A closed case goes on, at assessment."""

    case_id: UUID
    resident_id: UUID
    station_id: UUID
    division: str
    worker_id: UUID | None
    reopened_at: datetime


class ContactMade(Fact, name="cases.contact_made.v1", subject="case_id"):
    """Somebody of the case spoke with the person; the earliest counts for the need's headline clock."""

    case_id: UUID
    need_id: UUID
    kind: ContactKind
    occurred_at: datetime
    recorded_at: datetime
    # Tells two contacts of the same minute apart; added after the first publication.
    service_id: UUID | None = None


class ServiceRecorded(Fact, name="cases.service_recorded.v1", subject="case_id"):
    """A service was given: minutes and person-times, professional or administrative."""

    case_id: UUID
    service_id: UUID
    kind: ServiceKind
    station_id: UUID
    division: str
    worker_id: UUID
    minutes: int
    person_times: int
    is_professional: bool
    reached: bool
    occurred_at: datetime
    is_late_entry: bool


class StageChanged(Fact, name="cases.stage_changed.v1", subject="case_id"):
    """The latest approved act put a case into this stage; it may go back."""

    case_id: UUID
    stage: CaseStage
    changed_at: datetime


class CaseAssigned(Fact, name="cases.case_assigned.v1", subject="case_id"):
    """The station's head gave it to a worker."""

    case_id: UUID
    station_id: UUID
    worker_id: UUID
    assigned_at: datetime


class CaseTransferred(Fact, name="cases.case_transferred.v1", subject="case_id"):
    """Another worker or station has it, and accepted it; or serves the place of a station that closed."""

    case_id: UUID
    from_station: UUID
    to_station: UUID
    to_worker: UUID | None
    transferred_at: datetime


class CaseClosed(Fact, name="cases.case_closed.v1", subject="case_id"):
    """It ended, with an outcome."""

    case_id: UUID
    resident_id: UUID
    station_id: UUID
    division: str
    outcome: Outcome
    score_before: int | None = None
    score_after: int | None = None
    closed_at: datetime


class CaseUnowned(Fact, name="cases.case_unowned.v1", subject="case_id"):
    """Nobody has this case: the head station and the township are told each working day until somebody has.

    `told` counts how often that was. A case left without a station of its own is told of at once.
    """

    case_id: UUID
    station_id: UUID
    division: str
    since: datetime
    # Added after the first publication, when it was told once.
    told: int = 1


class PartEnded(Fact, name="cases.part_ended.v1", subject="case_id"):
    """An episode of a need is no longer part of a case: it went on at another station. The case stays open."""

    case_id: UUID
    need_id: UUID
    episode: int
    station_id: UUID
    division: str
    moved_to: UUID
    ended_at: datetime


class AuditSealed(Seal, Fact, name="cases.audit_sealed.v1", subject="service"):
    """A batch of the trail of cases was sealed; identity holds the seal."""
