"""Access tokens: RFC 9068 JWTs signed with ES256, at most ten minutes long, checked against cached public keys."""

import asyncio
import base64
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.kit.deadlines import nobody_waits
from shared.kit.errors import Unauthorized
from shared.schemas.access import Grant

log = structlog.get_logger()
ALGORITHMS: Final = ["ES256"]
LONGEST_SECONDS: Final = 600
LEEWAY_SECONDS: Final = 5
# Identity may be away for as long as its keys are remembered.
KEYS_FRESH_SECONDS: Final = 300
ASK_AGAIN_SECONDS: Final = 5
REMEMBERED_TOKENS: Final = 4096


class TokenRefused(Unauthorized):
    """The token is missing, malformed, forged, expired or meant for another service."""

    def __init__(self) -> None:
        super().__init__(
            "Send a valid access token as `Authorization: Bearer …`. Tokens last ten minutes at most and are good only"
            " at the services they name; ask identity for a fresh one.",
            zh="请以 `Authorization: Bearer …` 携带有效令牌。令牌最长十分钟，只对所列服务有效；请重新获取。",
        )


class Claims(BaseModel):
    """What a token says; anything else in it is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    iss: str
    sub: str
    aud: list[str]
    iat: int
    exp: int
    jti: str
    client_id: str
    kind: Literal["person", "machine"] = "person"
    grants: list[Grant]
    worker: str | None = None
    session: str | None = None


def sign(claims: Claims, key: ECKey) -> str:
    """A signed access token (`typ` at+jwt)."""
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}
    return jwt.encode(header, claims.model_dump(mode="json", exclude_none=True), key, algorithms=ALGORITHMS)


@dataclass(slots=True)
class Verifier:
    """Checks tokens for one service, with public keys that it fetches and remembers."""

    audience: str
    issuer: str
    fetch_keys: Callable[[], Awaitable[dict[str, Any]]]
    # Until when tokens of an account or a session were called back (`shared.kit.revocations` fills it in).
    revoked: Mapping[str, float] = field(default_factory=dict)
    # Other issuers that are believed; where there is one, people sign in there and only machines' tokens are ours.
    others: Mapping[str, "Verifier"] = field(default_factory=dict)
    _keys: KeySet | None = None
    _fetched: float = 0.0
    _asked: float = -1e9
    _known: OrderedDict[str, Claims] = field(default_factory=OrderedDict)
    _asking: asyncio.Task[None] | None = None

    async def verify(self, token: str) -> Claims:
        """The claims of a good token.

        Raises:
            TokenRefused: whatever is wrong with it; the answer does not say which.
        """
        other = self.others.get(str(_unverified(token, 1).get("iss"))) if self.others else None
        if other is not None:
            return await other.verify(token)
        claims = self._known.get(token)
        if claims is None:
            claims = self._checked(token, await self._keys_for(token))
            self._known[token] = claims
            if len(self._known) > REMEMBERED_TOKENS:
                self._known.popitem(last=False)
        if not self.is_good(claims, time.time() - LEEWAY_SECONDS):
            self._known.pop(token, None)
            raise TokenRefused
        return claims

    def is_good(self, claims: Claims, moment: float) -> bool:
        """Whether a token that was good is good still, at a moment in seconds since 1970."""
        return claims.exp >= moment and not self._is_revoked(claims)

    async def who_signed_in(self, id_token: str, *, client: str, nonce: str) -> str:
        """The subject of an ID token (OpenID Connect Core 3.1.3.7) that answers this very sign-in.

        Raises:
            TokenRefused: it is not identity's, not for this client, not of this sign-in, or too old.
        """
        try:
            told = jwt.decode(id_token, await self._keys_for(id_token), algorithms=ALGORITHMS).claims
            audience, ends = told.get("aud"), float(told.get("exp", 0))
        except (JoseError, ValueError, TypeError, KeyError) as wrong:
            raise TokenRefused from wrong
        is_ours = client in (audience if isinstance(audience, list) else [audience])
        is_fresh = ends + LEEWAY_SECONDS > time.time()
        if told.get("iss") != self.issuer or not is_ours or told.get("nonce") != nonce or not is_fresh:
            raise TokenRefused
        return str(told["sub"])

    def _is_revoked(self, claims: Claims) -> bool:
        # Whole seconds: one given within the second of a revocation is refused too, and the next is good.
        until = max(self.revoked.get(claims.sub, 0.0), self.revoked.get(claims.session or "", 0.0))
        return claims.iat <= until

    def _checked(self, token: str, keys: KeySet) -> Claims:
        try:
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            claims = Claims.model_validate(decoded.claims)
        except (JoseError, ValidationError, ValueError, TypeError, KeyError) as wrong:
            raise TokenRefused from wrong
        good = (
            decoded.header.get("typ") == "at+jwt"
            and claims.iss == self.issuer
            and self.audience in claims.aud
            and claims.iat <= time.time() + LEEWAY_SECONDS
            and claims.exp - claims.iat <= LONGEST_SECONDS
            and (claims.kind == "machine" or not self.others)
        )
        if not good:
            raise TokenRefused
        return claims

    async def _keys_for(self, token: str) -> KeySet:
        """The remembered keys; asked anew when old, or when the token names one that is not among them.

        Only who brings an unknown key waits for identity: for all others old keys are as good while it is asked.
        """
        is_known = self._keys is not None and _key_id(token) in {key.kid for key in self._keys}
        is_fresh = time.monotonic() - self._fetched < KEYS_FRESH_SECONDS
        may_ask = self._keys is None or time.monotonic() - self._asked > ASK_AGAIN_SECONDS
        if may_ask and not (is_known and is_fresh):
            self._asked = time.monotonic()
            if self._asking is None or self._asking.done():
                with nobody_waits():
                    self._asking = asyncio.create_task(self._ask())
            if not is_known:
                await asyncio.shield(self._asking)
        if self._keys is None:
            raise KeysUnreachable
        return self._keys

    async def _ask(self) -> None:
        try:
            self._keys = KeySet.import_key_set(await self.fetch_keys())  # type: ignore[arg-type]
            self._fetched = time.monotonic()
        except Exception as unreachable:  # noqa: BLE001 -- whatever it is, the remembered keys stay
            log.warning("keys_unreachable", issuer=self.issuer, trouble=type(unreachable).__name__)


class KeysUnreachable(Exception):
    """Identity's public keys cannot be had and none are remembered; answered as 503."""


def _key_id(token: str) -> str | None:
    kid = _unverified(token, 0).get("kid")
    return kid if isinstance(kid, str) else None


def _unverified(token: str, part: int) -> dict[str, Any]:
    """What a token says of itself before anybody checked it: only to know by which keys to check it."""
    try:
        written = token.split(".")[part]
        said = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
