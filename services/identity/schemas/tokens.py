"""OAuth's own forms (RFC 6749) and the discovery document (OpenID Connect Discovery 1.0)."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.identity.errors import OAuthError


class TokenView(BaseModel):
    """A token, as OAuth answers."""

    # In the answer the kind is always there.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 -- its kind, not the token
    expires_in: int = Field(description="Seconds.")


class PersonTokenView(TokenView):
    """A person's token, with what leads to the next one."""

    refresh_token: str = Field(description="Good once; keep the new one each time.")
    refresh_token_expires_in: int = Field(description="Seconds until the session ends.")
    id_token: str = Field(description="Who signed in, for the client alone.")
    scope: str = Field(examples=["openid"])


class NothingView(BaseModel):
    """It is done, and there is nothing to tell."""


class OAuthErrorView(BaseModel):
    """A refusal, as OAuth answers."""

    error: OAuthError
    error_description: str


class KeysView(BaseModel):
    """The public keys by which tokens are checked (RFC 7517)."""

    keys: list[dict[str, Any]]


class DiscoveryView(BaseModel):
    """Where everything is."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    revocation_endpoint: str
    end_session_endpoint: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    subject_types_supported: list[str]
    scopes_supported: list[str]
    claims_supported: list[str]
    code_challenge_methods_supported: list[str]
    prompt_values_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    authorization_response_iss_parameter_supported: bool
