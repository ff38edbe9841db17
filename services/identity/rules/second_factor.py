"""The second factor: who needs it, and the codes that a telephone shows (TOTP, RFC 6238)."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from shared.schemas.access import Grant, Role

STEP_SECONDS: Final = 30
DIGITS: Final = 6
# A telephone's clock may be off by one step each way.
DRIFT_STEPS: Final = 1
COUNTY_DIGITS: Final = 6
# These hold no scope and see the whole city.
EVERYWHERE: Final = frozenset({Role.AUDITOR})


def needs_second_factor(grants: Iterable[Grant]) -> bool:
    """Whether somebody reaches a county or more: then a password alone is too little."""
    return any(
        grant.role in EVERYWHERE or any(len(code) <= COUNTY_DIGITS for code in grant.divisions) for grant in grants
    )


def step_of(seconds: float) -> int:
    """The number of the half minute that a moment lies in."""
    return int(seconds) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The code of a half minute (RFC 4226, 5.3, over SHA-1)."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_shown(secret: str, code: str, *, at: float, after: int | None) -> int | None:
    """The half minute whose code this is; None if it is none of now, or not later than one already used.

    A code is good once (RFC 6238, 5.2), so that one that was looked at over a shoulder is worth nothing.
    """
    now = step_of(at)
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and (after is None or step > after):
            return step
    return None


def address_of(secret: str, *, account: str) -> str:
    """What an authenticator reads, as a link that a telephone opens."""
    issuer = "%E6%8A%9A%E5%B7%9E%E7%A4%BE%E5%B7%A5%E4%BA%91"
    return f"otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&digits={DIGITS}&period={STEP_SECONDS}"
