"""What is given: resources, packages, and each order with its moments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.insights.models.table import Table
from shared.kit.tables import MOMENT


class Resource(Table):
    """What a provider offers, as it is now."""

    __tablename__ = "resource"

    resource_id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str]
    category: Mapped[str]
    unit: Mapped[str]
    areas: Mapped[list[str]]
    capacity: Mapped[int | None]
    status: Mapped[str]


class ResourceUse(Table):
    """How much of a resource orders hold or have used, wherever they are: the sum over all of its orders."""

    __tablename__ = "resource_use"

    resource_id: Mapped[UUID] = mapped_column(primary_key=True)
    taken: Mapped[int]


class Package(Table):
    """What a provider handed a station for a quarter, with all that it holds now."""

    __tablename__ = "package"

    package_id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str]
    resource_id: Mapped[UUID]
    station_id: Mapped[UUID]
    quarter: Mapped[str] = mapped_column(index=True)
    quota: Mapped[int]


class Order(Table):
    """An order, with the moment of each step."""

    __tablename__ = "service_order"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID]
    resource_id: Mapped[UUID] = mapped_column(index=True)
    provider: Mapped[str]
    station_id: Mapped[UUID]
    division: Mapped[str]
    category: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    quantity: Mapped[int]
    used: Mapped[int | None]
    requested_at: Mapped[datetime] = mapped_column(MOMENT)
    accepted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    started_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        Index("ix_service_order_need", "need_id", "requested_at"),
        Index("ix_service_order_division", "division", "requested_at"),
    )
