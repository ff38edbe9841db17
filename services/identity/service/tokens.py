"""Tokens: who proves to be an active client, or has an active account, gets one for ten minutes at most."""

import time
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import NoSuchAccount, OAuthRefused, SampleAccountRefused
from services.identity.models import Account, Client, secret_hash
from services.identity.repository import accounts, clients
from services.identity.schemas.tokens import TokenView
from services.identity.service.keys import signing_key
from services.identity.settings import Settings
from shared.kit.ids import new_id
from shared.kit.settings import settings_of
from shared.kit.tokens import Claims, sign
from shared.schemas.access import AUDIENCES

# Compared with where there is no client, so that the time an answer takes does not tell which names exist.
NO_SECRET = secret_hash("")
DEVELOPMENT_CLIENT = "development"


async def token_for_client(session: AsyncSession, client_name: str, secret: str) -> TokenView:
    """A token for a machine.

    Raises:
        OAuthRefused: there is no such active client, or this is not its secret; which of them is not said.
    """
    client = await clients.client_named(session, client_name)
    shown = client or Client(name="", secret_hash=NO_SECRET, is_active=False)
    if not (shown.has_secret(secret) and shown.is_active) or client is None:
        raise OAuthRefused("invalid_client", "There is no active client with this id and secret.")
    return _issue(client, settings_of(session), kind="machine", client=client.name)


async def token_for_account(session: AsyncSession, name: str) -> TokenView:
    """A token for an account without its password; for trying the platform out.

    Raises:
        NoSuchAccount: there is no active account of this name.
        SampleAccountRefused: this is production.
    """
    settings: Settings = settings_of(session)
    if settings.is_production:
        raise SampleAccountRefused
    account = await accounts.account_named(session, name)
    if account is None or not account.is_active:
        raise NoSuchAccount(name)
    return _issue(account, settings, kind="person", client=DEVELOPMENT_CLIENT)


def _issue(
    holder: Account | Client, settings: Settings, *, kind: Literal["person", "machine"], client: str
) -> TokenView:
    """A signed token. It lives by the machine's clock, like every check of it, whatever time is being played."""
    grants, issued = holder.held(), int(time.time())
    audience = sorted({name for grant in grants for name in AUDIENCES[grant.role]})
    claims = Claims(
        iss=settings.issuer, sub=holder.subject, aud=audience, iat=issued, exp=issued + settings.token_seconds,
        jti=str(new_id()), client_id=client, kind=kind, grants=list(grants),
        worker=holder.worker if isinstance(holder, Account) else None,
    )  # fmt: skip
    return TokenView(access_token=sign(claims, signing_key(settings)), expires_in=settings.token_seconds)
