"""Tokens and keys, over the counter. This room speaks OAuth's own form."""

from typing import Any, Final

from aioauth.errors import OAuth2Error
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.identity.api.credentials import Credentials, credentials_of
from services.identity.api.forms import FORM, fields_of
from services.identity.errors import OAuthRefused
from services.identity.schemas.tokens import (
    DiscoveryView,
    KeysView,
    NothingView,
    OAuthErrorView,
    PersonTokenView,
    TokenView,
)
from services.identity.service import authorizing, keys, tokens
from services.identity.service.front_doors import SCOPES
from shared.kit.access import anyone
from shared.kit.edge import Room, Transaction, retry_safe
from shared.kit.fair_use import per_address

ISSUING: Final = "identity.sign_in"
# Long enough to spare requests, short beside the ten minutes for which an old key is still published.
KEYS_SECONDS: Final = 60


def _form(**fields: dict[str, Any]) -> dict[str, Any]:
    """A form as the document shows it; every field but the first two is for some requests only."""
    said = {name: {"type": "string"} | more for name, more in fields.items()}
    client = {"client_id": {"type": "string"}, "client_secret": {"type": "string", "format": "password"}}
    first = next(iter(fields))
    content = {
        "schema": {"type": "object", "required": [first], "properties": said | client},
        "example": {first: fields[first].get("enum", ["…"])[0]},
    }
    return {"requestBody": {"required": True, "content": {FORM: content}}}


TOKEN_FORM: Final = _form(
    grant_type={"enum": ["client_credentials", "authorization_code", "refresh_token"]}, code={}, redirect_uri={},
    code_verifier={}, refresh_token={},
)  # fmt: skip
REVOKE_FORM: Final = _form(token={}, token_type_hint={"enum": ["refresh_token"]})
router = Room(tags=["tokens"])


@router.post(
    "/v1/token", dependencies=[anyone(ISSUING), per_address("token_per_minute")], summary="A token",
    openapi_extra=TOKEN_FORM, responses={400: {"model": OAuthErrorView}, 401: {"model": OAuthErrorView}},
    response_model=PersonTokenView | TokenView,
)  # fmt: skip
@retry_safe
async def give_token(request: Request, session: Transaction) -> PersonTokenView | TokenView | Response:
    """OAuth 2.0, refused in its own form: client credentials, codes with PKCE, and refresh tokens.

    A machine gets one by its id and secret, a person's client by the code that signing in gave, and later by the
    refresh token, which is good once.
    """
    fields, asked = await _read(request)
    match fields.get("grant_type"):
        case None | "":
            raise OAuthRefused("invalid_request", "Say a grant_type.")
        case "client_credentials" if fields.get("scope"):
            raise OAuthRefused("invalid_scope", "Leave scope out: a client's roles are what it was registered with.")
        case "client_credentials":
            return await tokens.token_for_client(session, asked.client, asked.secret)
    try:
        given = await authorizing.exchange(session, fields, client=asked.client, secret=asked.secret)
    except OAuth2Error as refused:
        # Answered and not raised: what was shown twice has ended a session, and that is to be kept.
        return _refusal(OAuthRefused(refused.error, refused.description))  # type: ignore[arg-type]
    return PersonTokenView(**given)


@router.post(
    "/v1/revoke", dependencies=[anyone(ISSUING), per_address("token_per_minute")], summary="Give a token back",
    openapi_extra=REVOKE_FORM, responses={400: {"model": OAuthErrorView}, 401: {"model": OAuthErrorView}},
)  # fmt: skip
@retry_safe
async def revoke_token(request: Request, session: Transaction) -> NothingView:
    """Ends the session of a refresh token (RFC 7009), and with it its access tokens. An unknown one is no trouble."""
    fields, asked = await _read(request)
    token = fields.get("token", "")
    if not token:
        raise OAuthRefused("invalid_request", "Send the token.")
    if token.count(".") == 2:
        raise OAuthRefused("unsupported_token_type", "Send the refresh token: it ends the access tokens too.")
    try:
        await authorizing.revoke(session, token, client=asked.client, secret=asked.secret)
    except OAuth2Error as refused:
        raise OAuthRefused("invalid_client", refused.description) from refused
    return NothingView()


async def _read(request: Request) -> tuple[dict[str, str], Credentials]:
    said = request.headers
    fields = fields_of(said.get("content-type", ""), await request.body())
    return fields, credentials_of(said.get("authorization", ""), fields)


@router.get("/jwks.json", dependencies=[anyone("identity.keys")], summary="The public keys")
async def read_keys(request: Request, response: Response) -> KeysView:
    """The keys by which tokens are checked (RFC 7517); keep them, and ask again for an unknown `kid`."""
    response.headers["Cache-Control"] = f"public, max-age={KEYS_SECONDS}"
    return KeysView(**keys.public_keys(request.app.state.house.settings))


@router.get("/.well-known/openid-configuration", dependencies=[anyone("identity.keys")], summary="Where everything is")
async def read_configuration(request: Request) -> DiscoveryView:
    """OpenID Connect Discovery 1.0."""
    issuer = request.app.state.house.settings.issuer
    return DiscoveryView(
        issuer=issuer, jwks_uri=f"{issuer}/jwks.json", authorization_endpoint=f"{issuer}/v1/authorize",
        token_endpoint=f"{issuer}/v1/token", userinfo_endpoint=f"{issuer}/v1/userinfo",
        revocation_endpoint=f"{issuer}/v1/revoke", end_session_endpoint=f"{issuer}/v1/end-session",
        grant_types_supported=["authorization_code", "refresh_token", "client_credentials"],
        response_types_supported=["code"], response_modes_supported=["query"], subject_types_supported=["public"],
        scopes_supported=SCOPES.split(), code_challenge_methods_supported=["S256"],
        id_token_signing_alg_values_supported=["ES256"], prompt_values_supported=["login", "none"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post", "none"],
        authorization_response_iss_parameter_supported=True,
        claims_supported=["sub", "preferred_username", "worker", "roles", "auth_time", "amr", "sid"],
    )  # fmt: skip


def speak_oauth(app: FastAPI) -> None:
    """Teach the application how OAuth refuses (RFC 6749, 5.2)."""

    async def on_refusal(_: Request, error: Exception) -> Response:
        assert isinstance(error, OAuthRefused)
        return _refusal(error)

    app.add_exception_handler(OAuthRefused, on_refusal)


def _refusal(error: OAuthRefused) -> Response:
    said = OAuthErrorView(error=error.error, error_description=error.description)
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="identity", charset="UTF-8"'
    return JSONResponse(said.model_dump(), error.status, headers)
