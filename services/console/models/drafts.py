"""Drafts: what somebody wrote and has not sent, kept when the line or the browser breaks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.console.models.table import Table
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT


class Draft(Table):
    """The fields of one form of one account, sealed whole: people write about people."""

    __tablename__ = "draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    form: Mapped[str]
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(MOMENT, index=True)

    __table_args__ = (UniqueConstraint("account", "form"),)

    body = Sealed()
