"""Questions about links and lockouts."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import Link, Lockout


async def lockout(session: AsyncSession, name_key: bytes) -> Lockout:
    """The failures under a name, held: whoever guesses at once waits for the one before."""
    fresh = insert(Lockout).values(name_key=name_key, failures=[], until=None)
    await session.execute(fresh.on_conflict_do_nothing(index_elements=["name_key"]))
    found: Lockout | None = await session.scalar(select(Lockout).where(Lockout.name_key == name_key).with_for_update())
    assert found is not None
    return found


async def link(session: AsyncSession, hashed: bytes, *, lock: bool = False) -> Link | None:
    query = select(Link).where(Link.hash == hashed)
    found: Link | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def spend_links(session: AsyncSession, account: str, at: datetime) -> None:
    """Only the last link that was made for an account is good."""
    await session.execute(update(Link).where(Link.account == account, Link.used_at.is_(None)).values(used_at=at))
