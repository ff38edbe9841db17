"""Secrets that browsers hold and databases do not."""

import base64
import hashlib
import secrets


def new_secret() -> str:
    """256 bits, as cookies and addresses can carry them."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> bytes:
    """What is kept of a secret. It has 256 bits, so a plain hash cannot be searched."""
    return hashlib.sha256(secret.encode()).digest()


def challenge(verifier: str) -> str:
    """The S256 code challenge of RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def is_local(path: str) -> bool:
    """Whether a way back stays on this site: a path, and no other host in disguise."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path
