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


def masked(secret: str) -> str:
    """A secret as a page may carry it: other letters each time, so that the length of compressed pages tells nothing.

    A page that is compressed and repeats what its reader sent would otherwise give its secret away, letter by letter,
    to whoever sees how long it is (the BREACH attack, 2013).
    """
    plain = secret.encode()
    pad = secrets.token_bytes(len(plain))
    hidden = bytes(each ^ other for each, other in zip(plain, pad, strict=True))
    return base64.urlsafe_b64encode(pad + hidden).decode()


def unmasked(given: str) -> bytes:
    """The secret that was masked; nothing for what never was one."""
    try:
        both = base64.urlsafe_b64decode(given.encode())
    except ValueError:
        return b""
    half = len(both) // 2
    return bytes(each ^ other for each, other in zip(both[:half], both[half:], strict=False))


def is_local(path: str) -> bool:
    """Whether a way back stays on this site: a path, and no other host in disguise."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path
