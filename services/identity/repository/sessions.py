"""Questions about sessions, and what comes of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import AuthorizationCode, RefreshToken, SignIn
from services.identity.rules.lifetimes import REMEMBERED
from shared.kit.paging import Cut, beyond


async def sign_in_by_key(session: AsyncSession, key_hash: bytes, *, lock: bool = False) -> SignIn | None:
    query = select(SignIn).where(SignIn.key_hash == key_hash).execution_options(populate_existing=lock)
    found: SignIn | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def sign_in(session: AsyncSession, id: UUID, *, lock: bool = False) -> SignIn | None:
    query = select(SignIn).where(SignIn.id == id).execution_options(populate_existing=lock)
    found: SignIn | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def open_sign_ins(
    session: AsyncSession, page: Cut, *, at: datetime, account: str | None = None
) -> Sequence[SignIn]:
    """Sessions that the caller may see and that go on, the oldest first."""
    query = (
        select(SignIn)
        .where(SignIn.completed_at.is_not(None), SignIn.ended_at.is_(None), SignIn.ends_at > at)
        .where(*beyond(SignIn.started_at, SignIn.id, page))
        .order_by(SignIn.started_at, SignIn.id)
        .limit(page.limit + 1)
    )
    if account is not None:
        query = query.where(SignIn.account == account)
    return (await session.scalars(query)).all()


async def end_all_of(session: AsyncSession, account: str, at: datetime) -> None:
    """End every session of an account."""
    await session.execute(
        update(SignIn).where(SignIn.account == account, SignIn.ended_at.is_(None)).values(ended_at=at)
    )


async def authorization_code(session: AsyncSession, hashed: bytes) -> AuthorizationCode | None:
    """A code with its row held, so that of two who show it one comes first."""
    query = select(AuthorizationCode).where(AuthorizationCode.hash == hashed).with_for_update()
    found: AuthorizationCode | None = await session.scalar(query)
    return found


async def refresh_token(session: AsyncSession, hashed: bytes) -> RefreshToken | None:
    """A refresh token with its row held."""
    query = select(RefreshToken).where(RefreshToken.hash == hashed).with_for_update()
    found: RefreshToken | None = await session.scalar(query)
    return found


async def forget_old(session: AsyncSession, at: datetime) -> None:
    """What ended days ago can be shown again by nobody."""
    for table in (AuthorizationCode, RefreshToken, SignIn):
        await session.execute(delete(table).where(table.ends_at < at - REMEMBERED))
