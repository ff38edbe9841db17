"""The root of the tables of identity."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.kit.tables import MOMENT, NAMING
from shared.schemas.access import Grant
from shared.schemas.facts.identity import AccessRevoked, AccountChanged


class Table(DeclarativeBase):
    """A table of identity."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: JSONB, list[dict[str, Any]]: JSONB, list[str]: ARRAY(Text)}


class Subject:
    """What accounts and clients have in common: a name given once, grants, a beginning and an end."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    grants: Mapped[list[dict[str, Any]]]
    # Where the grants reach, so that administrators of those divisions find it.
    divisions: Mapped[list[str]]
    is_active: Mapped[bool]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(server_default="1")

    @property
    def subject(self) -> str:
        """Who its tokens say it is."""
        return self.name

    def held(self) -> tuple[Grant, ...]:
        """The grants, typed."""
        return tuple(Grant.model_validate(grant) for grant in self.grants)

    def hold(self, grants: Sequence[Grant], divisions: Sequence[str]) -> None:
        """Hold these grants from now on, and no others."""
        self.grants = [grant.model_dump(mode="json") for grant in grants]
        self.divisions = list(divisions)

    def changed(self) -> AccountChanged:
        """The fact of how it is now."""
        return AccountChanged(
            account=self.subject, is_active=self.is_active, version=self.version, grants=self.held(),
            worker=getattr(self, "worker", None),
        )  # fmt: skip

    def revoked(self, before: datetime) -> AccessRevoked:
        """The fact that tokens issued until then are no longer good."""
        return AccessRevoked(account=self.subject, before=before)

    def end(self, at: datetime) -> AccountChanged:
        """It is used no more; the name stays taken."""
        self.is_active, self.ended_at = False, at
        self.version += 1
        return self.changed()
