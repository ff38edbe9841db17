"""Reading a request for a token (RFC 6749, 2.3.1 and 4.4): who asks, with which secret."""

import base64
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from services.identity.errors import OAuthRefused

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 20
MOST_BYTES: Final = 8192


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a client says of itself; never shown, for it holds the secret."""

    client: str
    secret: str


def credentials_of(content_type: str, authorization: str, body: bytes) -> Credentials:
    """The client's credentials, from HTTP Basic or the form.

    Raises:
        OAuthRefused: the request is not one for client credentials, or names its client twice or not at all.
    """
    fields = _fields(content_type, body)
    if not fields.get("grant_type"):
        raise OAuthRefused("invalid_request", "Say grant_type=client_credentials.")
    if fields["grant_type"] != "client_credentials":
        raise OAuthRefused("unsupported_grant_type", "Only grant_type=client_credentials is given here.")
    if fields.get("scope"):
        raise OAuthRefused("invalid_scope", "Leave scope out: a client's roles are what it was registered with.")
    scheme, _, basic = authorization.partition(" ")
    if scheme.lower() != "basic":
        return Credentials(fields.get("client_id", ""), fields.get("client_secret", ""))
    if "client_secret" in fields:
        raise OAuthRefused("invalid_request", "Send the secret once: by HTTP Basic or in the form.")
    return _from_basic(basic)


def _fields(content_type: str, body: bytes) -> dict[str, str]:
    if content_type.partition(";")[0].strip().lower() != FORM or len(body) > MOST_BYTES:
        raise OAuthRefused("invalid_request", f"Send a small body of type {FORM}.")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as wrong:
        raise OAuthRefused("invalid_request", "The form cannot be read; encode it as UTF-8.") from wrong
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise OAuthRefused("invalid_request", "A field stands twice in the form.")
    return fields


def _from_basic(basic: str) -> Credentials:
    try:
        client, _, secret = base64.b64decode(basic.strip(), validate=True).decode("utf-8").partition(":")
    except ValueError as wrong:
        raise OAuthRefused("invalid_request", "The Authorization header cannot be read.") from wrong
    return Credentials(unquote_plus(client), unquote_plus(secret))
