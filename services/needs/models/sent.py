"""Needs that came in a file: under which key their sender knows them."""

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.models.table import Table


class SentNeed(Table):
    """A need under its sender's own key. Key and content are blind: they tell whether it is the same, and no more."""

    __tablename__ = "sent_need"

    sender: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    print: Mapped[bytes] = mapped_column(LargeBinary)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"))
