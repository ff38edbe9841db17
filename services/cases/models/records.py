"""What is written down in a case: assessments, goals, tasks, services, notes. Words are sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.cases.models.table import Table
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT


class InCase(Table):
    """Something that a case holds; the id is made in the order of time."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("casework.id"), index=True)


class Worded(InCase):
    """Something that somebody wrote down in words, and when."""

    __abstract__ = True

    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(MOMENT)

    words = Sealed()


class Assessment(Worded):
    """Scores by domain at one moment; `is_evaluation` where they measure what came of the work."""

    __tablename__ = "assessment"

    scores: Mapped[dict[str, int]]
    overall: Mapped[int]
    is_evaluation: Mapped[bool]


class Goal(Worded):
    """What the work is for."""

    __tablename__ = "goal"

    domain: Mapped[str]


class Task(Worded):
    """Something to be done in a case by a day. Scope columns are the case's, for the lists."""

    __tablename__ = "task"

    goal_id: Mapped[UUID | None] = mapped_column(ForeignKey("goal.id"))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("worker.id"))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (Index("ix_task_worker", "worker_id", "due_on"), Index("ix_task_at", "at", "id"))


class ServiceRecord(Worded):
    """A service that was given; it is never changed."""

    __tablename__ = "service_record"

    need_id: Mapped[UUID | None]
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"))
    kind: Mapped[str]
    contact: Mapped[str | None]
    minutes: Mapped[int]
    person_times: Mapped[int]
    reached: Mapped[bool]
    occurred_at: Mapped[datetime] = mapped_column(MOMENT)
    is_late_entry: Mapped[bool]


class Note(Worded):
    """Words about the case; they only grow."""

    __tablename__ = "note"


class ServiceTime(Table):
    """Where the minutes of a service count: for the station that the case was at then, wherever it goes later."""

    __tablename__ = "service_time"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service_record.id"), primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"))
    station_id: Mapped[UUID]
    division: Mapped[str]
    day: Mapped[date]
    is_professional: Mapped[bool]
    minutes: Mapped[int]
    person_times: Mapped[int]

    __table_args__ = (
        Index("ix_service_time_worker", "worker_id", "day"), Index("ix_service_time_station", "station_id", "day"),
    )  # fmt: skip
