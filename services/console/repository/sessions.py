"""Sessions and sign-ins, found by the hash of a secret and by nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.console.models import DeskSession, SignIn


async def session_by_secret(session: AsyncSession, secret_hash: bytes, *, at: datetime) -> DeskSession | None:
    found: DeskSession | None = await session.scalar(
        select(DeskSession).where(DeskSession.secret_hash == secret_hash, DeskSession.ends_at > at)
    )
    return found


async def see(session: AsyncSession, id: UUID, at: datetime) -> None:
    """Somebody did something here; who did so later stays seen later."""
    await session.execute(update(DeskSession).where(DeskSession.id == id, DeskSession.seen_at < at).values(seen_at=at))


async def claim_renewal(session: AsyncSession, id: UUID, *, at: datetime, until: datetime) -> DeskSession | None:
    """The session, held for renewing its tokens; None while another request does."""
    found: DeskSession | None = await session.scalar(
        update(DeskSession)
        .where(DeskSession.id == id, or_(DeskSession.renewing_until.is_(None), DeskSession.renewing_until < at))
        .values(renewing_until=until)
        .returning(DeskSession)
    )
    return found


async def session_by_id(session: AsyncSession, id: UUID) -> DeskSession | None:
    return await session.get(DeskSession, id, with_for_update=True)


async def end_session(session: AsyncSession, id: UUID) -> None:
    await session.execute(delete(DeskSession).where(DeskSession.id == id))


async def take_sign_in(session: AsyncSession, state_hash: bytes, *, since: datetime) -> SignIn | None:
    """A sign-in on its way, taken so that it serves once."""
    found: SignIn | None = await session.scalar(
        delete(SignIn).where(SignIn.state_hash == state_hash, SignIn.begun_at >= since).returning(SignIn)
    )
    return found


async def forget(session: AsyncSession, at: datetime, *, sign_ins_before: datetime) -> None:
    """Remove what has ended."""
    await session.execute(delete(DeskSession).where(DeskSession.ends_at <= at))
    await session.execute(delete(SignIn).where(SignIn.begun_at < sign_ins_before))
