"""Who had a hand in a need, as the facts of needs and matching tell: codes and accounts, no words."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.feedback.models.table import Table
from shared.kit.tables import MOMENT


class Handler(Table):
    """A station, a provider or an account that had a hand in a need, in whichever episode."""

    __tablename__ = "handler"

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)


class Served(Table):
    """An order that a provider completed for a need: what a department is judged by."""

    __tablename__ = "served"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(index=True)
    provider: Mapped[str]
    completed_at: Mapped[datetime] = mapped_column(MOMENT)
