"""What is kept of a file: how far it is, its parts until they are written, and the answers to its rows.

Parts and answers are sealed. A part goes in the transaction that writes its rows, so that what is left is what is
still to do, and nothing personal stays behind.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.crypto import Place
from shared.kit.tables import MOMENT, KitTable


class Batch(KitTable):
    """A file that was sent."""

    __tablename__ = "batch"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    # Of what the rows are, where the address says so (a provider); else empty.
    scope: Mapped[str]
    # The account whose file it is, and who acts when it is written: the roles that its token named.
    caller: Mapped[str]
    # Whom they act for, if anybody: all who act for it see the file.
    provider: Mapped[str | None]
    acts_as: Mapped[dict[str, Any]]
    status: Mapped[str]
    # The time that the request brought, where the environment lets it.
    moment: Mapped[datetime | None] = mapped_column(MOMENT)
    received_at: Mapped[datetime] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # By the wall clock: who works by itself leaves the file alone until then.
    due_at: Mapped[datetime] = mapped_column(MOMENT)
    parts: Mapped[int] = mapped_column(server_default="0")
    parts_done: Mapped[int] = mapped_column(server_default="0")
    rows: Mapped[int] = mapped_column(server_default="0")
    answered: Mapped[int] = mapped_column(server_default="0")
    counts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    attempts: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        Index("ix_batch_due", "due_at", "id", postgresql_where=text("status IN ('receiving', 'working')")),
    )


class BatchPart(KitTable):
    """Rows that wait to be written."""

    __tablename__ = "batch_part"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class BatchAnswers(KitTable):
    """The answers to the rows of a part: `last` is the number of its last row, `outcomes` which there are."""

    __tablename__ = "batch_answers"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
    counts: Mapped[dict[str, Any]]
    content: Mapped[bytes] = mapped_column(LargeBinary)


def part_place(batch_id: object, number: int) -> Place:
    """What a part is sealed for."""
    return Place(BatchPart.__tablename__, "content", f"{batch_id}/{number}")


def answers_place(batch_id: object, number: int) -> Place:
    """What the answers to a part are sealed for."""
    return Place(BatchAnswers.__tablename__, "content", f"{batch_id}/{number}")
