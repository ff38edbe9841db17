"""Questions about clients."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import Client
from shared.kit.paging import Cut, beyond
from shared.kit.rows import columns


async def client_named(session: AsyncSession, name: str, *, lock: bool = False) -> Client | None:
    query = select(Client).where(Client.name == name).execution_options(populate_existing=lock)
    found: Client | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def clients(session: AsyncSession, page: Cut) -> Sequence[Client]:
    """Clients, the oldest first."""
    query = select(Client).where(*beyond(Client.created_at, Client.id, page))
    return (await session.scalars(query.order_by(Client.created_at, Client.id).limit(page.limit + 1))).all()


async def write_client(session: AsyncSession, client: Client) -> bool:
    """Write a new client; False if its name is taken."""
    statement = insert(Client).values(columns(client)).on_conflict_do_nothing(index_elements=["name"])
    return await session.scalar(statement.returning(Client.name)) is not None
