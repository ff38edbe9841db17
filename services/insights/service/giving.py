"""What matching said: resources, packages, and each order with the moments of its steps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import Order, Package, Resource
from services.insights.repository import writing
from services.insights.rules.capacity import taken_by
from shared.kit.clock import now
from shared.schemas.facts import matching as facts
from shared.schemas.vocabulary import OrderStatus


async def keep_resource(session: AsyncSession, fact: facts.ResourcePublished | facts.ResourceChanged) -> None:
    await writing.put(
        session, Resource, resource_id=fact.resource_id, provider=fact.provider, category=fact.category,
        unit=fact.unit, areas=list(fact.areas), capacity=fact.capacity, status=fact.status,
    )  # fmt: skip


async def keep_package(session: AsyncSession, fact: facts.PackageGranted) -> None:
    await writing.put(
        session, Package, package_id=fact.package_id, provider=fact.provider, resource_id=fact.resource_id,
        station_id=fact.station_id, quarter=fact.quarter, quota=fact.quota,
    )  # fmt: skip


async def note_requested(session: AsyncSession, fact: facts.OrderRequested) -> None:
    """The station ordered: so much is held."""
    before = await writing.row_of(session, Order, fact.order_id)
    held = taken_by(OrderStatus.REQUESTED, fact.quantity, None)
    await writing.put(
        session, Order, order_id=fact.order_id, need_id=fact.need_id, resource_id=fact.resource_id,
        provider=fact.provider, station_id=fact.station_id, division=fact.division, category=fact.category,
        status=OrderStatus.REQUESTED, quantity=fact.quantity, requested_at=now(session),
    )  # fmt: skip
    await writing.take(session, fact.order_id, fact.resource_id, more=held - _taken(before))


async def note_accepted(session: AsyncSession, fact: facts.OrderAccepted) -> None:
    await _become(session, fact.order_id, OrderStatus.ACCEPTED, accepted_at=fact.accepted_at)


async def note_started(session: AsyncSession, fact: facts.OrderStarted) -> None:
    await _become(session, fact.order_id, OrderStatus.IN_PROGRESS, started_at=fact.started_at)


async def note_held(session: AsyncSession, fact: facts.OrderHeld) -> None:
    await _become(session, fact.order_id, OrderStatus.ON_HOLD)


async def note_resumed(session: AsyncSession, fact: facts.OrderResumed) -> None:
    await _become(session, fact.order_id, OrderStatus.IN_PROGRESS)


async def note_completed(session: AsyncSession, fact: facts.OrderCompleted) -> None:
    await _become(session, fact.order_id, OrderStatus.COMPLETED, ended_at=fact.completed_at, used=fact.used)


async def note_ended(
    session: AsyncSession, fact: facts.OrderRejected | facts.OrderFailed | facts.OrderCancelled, *, at: datetime
) -> None:
    """Ended without having been done; what it held is free again, but for what was used nevertheless."""
    status = {
        facts.OrderRejected: OrderStatus.REJECTED,
        facts.OrderFailed: OrderStatus.FAILED,
        facts.OrderCancelled: OrderStatus.CANCELLED,
    }[type(fact)]
    used = None if isinstance(fact, facts.OrderRejected) else fact.used or None
    await _become(session, fact.order_id, status, ended_at=at, reason=fact.reason, used=used)


async def _become(session: AsyncSession, id: UUID, status: OrderStatus, **values: Any) -> None:
    order = await writing.row_of(session, Order, id)
    if order is None:
        return
    taken = taken_by(status, order.quantity, values.get("used"))
    await writing.take(session, id, order.resource_id, more=taken - _taken(order))
    await writing.change(session, Order, {"order_id": id}, status=status, **values)


def _taken(order: Order | None) -> int:
    return taken_by(OrderStatus(order.status), order.quantity, order.used) if order else 0
