"""Who asks at the token endpoint, and with which secret (RFC 6749, 2.3.1)."""

import base64
from dataclasses import dataclass
from urllib.parse import unquote_plus

from services.identity.errors import OAuthRefused


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a client says of itself; never shown, for it holds the secret."""

    client: str
    secret: str


def credentials_of(authorization: str, fields: dict[str, str]) -> Credentials:
    """The client's credentials, from HTTP Basic or the form.

    Raises:
        OAuthRefused: they are given in two ways, or cannot be read.
    """
    scheme, _, basic = authorization.partition(" ")
    if scheme.lower() != "basic":
        return Credentials(fields.get("client_id", ""), fields.get("client_secret", ""))
    if "client_secret" in fields:
        raise OAuthRefused("invalid_request", "Send the secret once: by HTTP Basic or in the form.")
    found = _from_basic(basic)
    if fields.get("client_id", found.client) != found.client:
        raise OAuthRefused("invalid_request", "Name one client: the form and HTTP Basic say two.")
    return found


def _from_basic(basic: str) -> Credentials:
    try:
        client, _, secret = base64.b64decode(basic.strip(), validate=True).decode("utf-8").partition(":")
    except ValueError as wrong:
        raise OAuthRefused("invalid_request", "The Authorization header cannot be read.") from wrong
    return Credentials(unquote_plus(client), unquote_plus(secret))
