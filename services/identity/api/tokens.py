"""Tokens and keys, over the counter. This room speaks OAuth's own form."""

from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.identity.api.credentials import FORM, credentials_of
from services.identity.errors import OAuthRefused
from services.identity.schemas.tokens import DiscoveryView, KeysView, OAuthErrorView, TokenView
from services.identity.service import keys, tokens
from shared.kit.access import anyone
from shared.kit.edge import Room, Transaction, retry_safe
from shared.kit.fair_use import per_address

ISSUING: Final = "identity.token"
# Long enough to spare requests, short beside the ten minutes for which an old key is still published.
KEYS_SECONDS: Final = 60
TOKEN_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string", "format": "password"},
                    },
                },
                "example": {"grant_type": "client_credentials"},
            }
        },
    }
}
router = Room(tags=["tokens"])


@router.post(
    "/v1/token", dependencies=[anyone(ISSUING), per_address("token_per_minute")], summary="A token for a machine",
    openapi_extra=TOKEN_FORM, responses={400: {"model": OAuthErrorView}, 401: {"model": OAuthErrorView}},
)  # fmt: skip
@retry_safe
async def give_token(request: Request, session: Transaction) -> TokenView:
    """OAuth 2.0 client credentials: id and secret by HTTP Basic or in the form. Refusals are in OAuth's own form."""
    said = request.headers
    asked = credentials_of(said.get("content-type", ""), said.get("authorization", ""), await request.body())
    return await tokens.token_for_client(session, asked.client, asked.secret)


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
        issuer=issuer, jwks_uri=f"{issuer}/jwks.json", token_endpoint=f"{issuer}/v1/token",
        grant_types_supported=["client_credentials"], response_types_supported=[], subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["ES256"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
    )  # fmt: skip


def speak_oauth(app: FastAPI) -> None:
    """Teach the application how OAuth refuses (RFC 6749, 5.2)."""

    async def on_refusal(_: Request, error: Exception) -> Response:
        assert isinstance(error, OAuthRefused)
        said = OAuthErrorView(error=error.error, error_description=error.description)
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        if error.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="identity", charset="UTF-8"'
        return JSONResponse(said.model_dump(), error.status, headers)

    app.add_exception_handler(OAuthRefused, on_refusal)
