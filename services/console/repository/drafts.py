"""Drafts, each account's own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.console.models import Draft


async def draft_of(session: AsyncSession, account: str, form: str) -> Draft | None:
    found: Draft | None = await session.scalar(select(Draft).where(Draft.account == account, Draft.form == form))
    return found


async def drafts_below(session: AsyncSession, account: str, prefix: str) -> Sequence[Draft]:
    """The drafts of all forms whose name begins so: those of one page."""
    named = Draft.form.startswith(prefix, autoescape=True)
    return (await session.scalars(select(Draft).where(Draft.account == account, named))).all()


async def drop(session: AsyncSession, account: str, form: str) -> None:
    await session.execute(delete(Draft).where(Draft.account == account, Draft.form == form))


async def forget(session: AsyncSession, before: datetime) -> None:
    """Remove drafts that nobody came back to."""
    await session.execute(delete(Draft).where(Draft.saved_at < before))
