"""Who asks, as far as matching must know: copies kept from the facts of needs, codes only, made anew from the first."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.matching.models.table import Table
from shared.kit.tables import MOMENT


class Need(Table):
    """A need as its facts tell of it."""

    __tablename__ = "need"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    resident_id: Mapped[UUID | None] = mapped_column(index=True)
    category: Mapped[str | None]
    groups: Mapped[list[str]]
    urgency: Mapped[str]
    division: Mapped[str]
    station_id: Mapped[UUID]
    status: Mapped[str]
    episode: Mapped[int]
    confidence: Mapped[float | None]


class Person(Table):
    """The codes of a person, by the id of their file."""

    __tablename__ = "person"

    resident_id: Mapped[UUID] = mapped_column(primary_key=True)
    division: Mapped[str]
    codes: Mapped[dict[str, Any]]
    version: Mapped[int]


class Consent(Table):
    """Whether a person lets the departments see their file: the last word counts."""

    __tablename__ = "consent"

    resident_id: Mapped[UUID] = mapped_column(primary_key=True)
    given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(MOMENT)


class Override(Table):
    """A lawful reason, recorded by the station, to name a person for one need without their consent."""

    __tablename__ = "consent_override"

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID] = mapped_column(index=True)
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(MOMENT)


class ResidentAlias(Table):
    """A file that was merged into another: rows here stay as they are, and are read under the one that counts."""

    __tablename__ = "resident_alias"

    resident_id: Mapped[UUID] = mapped_column(primary_key=True)
    canonical_id: Mapped[UUID] = mapped_column(index=True)
