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
    referral: Mapped[str | None]
    reopening_declined_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # Until when, by the service level of the day of asking: the first contact, less what listed pauses held; the same
    # less three failed attempts too (the second figure); and the provider's start.
    contact_due_at: Mapped[datetime | None] = mapped_column(MOMENT)
    second_due_at: Mapped[datetime | None] = mapped_column(MOMENT)
    start_due_at: Mapped[datetime | None] = mapped_column(MOMENT)
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


class NeedPause(Table):
    """A stretch in which an episode's clocks stood still, for a listed reason; open as long as it lasts."""

    __tablename__ = "need_pause"

    pause_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID]
    episode: Mapped[int]
    reason: Mapped[str]
    # Three failed attempts do not: they count in the second figure alone.
    stops_headline: Mapped[bool]
    paused_at: Mapped[datetime] = mapped_column(MOMENT)
    resumed_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_need_pause_need", "need_id", "episode"),)


class ResidentAlias(Table):
    """A file that counts as another one's, as long as the merge stands."""

    __tablename__ = "resident_alias"

    resident_id: Mapped[UUID] = mapped_column(primary_key=True)
    canonical_id: Mapped[UUID]
    merge_id: Mapped[UUID]
