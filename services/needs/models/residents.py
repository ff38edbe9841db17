"""A person and what is known of them: one person, one file."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.models.table import Table
from services.needs.rules.numbers import age_on
from shared.kit.clock import local_day
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT
from shared.schemas.facts.needs import ConsentChanged, ResidentChanged
from shared.schemas.people import PersonCodes
from shared.schemas.vocabulary import OverrideReason


class Resident(Table):
    """A person's file. Personal fields are sealed and found through blind indexes; codes stand in the clear."""

    __tablename__ = "resident"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    birth_date_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    number_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    birth_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    sex: Mapped[str]
    groups: Mapped[list[str]]
    disability_kind: Mapped[str | None]
    disability_level: Mapped[int | None]
    hardship: Mapped[str | None]
    household_registration: Mapped[str | None]
    income_class: Mapped[str | None]
    self_care: Mapped[str | None]
    school_stage: Mapped[str | None]
    employment: Mapped[str | None]
    division: Mapped[str] = mapped_column(index=True)
    station_id: Mapped[UUID] = mapped_column(index=True)
    # Hidden from search and still served: victims of violence, sealed files.
    restricted: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    # Where a file was merged into another: the one that counts. The history stays under the old id.
    canonical_id: Mapped[UUID | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(server_default="1")

    name = Sealed()
    number = Sealed()
    birth_date = Sealed()
    address = Sealed()

    def codes(self, day: date) -> PersonCodes:
        """What rules may know of this person on a day."""
        born = date.fromisoformat(self.birth_date) if self.birth_date else None
        fields = {name: getattr(self, name) for name in PersonCodes.model_fields if name != "age"}
        return PersonCodes.model_validate(fields | {"age": age_on(born, day) if born else None})

    def changed(self, moment: datetime) -> ResidentChanged:
        """The fact of how this person's codes are now."""
        return ResidentChanged(
            resident_id=self.id, version=self.version, division=self.division, codes=self.codes(local_day(moment))
        )


class ResidentPhone(Table):
    """A phone under which a person can be reached, and whose it is."""

    __tablename__ = "resident_phone"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), index=True)
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    owner: Mapped[str]

    phone = Sealed()


class Consent(Table):
    """A person's word that departments may see their file, or a lawful override for one need."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), index=True)
    given: Mapped[bool]
    need_id: Mapped[UUID | None]
    override: Mapped[str | None]
    evidence_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)

    evidence = Sealed()

    def changed(self) -> ConsentChanged:
        return ConsentChanged(
            resident_id=self.resident_id,
            given=self.given,
            need_id=self.need_id,
            override=OverrideReason(self.override) if self.override else None,
            at=self.recorded_at,
        )


Index("ix_resident_created", Resident.created_at, Resident.id)


class ResidentAlias(Table):
    """A file that was merged into another: rows stay as they are, and are read under the one that counts."""

    __tablename__ = "resident_alias"

    resident_id: Mapped[UUID] = mapped_column(primary_key=True)
    canonical_id: Mapped[UUID] = mapped_column(index=True)
