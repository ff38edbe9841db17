"""Whoever sits at the machine makes the first administrator, and lets somebody in again whom nobody else can help."""

import re
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import NameTaken, NoSuchAccount, UnfitName
from services.identity.models import Account
from services.identity.repository import accounts
from services.identity.rules.scopes import CITY
from services.identity.schemas.accounts import NAME
from services.identity.service.links import link_for
from services.identity.service.seed import SEED
from services.identity.settings import Settings
from shared.kit.clock import now
from shared.kit.crypto import use_keys_file
from shared.kit.database import Database
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.schemas.access import Grant, Role

Act = Callable[[AsyncSession, str], Awaitable[Account]]


async def first_administrator(settings: Settings, name: str) -> str:
    """A new administrator of the city; the address of the one-time link.

    Raises:
        UnfitName: it is no name for an account.
        NameTaken: it is in use, or was once.
    """
    if not re.fullmatch(NAME, name):
        raise UnfitName
    return await _link(settings, name, _make, renews=False)


async def fresh_link(settings: Settings, name: str) -> str:
    """A new one-time link for an account, with a new second factor where it needs one.

    Raises:
        NoSuchAccount: there is no active account of this name.
    """
    return await _link(settings, name, _find, renews=True)


async def _make(session: AsyncSession, name: str) -> Account:
    made = Account(
        id=new_id(), name=name, worker=None, is_active=True, is_sample=False, must_reset=True, password_hash=None,
        totp_sealed=None, created_by=SEED.actor, created_at=now(session), ended_at=None, version=1,
    )  # fmt: skip
    made.hold([Grant(role=Role.ADMINISTRATOR, divisions=(CITY,))], [CITY])
    if not await accounts.write_accounts(session, [made]):
        raise NameTaken(name)
    announce(session, made.changed())
    return made


async def _find(session: AsyncSession, name: str) -> Account:
    found = await accounts.account_named(session, name)
    if found is None or not found.is_active:
        raise NoSuchAccount(name)
    return found


async def _link(settings: Settings, name: str, act: Act, *, renews: bool) -> str:
    use_keys_file(settings.keys_file)
    database = Database.at(settings.database_url.get_secret_value(), pool_size=1)
    database.memory["settings"] = settings
    try:
        async with database.work(SEED) as session:
            account = await act(session, name)
            return (await link_for(session, account, renews=renews, by=SEED.actor)).url
    finally:
        await database.close()
