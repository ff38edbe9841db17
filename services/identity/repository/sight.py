"""Which of these somebody sees: asked under their own row-level security, and nothing else decides."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import Account


async def accounts_seen(session: AsyncSession, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Those of some accounts that the caller sees, with the divisions into which each reaches."""
    rows = await session.execute(select(Account.name, Account.divisions).where(Account.name.in_(names)))
    return {name: tuple(divisions) for name, divisions in rows}
