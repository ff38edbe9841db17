"""What the library of OAuth asks us for (`aioauth`): clients, codes and tokens, in this transaction's database.

It leads through the protocol; what is stricter here than there is said where it is. Refused requests are answered and
commit, for what they uncover (a code or a token shown twice) must stay: the session that they belong to has ended.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from aioauth.models import AuthorizationCode as CodeModel
from aioauth.models import Client as ClientModel
from aioauth.models import Token
from aioauth.requests import Request
from aioauth.storage import BaseStorage
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import Account, AuthorizationCode, Client, RefreshToken, SignIn, hashed
from services.identity.repository import clients, sessions
from services.identity.rules.lifetimes import CODE, is_retry
from services.identity.service import signing_in
from services.identity.service.tokens import access_token_for, id_token_for
from services.identity.settings import Settings
from shared.kit.clock import wall_clock
from shared.kit.settings import settings_of

SCOPES: Final = "openid profile offline_access"
SECRET_BYTES: Final = 32
LOOPBACK: Final = re.compile(r"http://127\.0\.0\.1(:\d{1,5})?(/\S*)")


@dataclass
class FrontDoor(ClientModel):
    """A client that people come through; loopback addresses match at any port (RFC 8252, 7.3)."""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        if redirect_uri in self.redirect_uris:
            return True
        local = LOOPBACK.fullmatch(redirect_uri)
        return local is not None and f"http://127.0.0.1{local.group(2)}" in self.redirect_uris


def under_the_door(addresses: list[str], issuer: str) -> list[str]:
    """Addresses with those that begin with a slash put under the front door's, whose port may change."""
    parts = urlsplit(issuer)
    return [f"{parts.scheme}://{parts.netloc}{each}" if each.startswith("/") else each for each in addresses]


