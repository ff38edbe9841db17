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
    token_endpoint: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
