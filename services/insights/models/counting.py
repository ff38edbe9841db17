"""Rollups of the month by township and category, kept by the database row by row; the map reads these."""

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
    """Surveys sent in a month: answered, and satisfied."""

    __tablename__ = "answer_month"

    month: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    township: Mapped[str] = mapped_column(primary_key=True)
    answered: Mapped[int]
    satisfied: Mapped[int]
