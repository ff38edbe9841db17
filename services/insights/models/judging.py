"""What people said of it: surveys, complaints, suggestions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.insights.models.table import Table
from shared.kit.tables import MOMENT


class Survey(Table):
    """One episode's survey and its answer."""

    __tablename__ = "survey"

    survey_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID]
    episode: Mapped[int]
    category: Mapped[str]
    division: Mapped[str]
    station_id: Mapped[UUID]
    invited_at: Mapped[datetime] = mapped_column(MOMENT)
    # When the episode ended of which it asks: rates are of that month, as feedback's are.
    resolved_at: Mapped[datetime | None] = mapped_column(MOMENT)
    answered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    responded: Mapped[bool | None]
    solved: Mapped[str | None]
    satisfaction: Mapped[int | None]

    __table_args__ = (Index("ix_survey_division", "division", "invited_at"),)


class Complaint(Table):
    """A complaint and what became of it."""

    __tablename__ = "complaint"

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    station_id: Mapped[UUID | None]
    provider: Mapped[str | None]
    division: Mapped[str] = mapped_column(index=True)
    lodged_at: Mapped[datetime] = mapped_column(MOMENT)
    settled_at: Mapped[datetime | None] = mapped_column(MOMENT)
    outcome: Mapped[str | None]
    is_late: Mapped[bool | None]


class Suggestion(Table):
    """A suggestion, and whether it was taken up."""

    __tablename__ = "suggestion"

    suggestion_id: Mapped[UUID] = mapped_column(primary_key=True)
    division: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    adopted_at: Mapped[datetime | None] = mapped_column(MOMENT)
