"""Needs and their orders as far as casework must know: kept from others' facts, made anew from the first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.cases.models.table import Table
from services.cases.rules.needs import ENDED
from shared.kit.tables import MOMENT


class Need(Table):
    """A need as its facts tell of it."""

    __tablename__ = "need"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID | None]
    category: Mapped[str | None]
    division: Mapped[str]
    station_id: Mapped[UUID]
    episode: Mapped[int]
    # Unknown for what was heard before this was kept.
    status: Mapped[str | None]
    reference: Mapped[str | None]
    # The number of the latest of its facts that was heard: an older one that is heard again moves nothing.
    heard: Mapped[int] = mapped_column(server_default="0")

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


class CaseEvent(Table):
    """What happened elsewhere for a need: its orders, its end. Shown with every case that the need is part of."""

    __tablename__ = "case_event"

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    fact: Mapped[str] = mapped_column(primary_key=True)
    # The order or the need, with the moment: hearing it again adds nothing.
    subject: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(MOMENT, primary_key=True)
    provider: Mapped[str | None]
    reason: Mapped[str | None]


class ResidentAlias(Table):
    """A file that is another one's since a merge: rows keep the id that they were written with."""

    __tablename__ = "resident_alias"

    resident_id: Mapped[UUID] = mapped_column(primary_key=True)
    canonical_id: Mapped[UUID] = mapped_column(index=True)
