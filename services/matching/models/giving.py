"""Who gives, what, and how much of it is left."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from services.matching.models.table import Table
from shared.kit.tables import MOMENT
from shared.schemas.facts import matching as facts
from shared.schemas.vocabulary import ResourceStatus, Unit


class Provider(Table):
    """Somebody who gives. Departments come from the reference rows; a ninth is one more row."""

    __tablename__ = "provider"

    slug: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    short_zh: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]


class Resource(Table):
    """Something that is given (HSDS service with its location, area, schedule and capacity)."""

    __tablename__ = "resource"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(ForeignKey("provider.slug"))
    external_id: Mapped[str]
    kind: Mapped[str | None]
    name: Mapped[str]
    category: Mapped[str]
    unit: Mapped[str]
    # Divisions that are served, none inside another; found by the prefixes of the asker's code.
    areas: Mapped[list[str]]
    division: Mapped[str | None]
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    point_quality: Mapped[str | None]
    eligibility: Mapped[dict[str, Any] | None]
    documents: Mapped[list[str]]
    cost: Mapped[str]
    schedule: Mapped[str]
    # How much there is in all; null for kinds without a quantity.
    capacity: Mapped[int | None]
    lead_days: Mapped[int]
    opens: Mapped[date | None]
    closes: Mapped[date | None]
    status: Mapped[str]
    assured_until: Mapped[date | None]
    quality: Mapped[float | None]
    is_sample: Mapped[bool]
    # Of the form as it was sent: the same body again is no change.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
    version: Mapped[int]

    __table_args__ = (
        Index("uq_resource_provider_external_id", "provider", "external_id", unique=True),
        Index("ix_resource_category", "category", "id"),
        Index("ix_resource_areas", "areas", postgresql_using="gin"),
        Index("ix_resource_created", "created_at", "id"),
    )

    def changed(self) -> facts.ResourceChanged:
        """The fact of how it is now."""
        return facts.ResourceChanged(
            resource_id=self.id, provider=self.provider, category=self.category, unit=Unit(self.unit),
            areas=tuple(self.areas), capacity=self.capacity, status=ResourceStatus(self.status),
        )  # fmt: skip


class Account(Table):
    """How much is left: of a resource, or of a station's package of it. The ledger is the truth, this its sum."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    provider: Mapped[str]
    # Of a package: whose it is, for which quarter, from which day until before which.
    station_id: Mapped[UUID | None]
    division: Mapped[str | None]
    quarter: Mapped[str | None]
    quota: Mapped[int | None]
    opens: Mapped[date | None]
    closes: Mapped[date | None]
    carries_over: Mapped[bool] = mapped_column(server_default=text("false"))
    remaining: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (
        CheckConstraint("remaining >= 0", name="never_below_zero"),
        Index("uq_account_capacity", "resource_id", unique=True, postgresql_where=text("kind = 'capacity'")),
        Index(
            "uq_account_package", "resource_id", "station_id", "quarter", unique=True,
            postgresql_where=text("kind = 'package'"),
        ),
        Index("ix_account_created", "created_at", "id"),
    )  # fmt: skip

    def granted(self) -> facts.PackageGranted:
        """The fact of a package, with all that it holds now."""
        assert self.station_id is not None
        return facts.PackageGranted(
            package_id=self.id, provider=self.provider, resource_id=self.resource_id, station_id=self.station_id,
            quarter=self.quarter or "", quota=self.quota or 0,
        )  # fmt: skip


class LedgerEntry(Table):
    """One movement of an account; written once, never changed."""

    __tablename__ = "ledger_entry"

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    quantity: Mapped[int]
    order_id: Mapped[UUID | None] = mapped_column(index=True)
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_ledger_entry_account", "account_id", "number"),)
