"""Who asked for what, and when which step was taken."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.insights.models.table import Table
from shared.kit.tables import MOMENT


class NeedEpisode(Table):
    """One episode of a need, with the moment of each step."""

    __tablename__ = "need_episode"

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID | None]
    channel: Mapped[str | None]
    category: Mapped[str | None]
    groups: Mapped[list[str]]
    urgency: Mapped[str]
    # The headline clock keeps the target it started with; later rises have clocks of their own.
    asked_urgency: Mapped[str]
    division: Mapped[str]
    station_id: Mapped[UUID]
    status: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(MOMENT)
    triaged_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # The earliest contact that counts (corrected), and when a contact was first known of (first figure).
    contacted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    contact_known_at: Mapped[datetime | None] = mapped_column(MOMENT)
    started_at: Mapped[datetime | None] = mapped_column(MOMENT)
    started_by_station: Mapped[bool | None]
    waiting_since: Mapped[datetime | None] = mapped_column(MOMENT)
    resolved_at: Mapped[datetime | None] = mapped_column(MOMENT)
    outcome: Mapped[str | None]
    # When it ended otherwise than by an outcome: withdrawn, referred, joined.
    left_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    breached: Mapped[list[str]]

    __table_args__ = (
        Index("ix_need_episode_registered", "registered_at", "division"),
        Index("ix_need_episode_division", "division"),
    )


class Person(Table):
    """The groups of a person on file, by the id of the file."""

    __tablename__ = "person"

    resident_id: Mapped[UUID] = mapped_column(primary_key=True)
    division: Mapped[str]
    groups: Mapped[list[str]]
    version: Mapped[int]
