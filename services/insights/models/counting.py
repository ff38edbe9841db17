"""Rollups of the month by township and category, kept by the database with each statement; the map reads these."""

from uuid import UUID

from sqlalchemy import Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.insights.models.table import Table


class NeedMonth(Table):
    """Needs registered in a month: asked of somebody here, and open still. `""` is no category yet."""

    __tablename__ = "need_month"

    month: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    township: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[int]
    open: Mapped[int]


class AnswerMonth(Table):
    """Surveys of episodes that were resolved in a month: answered, and satisfied (4 or 5)."""

    __tablename__ = "answer_month"

    month: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    township: Mapped[str] = mapped_column(primary_key=True)
    answered: Mapped[int]
    satisfied: Mapped[int]


class ContactWait(Table):
    """How long an episode waited for its first contact, less what listed pauses held; its place and month beside it."""

    __tablename__ = "contact_wait"

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str]
    category: Mapped[str]
    township: Mapped[str]
    # The quarter of a day in which the wait lies; all beyond sixty days in the last.
    bucket: Mapped[int] = mapped_column(SmallInteger)
    days: Mapped[float]

    __table_args__ = (
        Index("ix_contact_wait_place", "month", "bucket", "township"),
        Index("ix_contact_wait_category", "month", "category", "bucket", "township"),
    )


class WaitMonth(Table):
    """Episodes registered in a month that had contact, by how long they waited; `*` is all categories together."""

    __tablename__ = "wait_month"

    month: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    township: Mapped[str] = mapped_column(primary_key=True)
    bucket: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    episodes: Mapped[int]
