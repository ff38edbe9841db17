"""Questions about providers, resources and packages."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Account, LedgerEntry, Provider, Resource
from services.matching.rules.area import prefixes
from services.matching.schemas.resources import ResourceFilter
from shared.kit.paging import Cut, beyond
from shared.kit.rows import insert_many
from shared.schemas.vocabulary import AccountKind, ResourceStatus

HOLD_PROVIDER = text("SELECT pg_advisory_xact_lock(hashtextextended('provider:' || :slug, 0))")


async def put_provider(session: AsyncSession, **values: Any) -> None:
    """Write a provider as its row says; an older row of the same slug changes nothing."""
    statement = upsert(Provider).values(**values)
    changed = {name: statement.excluded[name] for name in values if name != "slug"}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["slug"], set_=changed, where=Provider.since <= statement.excluded.since
        )
    )


async def provider_by_slug(session: AsyncSession, slug: str) -> Provider | None:
    return await session.get(Provider, slug)


async def providers(session: AsyncSession, *, after: str | None, limit: int) -> Sequence[Provider]:
    """Providers by slug."""
    query = select(Provider).order_by(Provider.slug).limit(limit)
    return (await session.scalars(query.where(Provider.slug > after) if after else query)).all()


async def hold_provider(session: AsyncSession, slug: str) -> None:
    """One provider's listings are written by one transaction at a time, so that no row is made twice."""
    await session.execute(HOLD_PROVIDER, {"slug": slug})


async def resources_by_external_id(
    session: AsyncSession, provider: str, external_ids: Sequence[str]
) -> dict[str, Resource]:
    """What a provider has listed under its own keys."""
    query = select(Resource).where(Resource.provider == provider, Resource.external_id.in_(external_ids))
    return {row.external_id: row for row in await session.scalars(query)}


async def digests_by_external_id(
    session: AsyncSession, provider: str, external_ids: Sequence[str]
) -> dict[str, tuple[UUID, bytes]]:
    """The ids and digests of what a provider has listed: enough to know what is still the same."""
    query = select(Resource.external_id, Resource.id, Resource.digest)
    rows = await session.execute(query.where(Resource.provider == provider, Resource.external_id.in_(external_ids)))
    return {external_id: (id, digest) for external_id, id, digest in rows}


async def count_assured_until(session: AsyncSession, provider: str, day: date) -> int:
    """How many active listings a provider vouches for until this day, and no longer."""
    return await session.scalar(select(func.count()).select_from(Resource).where(*_assured_until(provider, day))) or 0


async def assured_until(session: AsyncSession, provider: str, day: date, *, limit: int) -> Sequence[Resource]:
    """Some of them."""
    query = select(Resource).where(*_assured_until(provider, day)).order_by(Resource.id).limit(limit)
    return (await session.scalars(query)).all()


def _assured_until(provider: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return Resource.provider == provider, Resource.assured_until == day, Resource.status == ResourceStatus.ACTIVE


async def add_resources(
    session: AsyncSession, resources: list[dict[str, Any]], accounts: list[dict[str, Any]],
    entries: list[dict[str, Any]],
) -> None:  # fmt: skip
    """New listings with their capacity; all rows of a list name the same columns."""
    for model, rows in ((Resource, resources), (Account, accounts), (LedgerEntry, entries)):
        await insert_many(session, model, rows)


async def resource_by_id(session: AsyncSession, id: UUID) -> Resource | None:
    return await session.get(Resource, id)


async def resources(session: AsyncSession, page: Cut, wanted: ResourceFilter) -> Sequence[tuple[Resource, Account]]:
    """Listings with what is left of them, oldest first; one row more than the page holds."""
    query = with_capacity().where(*beyond(Resource.created_at, Resource.id, page))
    for column in ("provider", "category", "status"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(getattr(Resource, column) == value)
    if wanted.division is not None:
        query = query.where(Resource.areas.overlap(list(prefixes(wanted.division))))
    rows = await session.execute(query.order_by(Resource.created_at, Resource.id).limit(page.limit + 1))
    return [(row[0], row[1]) for row in rows]


def with_capacity() -> Any:
    """Resources beside their capacity account, which kinds without a quantity have not."""
    return select(Resource, Account).outerjoin(
        Account, and_(Account.resource_id == Resource.id, Account.kind == AccountKind.CAPACITY)
    )


async def resource_with_capacity(session: AsyncSession, id: UUID) -> tuple[Resource, Account | None] | None:
    row = (await session.execute(with_capacity().where(Resource.id == id))).one_or_none()
    return None if row is None else (row[0], row[1])


async def capacity_account(session: AsyncSession, resource_id: UUID) -> Account | None:
    query = select(Account).where(Account.resource_id == resource_id, Account.kind == AccountKind.CAPACITY)
    found: Account | None = await session.scalar(query)
    return found


async def lock_capacities(session: AsyncSession, resource_ids: Sequence[UUID]) -> None:
    """Hold the accounts of these resources, in the order of their ids, as everybody does who changes several."""
    if resource_ids:
        query = select(Account.id).where(Account.resource_id.in_(resource_ids), Account.kind == AccountKind.CAPACITY)
        await session.execute(query.order_by(Account.id).with_for_update())


async def accounts_to_grant(
    session: AsyncSession, resource_ids: Collection[UUID], quarters: Collection[str]
) -> Sequence[Account]:
    """Capacities of these resources and their packages of these quarters, held in the order of their ids."""
    is_wanted = or_(Account.kind == AccountKind.CAPACITY, Account.quarter.in_(quarters))
    query = select(Account).where(Account.resource_id.in_(resource_ids), is_wanted).order_by(Account.id)
    return (await session.scalars(query.with_for_update().execution_options(populate_existing=True))).all()


async def package_of(session: AsyncSession, resource_id: UUID, station_id: UUID, quarter: str) -> Account | None:
    """A station's package of a resource in a quarter, locked."""
    query = select(Account).where(
        Account.kind == AccountKind.PACKAGE, Account.resource_id == resource_id, Account.station_id == station_id,
        Account.quarter == quarter,
    )  # fmt: skip
    found: Account | None = await session.scalar(query.with_for_update())
    return found


async def package_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Account | None:
    query = select(Account).where(Account.id == id, Account.kind == AccountKind.PACKAGE)
    query = query.execution_options(populate_existing=True)
    found: Account | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def packages(
    session: AsyncSession, page: Cut, *, provider: str | None, station_id: UUID | None, quarter: str | None
) -> Sequence[Account]:
    """Packages, oldest first; one row more than the page holds."""
    query = select(Account).where(Account.kind == AccountKind.PACKAGE, *beyond(Account.created_at, Account.id, page))
    for column, value in ((Account.provider, provider), (Account.station_id, station_id), (Account.quarter, quarter)):
        if value is not None:
            query = query.where(column == value)
    return (await session.scalars(query.order_by(Account.created_at, Account.id).limit(page.limit + 1))).all()
