"""Forms about stations and workers."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import (
    Licence,
    ServiceClass,
    StandardVerdict,
    StationBuild,
    StationKind,
    StationMeasure,
    StationSetting,
    Word,
)

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$", examples=["meals"])]
Division = Annotated[str, Field(pattern=r"^3610\d{0,8}$", examples=["361002100"])]
Area = Annotated[float, Field(ge=0, le=100_000)]


class TrainingKind(Word):
    """A course for workers."""

    PRE_SERVICE = "pre_service", "岗前培训"
    YEARLY = "yearly", "年度培训"
    SPECIAL = "special", "专题培训"


class OfferedService(Form):
    """A line of the services list (站服务清单)."""

    category: Code
    service_class: ServiceClass


class OfferedServiceView(View):
    category: str
    service_class: ServiceClass


class StationEdit(Form):
    """The part of a station's file that its head keeps; what is left out is not reported."""

    serves: tuple[Division, ...] = Field(min_length=1, max_length=30, description="The divisions that it serves.")
    build: StationBuild | None = None
    setting: StationSetting | None = None
    premises: Area | None = Field(default=None, description="m², for nothing else.")
    service_zone: Area | None = Field(default=None, description="m² of the premises.")
    office_zone: Area | None = Field(default=None, description="m² of the premises.")
    display_zone: Area | None = Field(default=None, description="m² of the premises.")
    has_access: bool | None = Field(default=None, description="Access without barriers, everywhere.")
    is_equipped: bool | None = None
    agreement_until: date | None = Field(default=None, description="The last day of the agreement on the premises.")
    operator: Code | None = Field(default=None, description="The slug of the organisation that runs it.")
    grade: int | None = Field(default=None, ge=1, le=5)
    speciality: Code | None = Field(default=None, description="Its speciality (一镇一品), as a category.")
    services: tuple[OfferedService, ...] = Field(default=(), max_length=60)
    service_points: tuple[Division, ...] = Field(
        default=(), max_length=60, description="Where it serves beside its house: village codes."
    )


class StationView(View):
    """A station as its file says."""

    id: UUID
    code: str
    kind: StationKind
    division: str
    name: str
    is_active: bool
    serves: list[str]
    build: StationBuild | None
    setting: StationSetting | None
    premises: float | None
    service_zone: float | None
    office_zone: float | None
    display_zone: float | None
    has_access: bool | None
    is_equipped: bool | None
    agreement_until: date | None
    operator: str | None
    grade: int | None
    speciality: str | None
    services: list[OfferedServiceView]
    service_points: list[str]
    version: int


class StandardView(View):
    """One standard, and how the station stands."""

    code: str
    measure: StationMeasure
    name_zh: str
    name_en: str
    clause: str
    least: float | None
    most: float | None
    value: float | None = Field(description="What the file says; null where it says nothing.")
    verdict: StandardVerdict


class StationFile(StationView):
    """The whole file (一站一档): who works there, and each standard."""

    staff: int | None = Field(description="Workers who are here now; null where none was ever recorded.")
    licensed: int
    standards: list[StandardView]


class WorkerForm(Form):
    """Somebody begins at a station."""

    account: str = Field(
        pattern=r"^[a-z][a-z0-9_-]{1,39}$",
        description="Their account, which says who it is.",
        examples=["chen-xiaolan"],
    )
    station_id: UUID
    licence: Licence = Licence.NONE
    skills: tuple[Code, ...] = Field(default=(), max_length=30, description="Categories that they are good at.")
    mentor_id: UUID | None = None
    joined_at: AwareDatetime | None = Field(default=None, description="When, if not now.")


class WorkerEdit(Form):
    """The part of a worker's file that the head keeps."""

    licence: Licence
    skills: tuple[Code, ...] = Field(default=(), max_length=30, description="Categories that they are good at.")
    mentor_id: UUID | None = Field(default=None, description="Another worker of the station who is here.")


class TrainingForm(Form):
    """A course and its result."""

    kind: TrainingKind
    held_on: date
    hours: float = Field(gt=0, le=500)
    passed: bool


class TrainingView(View):
    id: UUID
    kind: TrainingKind
    held_on: date
    hours: float
    passed: bool
    recorded_by: str
    recorded_at: Moment


class WorkerView(View):
    """A worker; who it is, is said by the account."""

    id: UUID
    account: str
    station_id: UUID
    division: str
    licence: Licence
    is_trained: bool
    skills: list[str]
    mentor_id: UUID | None
    joined_at: Moment
    left_at: Moment | None
    version: int


class WorkerFile(WorkerView):
    """A worker with courses and caseload."""

    caseload: int
    trainings: list[TrainingView]


class HandoverView(View):
    """The cases that somebody, or a station that closed, left behind."""

    id: UUID
    worker_id: UUID | None = Field(description="Who left; null where a station closed.")
    left_station: UUID | None = Field(description="The station that closed; null where somebody left.")
    station_id: UUID
    division: str
    count: int
    opened_at: Moment
    completed_at: Moment | None
    waiting: list[UUID] = Field(description="Cases that nobody has yet.")
