"""What was published beyond a county, for everybody alike and never anew, and of which episodes it counted."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.insights.models.table import Table
from shared.kit.tables import MOMENT


class CountedEpisode(Table):
    """An episode that a day's cube counted: its month counts exactly the same ones. Nobody reads this."""

    __tablename__ = "counted_episode"

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    division: Mapped[str]

    __table_args__ = (Index("ix_counted_episode_day", "day"),)


class CubeDay(Table):
    """A county's day: needs registered on it, to a multiple of five below."""

    __tablename__ = "cube_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    county: Mapped[str] = mapped_column(primary_key=True)
    at_least: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(MOMENT)


class CubeCell(Table):
    """A month's figures of a county (6 digits) or township (9), as everybody beyond the county sees them."""

    __tablename__ = "cube_cell"

    month: Mapped[str] = mapped_column(primary_key=True)
    division: Mapped[str] = mapped_column(primary_key=True)
    need: Mapped[int | None]
    response_p90: Mapped[float | None]
    satisfaction: Mapped[float | None]
    made_at: Mapped[datetime] = mapped_column(MOMENT)


class CubeCategory(Table):
    """A county's month by category; `""` is what nobody had judged yet."""

    __tablename__ = "cube_category"

    month: Mapped[str] = mapped_column(primary_key=True)
    county: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    need: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