# Its methods have the library's names and arguments, of which we do not need all.
# ruff: noqa: ARG002
class Storage(BaseStorage):
    """The library's questions, answered from our tables. `request.extra` carries what one of them leads to."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.settings: Settings = settings_of(session)

    async def get_client(
        self, *, request: Request, client_id: str, client_secret: str | None = None
    ) -> ClientModel | None:
        """The client; at the token endpoint (where a secret is said, be it empty) only if it proves who it is."""
        found = await clients.client_named(self.session, client_id)
        if found is None or not found.is_active or not found.redirect_uris:
            return None
        if client_secret is not None and not _proves_itself(found, client_secret):
            return None
        return FrontDoor(
            client_id=found.name, client_secret="", grant_types=["authorization_code", "refresh_token"],
            response_types=["code"], redirect_uris=under_the_door(found.redirect_uris, self.settings.issuer),
            scope=SCOPES,
        )  # fmt: skip

    async def create_authorization_code(self, *, request: Request, **asked: Any) -> CodeModel:
        signed: SignIn = request.extra["sign_in"]
        code, at = secrets.token_urlsafe(SECRET_BYTES), wall_clock()
        made = AuthorizationCode(
            hash=hashed(code), sign_in_id=signed.id, client=asked["client_id"], redirect_uri=asked["redirect_uri"],
            scope=asked["scope"], nonce=asked["nonce"], challenge=asked["code_challenge"], made_at=at,
            ends_at=at + CODE, used_at=None,
        )  # fmt: skip
        self.session.add(made)
        return _as_the_library_sees(made, code)

    async def get_authorization_code(self, *, request: Request, client_id: str, code: str) -> CodeModel | None:
        """A code of this client for this address; one that is shown twice ends the session (RFC 6749, 4.1.2)."""
        if "code" in request.extra:
            return _as_the_library_sees(request.extra["code"], code)
        found = await sessions.authorization_code(self.session, hashed(code))
        if found is None or found.client != client_id or found.redirect_uri != request.post.redirect_uri:
            return None
        signed = await sessions.sign_in(self.session, found.sign_in_id, lock=True)
        if found.used_at is not None:
            await self.end(signed)
            return None
        # Whatever comes of it now: a code is shown once, with the right proof or none.
        found.used_at = wall_clock()
        if not await self._is_carried(request, signed):
            return None
        request.extra["code"] = found
        return _as_the_library_sees(found, code)

    async def delete_authorization_code(self, *, request: Request, client_id: str, code: str) -> None:
        """It is spent already, and kept to be known again."""

    async def create_token(
        self, *, request: Request, client_id: str, scope: str, access_token: str, refresh_token: str | None = None
    ) -> Token:
        """Our own access token (RFC 9068) instead of the library's, and a refresh token of which we keep the hash."""
        signed, account = request.extra["sign_in"], request.extra["account"]
        at, fresh = wall_clock(), secrets.token_urlsafe(SECRET_BYTES)
        signed.seen_at = at
        self.session.add(
            RefreshToken(
                hash=hashed(fresh), sign_in_id=signed.id, client=client_id, scope=scope, made_at=at,
                ends_at=signed.ends_at, used_at=None, successor=None,
            )
        )  # fmt: skip
        if "spent" in request.extra:
            request.extra["spent"].successor = hashed(fresh)
        signed_token = access_token_for(account, self.settings, client=client_id, sign_in=signed.id)
        request.extra["access_token"] = signed_token
        return Token(
            access_token=signed_token, refresh_token=fresh, scope=scope, issued_at=int(at.timestamp()),
            expires_in=self.settings.token_seconds, client_id=client_id,
            refresh_token_expires_in=int((signed.ends_at - at).total_seconds()),
        )  # fmt: skip

    async def get_token(
        self, *, request: Request, client_id: str, token_type: Any = None, access_token: str | None = None,
        refresh_token: str | None = None,
    ) -> Token | None:  # fmt: skip
        """A refresh token of this client. A spent one ends the session, but where only its answer was lost."""
        found = await sessions.refresh_token(self.session, hashed(refresh_token or ""))
        if found is None or found.client != client_id:
            return None
        signed = await sessions.sign_in(self.session, found.sign_in_id, lock=True)
        if found.used_at is not None and not await self._is_retry(found):
            await self.end(signed)
            return None
        if not await self._is_carried(request, signed):
            return None
        request.extra["spent"] = found
        return Token(
            access_token="", refresh_token=refresh_token, scope=found.scope, client_id=client_id, expires_in=0,
            issued_at=int(found.made_at.timestamp()),
            refresh_token_expires_in=int((found.ends_at - found.made_at).total_seconds()),
        )  # fmt: skip

    async def revoke_token(self, *, request: Request, **_: Any) -> None:
        """The refresh token just looked up is spent."""
        request.extra["spent"].used_at = wall_clock()

    async def get_id_token(self, *, request: Request, client_id: str, nonce: str | None = None, **_: Any) -> str:
        return id_token_for(
            request.extra["account"], request.extra["sign_in"], self.settings, client=client_id, nonce=nonce,
            access_token=request.extra["access_token"],
        )  # fmt: skip

    async def _is_retry(self, spent: RefreshToken) -> bool:
        at = wall_clock()
        successor = await sessions.refresh_token(self.session, spent.successor) if spent.successor else None
        if successor is None or spent.used_at is None:
            return False
        if not is_retry(used_at=spent.used_at, successor_unused=successor.used_at is None, at=at):
            return False
        # What was given before is void from now on: if it comes, it was somebody else who got it.
        successor.used_at = at
        return True

    async def _is_carried(self, request: Request, signed: SignIn | None) -> bool:
        carried = await signing_in.carried_by(self.session, signed)
        if carried is None:
            return False
        holder: tuple[SignIn, Account] = carried
        request.extra["sign_in"], request.extra["account"] = holder
        return True

    async def end(self, signed: SignIn | None) -> None:
        if signed is not None:
            await signing_in.end(self.session, signed)


def _proves_itself(client: Client, secret: str) -> bool:
    return secret == "" if client.is_public else client.has_secret(secret)


def _as_the_library_sees(made: AuthorizationCode, code: str) -> CodeModel:
    return CodeModel(
        code=code, client_id=made.client, redirect_uri=made.redirect_uri, response_type="code", scope=made.scope,
        auth_time=int(made.made_at.timestamp()), expires_in=int((made.ends_at - made.made_at).total_seconds()),
        code_challenge=made.challenge, code_challenge_method="S256", nonce=made.nonce,
    )  # fmt: skip
