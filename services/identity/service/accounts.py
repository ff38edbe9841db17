"""Accounts: made, changed and ended by administrators of their divisions, and by nobody else."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import AlreadyEnded, NameTaken
from services.identity.models import Account
from services.identity.repository import accounts as repository
from services.identity.repository import sessions
from services.identity.rules.scopes import FOR_ACCOUNTS
from services.identity.schemas.accounts import AccountEdit, AccountForm, AccountView
from services.identity.service.grants import divisions_reached, require_within
from shared.kit.access import Caller
from shared.kit.clock import now, wall_clock
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.kit.preconditions import require_version
from shared.schemas.access import Action

MANAGE = Action.MANAGE_ACCOUNTS


async def accounts(
    session: AsyncSession, page: Cut, *, division: str | None, is_active: bool | None, name: str | None
) -> Page[AccountView]:
    """Accounts that the caller may see, the oldest first."""
    rows = await repository.accounts_within(session, page, division=division, is_active=is_active, name=name)
    return paged(rows, page, key=lambda row: (row.created_at, row.id), view=AccountView.model_validate)


async def account(session: AsyncSession, name: str) -> Account:
    """One account, if it is the caller's to see."""
    found = await repository.account_named(session, name)
    if found is None:
        raise NotFound
    return found


async def create_account(session: AsyncSession, form: AccountForm, *, by: Caller) -> Account:
    """A new account; it cannot sign in before somebody sets its password."""
    divisions = await divisions_reached(session, form.grants, among=FOR_ACCOUNTS)
    require_within(by, MANAGE, divisions)
    made = Account(
        id=new_id(), name=form.name, worker=form.worker, is_active=True, is_sample=False, must_reset=True,
        password_hash=None, totp_sealed=None, created_by=by.subject, created_at=now(session), ended_at=None, version=1,
    )  # fmt: skip
    made.hold(form.grants, divisions)
    if not await repository.write_accounts(session, [made]):
        raise NameTaken(form.name)
    announce(session, made.changed())
    return made


async def edit_account(session: AsyncSession, name: str, edit: AccountEdit, *, version: int, by: Caller) -> Account:
    """Write the editable part anew; tokens with the old roles are good no more."""
    found = await held(session, name, by)
    require_version(version, found.version)
    divisions = await divisions_reached(session, edit.grants, among=FOR_ACCOUNTS)
    require_within(by, MANAGE, divisions)
    announce(session, found.edit(edit.grants, divisions, edit.worker), found.revoked(wall_clock()))
    return found


async def end_account(session: AsyncSession, name: str, *, by: Caller) -> Account:
    """The account is used no more, and its tokens are good no more."""
    found = await held(session, name, by)
    await sessions.end_all_of(session, name, wall_clock())
    announce(session, found.end(now(session)), found.revoked(wall_clock()))
    return found


async def held(session: AsyncSession, name: str, by: Caller) -> Account:
    """An account that the caller administers whole, with its row held.

    Looked at first without holding it: seeing is wider than managing, and a refusal says so.
    """
    require_within(by, MANAGE, (await account(session, name)).divisions)
    found = await repository.account_named(session, name, lock=True)
    if found is None:
        raise NotFound
    if found.ended_at is not None:
        raise AlreadyEnded
    return found
