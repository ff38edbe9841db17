"""Resources: published under their provider's own key, changed only when something has changed, read by all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.errors import CannotBePublished, CapacityInUse, KeepsItsQuantity
from services.matching.models import Account, Resource
from services.matching.repository import giving as repository
from services.matching.repository import ledger
from services.matching.rules.ledger import Entry
from services.matching.schemas.resources import (
    CapacityView,
    PointView,
    ResourceFilter,
    ResourceForm,
    ResourcePut,
    ResourceView,
)
from services.matching.service import assurance
from services.matching.service.providers import own_provider
from shared.kit.clock import now, today
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.kit.reference import Snapshot, reference
from shared.schemas.batches import RowOutcome
from shared.schemas.facts import Fact
from shared.schemas.facts.matching import ResourcePublished
from shared.schemas.reference import Category, Division, ResourceKind
from shared.schemas.vocabulary import AccountKind, LedgerEntryKind, PointQuality

Faults = list[dict[str, Any]]


@dataclass(slots=True)
class NewRows:
    """What new listings put into the database, gathered to be written at once."""

    resources: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    # The last days for which new or changed listings are vouched for.
    days: set[date | None] = field(default_factory=set)


async def put_resource(session: AsyncSession, slug: str, external_id: str, form: ResourceForm) -> ResourcePut:
    """Publish a resource or change it; the same body again is no change and no fact."""
    await own_provider(session, slug)
    faults = unfit(await reference(session), form, today(session))
    if faults:
        raise CannotBePublished(faults)
    await repository.hold_provider(session, slug)
    before = (await repository.resources_by_external_id(session, slug, [external_id])).get(external_id)
    rows = NewRows()
    outcome, id = await take(session, slug, external_id, form, rows, before=before)
    await write(session, slug, rows)
    return ResourcePut(**(await resource_view(session, id)).model_dump(), outcome=outcome)


async def write(session: AsyncSession, provider: str, rows: NewRows) -> None:
    """Write what was gathered, say so, and watch over the days until which the provider vouches."""
    await session.flush()
    await repository.add_resources(session, rows.resources, rows.accounts, rows.entries)
    announce(session, *rows.facts)
    await assurance.watch(session, provider, rows.days)


def unfit(snapshot: Snapshot, form: ResourceForm, day: date) -> Faults:
    """What in a listing does not fit what the city knows, each with its place."""
    faults = []
    if snapshot.get(Category, Category.table, form.category, day) is None:
        faults.append(
            _fault(
                "#/category",
                f"no category {form.category}; see /needs/v1/categories",
                f"没有「{form.category}」这一类别，可选类别见 /needs/v1/categories",
            )
        )
    if form.kind is not None and snapshot.get(ResourceKind, ResourceKind.table, form.kind, day) is None:
        faults.append(_fault("#/kind", f"no kind of resource {form.kind}", f"没有「{form.kind}」这一资源种类"))
    places = [(f"#/areas/{place}", code) for place, code in enumerate(form.areas)]
    if form.division is not None:
        places.append(("#/division", form.division))
    for pointer, code in places:
        if snapshot.dated(Division.table, code, day) is None:
            faults.append(
                _fault(
                    pointer,
                    f"no division {code}; see /needs/v1/divisions",
                    f"没有区划编码 {code}，见 /needs/v1/divisions",
                )
            )
    return faults


def _fault(pointer: str, english: str, chinese: str) -> dict[str, Any]:
    return {"pointer": pointer, "detail": english, "zh": chinese}


async def take(
    session: AsyncSession, slug: str, external_id: str, form: ResourceForm, rows: NewRows, *, before: Resource | None
) -> tuple[RowOutcome, UUID]:
    """Gather a new listing, change the one there is, or leave it as it is.

    Raises:
        CapacityInUse: more capacity is taken back than is free.
        KeepsItsQuantity: what is counted would no longer be.
    """
    digest = digest_of(form)
    if before is None or before.digest != digest:
        rows.days.add(form.assured_until)
    if before is None:
        return RowOutcome.CREATED, _gather(session, slug, external_id, form, rows, digest=digest)
    if before.digest == digest:
        return RowOutcome.UNCHANGED, before.id
    await _move_capacity(session, before, form.capacity)
    for name, value in _columns(form).items():
        setattr(before, name, value)
    before.digest, before.updated_at = digest, now(session)
    before.version += 1
    rows.facts.append(before.changed())
    return RowOutcome.CHANGED, before.id


def digest_of(form: ResourceForm) -> bytes:
    """What tells whether a listing is still the same."""
    return hashlib.sha256(form.model_dump_json().encode()).digest()


def _columns(form: ResourceForm) -> dict[str, Any]:
    written = form.model_dump(exclude={"point", "areas", "documents"})
    point = form.point
    return written | {
        "areas": list(form.least_areas),
        "documents": list(form.documents),
        "lng": point.lng if point else None,
        "lat": point.lat if point else None,
        "point_quality": point.quality if point else None,
    }


def _gather(
    session: AsyncSession, slug: str, external_id: str, form: ResourceForm, rows: NewRows, *, digest: bytes
) -> UUID:
    """Rows and fact straight from the form: a model of its own for each of 100,000 would cost half of it all."""
    id, moment, written = new_id(), now(session), _columns(form)
    rows.resources.append(
        {
            "id": id, "provider": slug, "external_id": external_id, "digest": digest, "quality": None,
            "created_at": moment, "updated_at": moment, "version": 1,
        } | written
    )  # fmt: skip
    if form.capacity is not None:
        _gather_account(session, id, slug, form.capacity, rows)
    rows.facts.append(
        ResourcePublished(
            resource_id=id, provider=slug, category=form.category, unit=form.unit, areas=tuple(written["areas"]),
            capacity=form.capacity, status=form.status,
        )
    )  # fmt: skip
    return id


def _gather_account(session: AsyncSession, resource: UUID, provider: str, capacity: int, rows: NewRows) -> None:
    id, moment = new_id(), now(session)
    rows.accounts.append(
        {
            "id": id, "kind": AccountKind.CAPACITY, "resource_id": resource, "provider": provider,
            "remaining": capacity, "created_at": moment, "updated_at": moment,
        }
    )  # fmt: skip
    if capacity:
        actor = session.info["context"].actor
        rows.entries.append(
            {"account_id": id, "kind": LedgerEntryKind.GRANT, "quantity": capacity, "by": actor, "at": moment}
        )


async def _move_capacity(session: AsyncSession, resource: Resource, capacity: int | None) -> None:
    """More or less capacity is an adjustment of what is free; what is handed out or reserved stays where it is."""
    if capacity == resource.capacity:
        return
    if capacity is None:
        raise KeepsItsQuantity
    account = await repository.capacity_account(session, resource.id)
    if account is None:
        rows = NewRows()
        _gather_account(session, resource.id, resource.provider, capacity, rows)
        await repository.add_resources(session, [], rows.accounts, rows.entries)
        return
    change = Entry(LedgerEntryKind.ADJUST, capacity - (resource.capacity or 0))
    if not await ledger.post(session, account.id, [change]):
        raise CapacityInUse(account.remaining)


async def resources(session: AsyncSession, page: Cut, wanted: ResourceFilter) -> Page[ResourceView]:
    """Listings, oldest first."""
    rows = await repository.resources(session, page, wanted)
    return paged(rows, page, key=lambda row: (row[0].created_at, row[0].id), view=lambda row: view(*row))


async def resource_view(session: AsyncSession, id: UUID) -> ResourceView:
    """One listing with what is left of it."""
    found = await repository.resource_with_capacity(session, id)
    if found is None:
        raise NotFound
    return view(*found)


NOT_SHOWN = frozenset({"capacity", "point", "quality"})


def view(resource: Resource, account: Account | None) -> ResourceView:
    shown: Sequence[str] = [name for name in ResourceView.model_fields if name not in NOT_SHOWN]
    return ResourceView(
        **{name: getattr(resource, name) for name in shown},
        quality=resource.quality,
        point=_point(resource),
        capacity=_capacity(resource, account),
    )


def _point(resource: Resource) -> PointView | None:
    if resource.lng is None or resource.lat is None or resource.point_quality is None:
        return None
    return PointView(lng=resource.lng, lat=resource.lat, quality=PointQuality(resource.point_quality))


def _capacity(resource: Resource, account: Account | None) -> CapacityView | None:
    if resource.capacity is None or account is None:
        return None
    return CapacityView(maximum=resource.capacity, available=account.remaining, updated_at=account.updated_at)
