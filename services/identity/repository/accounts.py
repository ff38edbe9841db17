"""Questions about accounts."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import Account
from shared.kit.feed.log import FactRow
from shared.kit.paging import Cut, beyond
from shared.kit.rows import columns
from shared.schemas.facts.identity import AccountChanged


async def account_named(session: AsyncSession, name: str, *, lock: bool = False) -> Account | None:
    query = select(Account).where(Account.name == name).execution_options(populate_existing=lock)
    found: Account | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def accounts_within(
    session: AsyncSession, page: Cut, *, division: str | None, is_active: bool | None, name: str | None
) -> Sequence[Account]:
    """Accounts that reach into a division or below it, the oldest first."""
    query = select(Account).where(*beyond(Account.created_at, Account.id, page))
    if division is not None:
        query = query.where(_any_division_within(division))
    if is_active is not None:
        query = query.where(Account.is_active.is_(is_active))
    if name is not None:
        query = query.where(Account.name.contains(name, autoescape=True))
    return (await session.scalars(query.order_by(Account.created_at, Account.id).limit(page.limit + 1))).all()


def _any_division_within(division: str) -> Any:
    code = func.unnest(Account.divisions).column_valued("code")
    return select(code).where(func.starts_with(code, division)).correlate(Account).exists()


async def untold(session: AsyncSession, *, limit: int) -> Sequence[Account]:
    """Accounts whose last fact does not say what they may do, or of which there is none; locked, by their ids."""
    last = select(FactRow.body["grants"].astext).where(
        FactRow.subject == Account.name, FactRow.name == AccountChanged.name
    )
    newest = last.order_by(FactRow.sequence.desc()).limit(1).scalar_subquery()
    query = select(Account).where(newest.is_(None)).order_by(Account.id).limit(limit)
    return (await session.scalars(query.with_for_update())).all()


async def write_accounts(session: AsyncSession, accounts: Iterable[Account]) -> set[str]:
    """Write those whose names are free; which ones were written."""
    rows = [columns(account) for account in accounts]
    statement = insert(Account).values(rows).on_conflict_do_nothing(index_elements=["name"])
    return set(await session.scalars(statement.returning(Account.name)))


async def has_samples(session: AsyncSession) -> bool:
    """Whether there are accounts that everybody knows."""
    return await session.scalar(select(Account.id).where(Account.is_sample, Account.is_active).limit(1)) is not None


async def samples_without_password(session: AsyncSession) -> Sequence[Account]:
    query = select(Account).where(Account.is_sample, Account.is_active, Account.password_hash.is_(None))
    return (await session.scalars(query)).all()
