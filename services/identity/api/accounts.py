"""Accounts, over the counter."""

from typing import Annotated

from fastapi import Path, Query, Response

from services.identity.models import Account
from services.identity.schemas.accounts import DIVISION, AccountEdit, AccountForm, AccountView, Nothing
from services.identity.service import accounts
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.kit.preconditions import IfMatch, tag
from shared.schemas.access import Action

router = Room(prefix="/v1/accounts", tags=["accounts"])
AccountName = Annotated[str, Path(max_length=40, examples=["head-361002100"])]


@router.get("", dependencies=[may(Action.READ_ACCOUNTS)], summary="Accounts")
async def read_accounts(
    session: Transaction,
    page: PageCut,
    division: Annotated[str | None, Query(pattern=DIVISION, description="Any level; covers all below.")] = None,
    is_active: Annotated[bool | None, Query(description="Only those in use, or only those ended.")] = None,
    name: Annotated[
        str | None, Query(pattern=r"^[a-z0-9_-]{1,40}$", description="Only those whose name holds this.")
    ] = None,
) -> Page[AccountView]:
    """Accounts that reach into the divisions you administer, the oldest first; auditors see all."""
    return await accounts.accounts(session, page, division=division, is_active=is_active, name=name)


@router.post(
    "", status_code=201, dependencies=[may(Action.MANAGE_ACCOUNTS)], summary="Make an account",
    response_model=AccountView,
)  # fmt: skip
async def create_account(form: AccountForm, session: Transaction, who: Who, response: Response) -> Account:
    """A new account with roles, each in its scope. You can give only what lies within your own divisions."""
    return _tagged(response, await accounts.create_account(session, form, by=who))


@router.get("/{name}", dependencies=[may(Action.READ_ACCOUNTS)], summary="An account", response_model=AccountView)
async def read_account(name: AccountName, session: Transaction, response: Response) -> Account:
    """One account with its roles."""
    return _tagged(response, await accounts.account(session, name))


@router.put(
    "/{name}", dependencies=[may(Action.MANAGE_ACCOUNTS)], summary="Edit an account", response_model=AccountView
)
async def edit_account(
    name: AccountName, edit: AccountEdit, session: Transaction, who: Who, version: IfMatch, response: Response
) -> Account:
    """Write roles and worker anew; the version read goes into If-Match. Tokens with the old roles end."""
    return _tagged(response, await accounts.edit_account(session, name, edit, version=version, by=who))


@router.post(
    "/{name}/end", dependencies=[may(Action.MANAGE_ACCOUNTS)], summary="End an account", response_model=AccountView
)
async def end_account(name: AccountName, _: Nothing, session: Transaction, who: Who, response: Response) -> Account:
    """The account is used no more; its name is never given again, and its tokens end."""
    return _tagged(response, await accounts.end_account(session, name, by=who))


def _tagged(response: Response, account: Account) -> Account:
    tag(response, account.version)
    return account
