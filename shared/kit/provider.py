"""Another OpenID provider in identity's place: people sign in there, and its tokens are read as ours are.

A county or the province may have one already. A file of settings says whose tokens count and which of their claims
stand for which grants; nothing else of a foreign token opens anything. Machines keep their tokens of identity.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from shared.kit.tokens import LEEWAY_SECONDS, LONGEST_SECONDS, Claims, TokenRefused, Verifier
from shared.schemas.access import AUDIENCES, Grant, Role

# A name of theirs with a colon would be taken for one of our machines.
ACCOUNT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,79}")


class GrantRule(BaseModel):
    """Whoever's claim holds this value has these grants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str = Field(min_length=1, examples=["groups"])
    value: str = Field(min_length=1, examples=["station-heads-361002100"])
    grants: tuple[Grant, ...] = Field(min_length=1)

    @field_validator("grants")
    @classmethod
    def _for_people(cls, grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
        if any(grant.role is Role.SERVICE for grant in grants):
            raise ValueError("Machines have their tokens of identity: map no claim to the role service.")
        return grants

    def fits(self, claims: dict[str, Any]) -> bool:
        said = claims.get(self.claim)
        return said == self.value or (isinstance(said, list) and self.value in said)


class Provider(BaseModel):
    """What is known of the other provider; the file that FUZHOU_PROVIDER_FILE names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(pattern=r"^https?://\S+[^/]$", description="As its discovery document says, to the letter.")
    audience: str = Field(min_length=1, description="What its access tokens name as `aud`: this platform.")
    jwks_uri: str | None = Field(None, description="Found by discovery when left out.")
    token_type: str = Field("at+jwt", description="`typ` of its access tokens; RFC 9068 says at+jwt.")
    algorithms: tuple[str, ...] = Field(("ES256", "RS256"), description="Asymmetric ones only.")
    account: str = Field("sub", description="The claim that names the account.")
    worker: str | None = Field(None, description="The claim that names the worker, where there is one.")
    rules: tuple[GrantRule, ...] = Field(min_length=1)

    @field_validator("algorithms")
    @classmethod
    def _asymmetric(cls, algorithms: tuple[str, ...]) -> tuple[str, ...]:
        if not algorithms or any(not re.fullmatch(r"(ES|RS|PS)(256|384|512)", each) for each in algorithms):
            raise ValueError("Only ES…, RS… and PS… algorithms: a shared secret or none proves nothing.")
        return algorithms

    @classmethod
    def from_file(cls, path: Path) -> "Provider":
        return cls.model_validate_json(path.read_text("utf-8"))

    def grants_of(self, claims: dict[str, Any]) -> list[Grant]:
        """What somebody holds here, by what their provider says of them."""
        return [grant for rule in self.rules if rule.fits(claims) for grant in rule.grants]


@dataclass(slots=True)
class ForeignVerifier(Verifier):
    """Checks the other provider's tokens for one service."""

    provider: Provider | None = None

    def _checked(self, token: str, keys: KeySet) -> Claims:
        assert self.provider is not None
        provider = self.provider
        try:
            decoded = jwt.decode(token, keys, algorithms=list(provider.algorithms))
            said = dict(decoded.claims)
            claims = _as_ours(provider, said)
        except (JoseError, ValidationError, ValueError, TypeError, KeyError) as wrong:
            raise TokenRefused from wrong
        kind = str(decoded.header.get("typ", "")).lower().removeprefix("application/")
        good = (
            kind == provider.token_type.lower()
            and claims.iss == provider.issuer
            and provider.audience in claims.aud
            and ACCOUNT.fullmatch(claims.sub) is not None
            and _is_for(self.audience, claims.grants)
            and claims.iat <= time.time() + LEEWAY_SECONDS
            and claims.exp - claims.iat <= LONGEST_SECONDS
        )
        if not good:
            raise TokenRefused
        return claims


def _as_ours(provider: Provider, said: dict[str, Any]) -> Claims:
    audience = said["aud"]
    return Claims(
        iss=said["iss"], sub=said[provider.account], aud=[audience] if isinstance(audience, str) else audience,
        iat=int(said["iat"]), exp=int(said["exp"]), jti=str(said.get("jti", "")),
        client_id=str(said.get("client_id", said.get("azp", ""))), kind="person", grants=provider.grants_of(said),
        worker=said.get(provider.worker) if provider.worker else None, session=said.get("sid"),
    )  # fmt: skip


def _is_for(service: str, grants: Sequence[Grant]) -> bool:
    """Whether one of the grants calls this service, as `aud` says it in our own tokens. Who holds none is known too."""
    return not grants or any(service in AUDIENCES[grant.role] for grant in grants)
