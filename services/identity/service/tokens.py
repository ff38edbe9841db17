"""Tokens: who proves to be an active client, or has an active account, gets one for ten minutes at most."""

import base64
import hashlib
import time
from typing import Any, Literal
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import NoSuchAccount, OAuthRefused, SampleAccountRefused
from services.identity.models import Account, Client, SignIn, secret_hash
from services.identity.repository import accounts, clients
from services.identity.schemas.tokens import TokenView
from services.identity.service.keys import public_keys, signing_key
from services.identity.settings import Settings
from shared.kit.ids import new_id
from shared.kit.settings import settings_of
from shared.kit.tokens import ALGORITHMS, Claims, sign
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
    if not (shown.has_secret(secret) and shown.is_active) or client is None or client.is_public:
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
    signed = sign(_claims(holder, settings, kind=kind, client=client), signing_key(settings))
    return TokenView(access_token=signed, expires_in=settings.token_seconds)


def access_token_for(account: Account, settings: Settings, *, client: str, sign_in: UUID) -> str:
    """An access token of a person who signed in; it ends with the session."""
    claims = _claims(account, settings, kind="person", client=client, session=str(sign_in))
    return sign(claims, signing_key(settings))


def id_token_for(
    account: Account, signed: SignIn, settings: Settings, *, client: str, nonce: str | None, access_token: str
) -> str:
    """Who signed in, when and how, told to the client alone (OpenID Connect Core, 2)."""
    issued, key = int(time.time()), signing_key(settings)
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    claims: dict[str, Any] = {
        "iss": settings.issuer, "sub": account.subject, "aud": client, "iat": issued,
        "exp": issued + settings.token_seconds, "auth_time": int(signed.started_at.timestamp()), "sid": str(signed.id),
        "amr": list(signed.methods), "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        "preferred_username": account.name,
    }  # fmt: skip
    if nonce is not None:
        claims["nonce"] = nonce
    return jwt.encode({"alg": "ES256", "typ": "JWT", "kid": key.kid}, claims, key, algorithms=ALGORITHMS)


def session_in(id_token: str, settings: Settings) -> tuple[str, UUID] | None:
    """The client and the session that an ID token of ours names, however old it is; None if it is not ours."""
    try:
        keys = KeySet.import_key_set(public_keys(settings))  # type: ignore[arg-type]
        decoded = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        said = decoded.claims
        ours = decoded.header.get("typ") == "JWT" and said["iss"] == settings.issuer
        return (str(said["aud"]), UUID(said["sid"])) if ours else None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _claims(
    holder: Account | Client, settings: Settings, *, kind: Literal["person", "machine"], client: str,
    session: str | None = None,
) -> Claims:  # fmt: skip
    grants, issued = holder.held(), int(time.time())
    audience = sorted({name for grant in grants for name in AUDIENCES[grant.role]})
    return Claims(
        iss=settings.issuer, sub=holder.subject, aud=audience, iat=issued, exp=issued + settings.token_seconds,
        jti=str(new_id()), client_id=client, kind=kind, grants=list(grants), session=session,
        worker=holder.worker if isinstance(holder, Account) else None,
    )  # fmt: skip
