"""Which of these somebody sees: asked under their own row-level security, and nothing else decides."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Account, Need, Order, Resource
from shared.schemas.vocabulary import AccountKind

Divisions = dict[UUID, tuple[str, ...]]


async def orders_seen(session: AsyncSession, ids: Sequence[UUID]) -> Divisions:
    """Those of some orders that the caller sees; a provider's are its own, drafts not among them."""
    rows = await session.execute(select(Order.id, Order.division).where(Order.id.in_(ids)))
    return {id: (division,) for id, division in rows}


async def needs_seen(session: AsyncSession, ids: Sequence[UUID]) -> Divisions:
    """Those of some needs that the caller sees."""
    rows = await session.execute(select(Need.id, Need.division).where(Need.id.in_(ids)))
    return {id: (division,) for id, division in rows}


async def resources_seen(session: AsyncSession, ids: Sequence[UUID]) -> Divisions:
    """Those of some resources that the caller sees, with the divisions that they serve."""
    rows = await session.execute(select(Resource.id, Resource.areas).where(Resource.id.in_(ids)))
    return {id: tuple(areas) for id, areas in rows}


async def packages_seen(session: AsyncSession, ids: Sequence[UUID]) -> Divisions:
    """Those of some packages that the caller sees: the giver's own, and those of the caller's stations."""
    query = select(Account.id, Account.division).where(Account.id.in_(ids), Account.kind == AccountKind.PACKAGE)
    return {id: (division,) if division else () for id, division in await session.execute(query)}
