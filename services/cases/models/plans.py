"""What a case plans beyond its own work: orders wished for, with what came of them, and follow-up after the end."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.cases.models.records import InCase, Worded
from services.cases.models.table import Table
from shared.kit.files.keeping import AttachmentColumns
from shared.kit.tables import MOMENT


class Attachment(AttachmentColumns, InCase):
    """A file of a case."""

    __tablename__ = "attachment"


class OrderWish(Worded):
    """The plan asks for an order: this category, so much of it, for one of the case's needs."""

    __tablename__ = "order_wish"

    need_id: Mapped[UUID]
    goal_id: Mapped[UUID | None] = mapped_column(ForeignKey("goal.id"))
    category: Mapped[str]
    quantity: Mapped[int]
    withdrawn_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_order_wish_at", "at", "id"), Index("ix_order_wish_need_id", "need_id", "category"))


class WishOrder(Table):
    """An order that came of a wish, as its facts tell of it; a returned one is followed by the next."""

    __tablename__ = "wish_order"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    wish_id: Mapped[UUID] = mapped_column(ForeignKey("order_wish.id"))
    provider: Mapped[str]
    quantity: Mapped[int]
    status: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(MOMENT)
    moved_at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_wish_order_wish_id", "wish_id", "requested_at"),)


class FollowUp(Worded):
    """A look back after the end, due on a day. `by` and `at` say who planned it, `done_by` who did it."""

    __tablename__ = "follow_up"

    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("worker.id"))
    due_on: Mapped[date]
    kind: Mapped[str | None]
    reached: Mapped[bool | None]
    standing: Mapped[str | None]
    occurred_at: Mapped[datetime | None] = mapped_column(MOMENT)
    is_late_entry: Mapped[bool | None]
    done_by: Mapped[str | None]
    done_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # What it found was the reason for which the case went on.
    reopened_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # The case went on before the day came: what was planned for after its end is planned anew.
    dropped_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_follow_up_at", "at", "id"), Index("ix_follow_up_worker", "worker_id", "due_on"))
