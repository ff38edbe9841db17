"""Reading what browsers and clients send as forms, and proof that a form came from our own page."""

import base64
import hmac
import secrets
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request, Response

from services.identity.errors import OAuthRefused
from services.identity.settings import Settings
from shared.kit.crypto import blind

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 20
MOST_BYTES: Final = 8192
PATH: Final = "/identity"
SESSION_COOKIE: Final = "fuzhou_identity"
PAGE_COOKIE: Final = "fuzhou_identity_page"
PROOF: Final = "proof"


def fields_of(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a form, each once.

    Raises:
        OAuthRefused: it is none, or cannot be read.
    """
    if content_type.partition(";")[0].strip().lower() != FORM or len(body) > MOST_BYTES:
        raise OAuthRefused("invalid_request", f"Send a small body of type {FORM}.")
    try:
        return _each_once(body.decode("utf-8"))
    except ValueError as wrong:
        raise OAuthRefused("invalid_request", "The form cannot be read; encode it as UTF-8.") from wrong


def query_of(request: Request) -> dict[str, str] | None:
    """The fields of an address, each once; None if they cannot be read as that."""
    try:
        return _each_once(request.url.query)
    except (ValueError, OAuthRefused):
        return None


def _each_once(written: str) -> dict[str, str]:
    pairs = parse_qsl(written, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise OAuthRefused("invalid_request", "A field stands twice in the form.")
    if any("\x00" in value for value in fields.values()):
        raise OAuthRefused("invalid_request", "A field holds a NUL character.")
    return fields


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a page's form; none if it cannot be read, which no page of ours sends."""
    try:
        return fields_of(request.headers.get("content-type", ""), await request.body())
    except OAuthRefused:
        return {}


def is_from_our_page(request: Request, fields: dict[str, str]) -> bool:
    """Whether a form was filled in on a page that this browser had from us, and on no other site."""
    cookie = request.cookies.get(PAGE_COOKIE, "")
    from_elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    return bool(cookie) and not from_elsewhere and hmac.compare_digest(_proof_of(cookie), fields.get(PROOF, ""))


def page_cookie(request: Request) -> str:
    """The browser's own mark, or a new one."""
    return request.cookies.get(PAGE_COOKIE) or secrets.token_urlsafe(32)


def _proof_of(cookie: str) -> str:
    return base64.urlsafe_b64encode(blind("identity.page", cookie)).decode()


def proof_for(cookie: str) -> str:
    """What a form carries to show which browser it was shown in."""
    return _proof_of(cookie)


def keep(response: Response, name: str, value: str, settings: Settings) -> None:
    """Set a cookie that no script reads, no other site sends, and that goes when the browser is closed."""
    response.set_cookie(
        name, value, path=PATH, httponly=True, samesite="lax", secure=settings.issuer.startswith("https://")
    )


def drop(response: Response, name: str, settings: Settings) -> None:
    """Take a cookie back."""
    response.delete_cookie(
        name, path=PATH, httponly=True, samesite="lax", secure=settings.issuer.startswith("https://")
    )
