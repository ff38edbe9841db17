"""The authorization code flow with proof (PKCE): who asks, who signed in, and the tokens for both.

The protocol is `aioauth`'s; four things are stricter here. The client and where it wants people sent are checked before
anything is answered by a redirect. Proof by S256, a state and a nonce are a must. A code is bound to its address. A
wrong proof is `invalid_grant` (RFC 7636, 4.6).
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

from aioauth.errors import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRedirectURIError,
    InvalidRequestError,
    InvalidScopeError,
    MismatchingStateError,
    OAuth2Error,
    UnsupportedGrantTypeError,
)
from aioauth.grant_type import RefreshTokenGrantType
from aioauth.models import Client as ClientModel
from aioauth.oidc.core.grant_type import AuthorizationCodeGrantType
from aioauth.requests import Post, Query, Request
from aioauth.response_type import ResponseTypeAuthorizationCode
from aioauth.server import AuthorizationServer
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import Account, SignIn
from services.identity.service.front_doors import Storage

CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
LONGEST_STATE: Final = 1024
ASKED: Final = (
    "client_id", "redirect_uri", "response_type", "state", "scope", "nonce", "code_challenge",
    "code_challenge_method", "response_mode",
)  # fmt: skip


class NoWayBack(Exception):
    """Nobody knows the client, or where it wants people sent: they are told here, and sent nowhere."""


class SendBack(Exception):
    """The client is known and asked wrongly, or cannot have what it asks: it is told by a redirect."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


class CodeWithProof(ResponseTypeAuthorizationCode):
    """A code is given only to who can prove later that it was they who asked."""

    async def validate_request(self, request: Request) -> ClientModel:
        asked, state = request.query, request.query.state
        client = await super().validate_request(request)
        if asked.code_challenge_method != "S256" or not CHALLENGE.fullmatch(asked.code_challenge or ""):
            said = "Send code_challenge with code_challenge_method=S256."
            raise InvalidRequestError(request=request, description=said, state=state)
        if not state or not asked.nonce or max(len(state), len(asked.nonce)) > LONGEST_STATE:
            raise InvalidRequestError(request=request, description="Send a state and a nonce.", state=state)
        if asked.response_mode not in (None, "query"):
            raise InvalidRequestError(request=request, description="Only response_mode=query.", state=state)
        if "openid" not in asked.scope.split():
            raise InvalidScopeError(request=request, description="Ask for scope=openid.", state=state)
        return client


class CodeGrant(AuthorizationCodeGrantType):
    """A code for tokens."""

    async def validate_request(self, request: Request) -> ClientModel:
        verifier = request.post.code_verifier
        if verifier is not None and not VERIFIER.fullmatch(verifier):
            raise InvalidRequestError(request=request, description="The code_verifier has 43 to 128 characters.")
        try:
            return await super().validate_request(request)
        except MismatchingStateError as wrong:
            raise InvalidGrantError(request=request, description="The code_verifier does not fit.") from wrong


GRANTS: Final[dict[str, type[CodeGrant | RefreshTokenGrantType]]] = {
    "authorization_code": CodeGrant, "refresh_token": RefreshTokenGrantType,
}  # fmt: skip


@dataclass(slots=True)
class Asked:
    """A lawful request for a code."""

    request: Request
    server: AuthorizationServer
    state: Any

    @property
    def redirect_uri(self) -> str:
        return self.request.query.redirect_uri


async def asked_for_code(session: AsyncSession, query: Mapping[str, str], *, issuer: str) -> Asked:
    """What a client asks for by sending a browser here.

    Raises:
        NoWayBack: the client or the address is not known.
        SendBack: anything else is wrong.
    """
    storage = Storage(session)
    request = Request(method="GET", url=issuer, query=Query(**{name: query[name] for name in ASKED if name in query}))  # type: ignore[arg-type]
    request.settings.INSECURE_TRANSPORT = True
    client = await storage.get_client(request=request, client_id=request.query.client_id or "")
    if client is None or not client.check_redirect_uri(request.query.redirect_uri):
        raise NoWayBack
    server = AuthorizationServer(storage, response_types={"code": CodeWithProof})
    try:
        state = await server.validate_authorization_request(request)
    except (InvalidClientError, InvalidRedirectURIError) as unknown:
        raise NoWayBack from unknown
    except OAuth2Error as wrong:
        raise refused(request, wrong.error, wrong.description, issuer=issuer) from wrong
    return Asked(request, server, state)


def refused(request: Request, error: str, description: str, *, issuer: str) -> SendBack:
    """A refusal on its way to the client (RFC 6749, 4.1.2.1)."""
    said = {"error": error, "error_description": description, "state": request.query.state, "iss": issuer}
    return SendBack(_with(request.query.redirect_uri, {name: value for name, value in said.items() if value}))


async def give_code(asked: Asked, signed: SignIn, account: Account, *, issuer: str) -> str:
    """Where the browser goes with the code; `iss` says who gave it (RFC 9207)."""
    asked.request.extra.update(sign_in=signed, account=account)
    answer = await asked.server.finalize_authorization_response(asked.state)
    location: str = answer.headers["location"]
    return _with(location, {"iss": issuer})


async def exchange(session: AsyncSession, fields: Mapping[str, str], *, client: str, secret: str) -> dict[str, Any]:
    """Tokens for a code or a refresh token.

    Raises:
        OAuth2Error: refused; what that uncovered must be committed.
    """
    storage = Storage(session)
    known = {name: value for name, value in fields.items() if name in Post.__dataclass_fields__}
    request = Request(method="POST", post=Post(**known))  # type: ignore[arg-type]
    kind = GRANTS.get(fields["grant_type"])
    if kind is None:
        raise UnsupportedGrantTypeError(request=request)
    grant = kind(storage=storage, client_id=client, client_secret=secret)
    # The grants are called by themselves: the library's own wrapper would log a failed statement with its values.
    answer = asdict(await grant.create_token_response(request, await grant.validate_request(request)))
    if not answer.get("id_token"):
        answer["id_token"] = await storage.get_id_token(request=request, client_id=client)
    return answer


async def revoke(session: AsyncSession, token: str, *, client: str, secret: str) -> None:
    """End the session of a refresh token (RFC 7009); one that nobody knows is no trouble.

    Raises:
        OAuth2Error: the client does not prove who it is.
    """
    storage, request = Storage(session), Request(method="POST")
    if await storage.get_client(request=request, client_id=client, client_secret=secret) is None:
        raise InvalidClientError(request=request, description="There is no active client with this id and secret.")
    if await storage.get_token(request=request, client_id=client, refresh_token=token) is not None:
        await storage.end(request.extra["sign_in"])


def _with(address: str, said: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(said)}"
