"""Tokens that identity never gave: each is wrong in one way, and everything else about it is right."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey

from shared.schemas.access import Role
from tests.city import ISSUER, SIGNING_KEY
from tests.people import STATION

OTHER_KEY = ECKey.generate_key("P-256", {"kid": "tests"})
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PEM = SIGNING_KEY.public_key.public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)  # fmt: skip


def claims(**changes: Any) -> dict[str, Any]:
    """What a good token says; a change to None leaves a claim out."""
    now = int(time.time())
    good = {
        "iss": ISSUER, "sub": "head", "aud": ["needs"], "iat": now, "exp": now + 300, "jti": "1", "client_id": "tests",
        "grants": [{"role": Role.STATION_HEAD, "stations": [str(STATION)]}],
    }  # fmt: skip
    return {name: value for name, value in (good | changes).items() if value is not None}


def header(**changes: Any) -> dict[str, Any]:
    good = {"alg": "ES256", "typ": "at+jwt", "kid": "tests"}
    return {name: value for name, value in (good | changes).items() if value is not None}


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def es256(text: str, key: ECKey = SIGNING_KEY) -> bytes:
    """A signature as JWS wants it: r and s, side by side."""
    r, s = decode_dss_signature(der(text, key))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def der(text: str, key: ECKey = SIGNING_KEY) -> bytes:
    private = key.private_key
    assert private is not None
    return private.sign(text.encode(), ec.ECDSA(hashes.SHA256()))


def hs256(secret: bytes) -> Callable[[str], bytes]:
    def sign(text: str) -> bytes:
        made = hmac.HMAC(secret, hashes.SHA256())
        made.update(text.encode())
        return made.finalize()

    return sign


def forged(
    head: Any = None, said: Any = None, *, sign: Callable[[str], bytes] = es256, key: ECKey | None = None
) -> str:  # fmt: skip
    text = f"{encoded(head or header())}.{encoded(claims() if said is None else said)}"
    return f"{text}.{encoded(es256(text, key) if key else sign(text))}"


def with_parts(change: Callable[[str, str, str], str]) -> str:
    return change(*forged().split("."))


def raised(head: str, _: str, signature: str) -> str:
    return f"{head}.{encoded(claims(grants=[{'role': 'administrator', 'divisions': ['3610']}]))}.{signature}"


def p384() -> str:
    key = ec.generate_private_key(ec.SECP384R1())

    def sign(text: str) -> bytes:
        r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA384())))
        return r.to_bytes(48, "big") + s.to_bytes(48, "big")

    return forged(header(alg="ES384"), sign=sign)


def nothing(_: str) -> bytes:
    return b""


FORGERIES: dict[str, Callable[[], str]] = {
    "words": lambda: "not-a-token",
    "one part": lambda: forged().split(".")[0],
    "two parts": lambda: forged().rpartition(".")[0],
    "four parts": lambda: forged() + ".e30",
    "no signature": lambda: forged(sign=nothing),
    "algorithm none": lambda: forged(header(alg="none"), sign=nothing),
    "algorithm None": lambda: forged(header(alg="None"), sign=nothing),
    "algorithm nOnE with a signature": lambda: forged(header(alg="nOnE")),
    "no algorithm": lambda: forged(header(alg=None)),
    "the public key as a shared secret, PEM": lambda: forged(header(alg="HS256"), sign=hs256(PEM)),
    "the public key as a shared secret, JWK": lambda: forged(
        header(alg="HS256"), sign=hs256(json.dumps(SIGNING_KEY.as_dict(private=False)).encode())
    ),
    "an empty shared secret": lambda: forged(header(alg="HS256"), sign=hs256(b"\0")),
    "RS256 in name": lambda: forged(header(alg="RS256")),
    "ES384 with a key of its own": p384,
    "EdDSA in name": lambda: forged(header(alg="EdDSA")),
    "another key under the known name": lambda: forged(key=OTHER_KEY),
    "another key under a new name": lambda: forged(header(kid="mine"), key=OTHER_KEY),
    "another key, brought along": lambda: forged(header(jwk=OTHER_KEY.as_dict(private=False)), key=OTHER_KEY),
    "another key, at an address": lambda: forged(header(jku="http://evil.example/keys"), key=OTHER_KEY),
    "another key, in a certificate": lambda: forged(header(x5u="http://evil.example/cert"), key=OTHER_KEY),
    "an unknown key name": lambda: forged(header(kid="unknown")),
    "no key name, with another key": lambda: forged(header(kid=None), key=OTHER_KEY),
    "a key name that is a path": lambda: forged(header(kid="../../../dev/null"), sign=hs256(b"\0")),
    "a key name that is a number": lambda: forged(header(kid=1)),
    "a key name that is a list": lambda: forged(header(kid=["tests"])),
    "another type": lambda: forged(header(typ="JWT")),
    "no type": lambda: forged(header(typ=None)),
    "an identity token": lambda: forged(header(typ="id+jwt")),
    "a critical extension": lambda: forged(header(crit=["exp"])),
    "an unencoded payload": lambda: forged(header(b64=False, crit=["b64"])),
    "a header that is a list": lambda: forged([1]),
    "a payload that is a list": lambda: forged(said=[claims()]),
    "a payload that is no JSON": lambda: forged(said=b"{"),
    "an empty payload": lambda: forged(said={}),
    "another issuer": lambda: forged(said=claims(iss="http://evil.example/identity")),
    "almost the issuer": lambda: forged(said=claims(iss=ISSUER + "/")),
    "no issuer": lambda: forged(said=claims(iss=None)),
    "another service's": lambda: forged(said=claims(aud=["matching"])),
    "nobody's": lambda: forged(said=claims(aud=[])),
    "no audience": lambda: forged(said=claims(aud=None)),
    "part of an audience": lambda: forged(said=claims(aud="needs-and-more")),
    "expired": lambda: forged(said=claims(iat=int(time.time()) - 400, exp=int(time.time()) - 100)),
    "without an end": lambda: forged(said=claims(exp=None)),
    "without a beginning": lambda: forged(said=claims(iat=None)),
    "from the future": lambda: forged(said=claims(iat=int(time.time()) + 60)),
    "longer than ten minutes": lambda: forged(said=claims(exp=int(time.time()) + 601)),
    "for ever": lambda: forged(said=claims(exp=10**12)),
    "begun before there was time": lambda: forged(said=claims(iat=-1)),
    "no subject": lambda: forged(said=claims(sub=None)),
    "no grants": lambda: forged(said=claims(grants=None)),
    "a role that is not one": lambda: forged(said=claims(grants=[{"role": "emperor"}])),
    "a grant with more in it": lambda: forged(said=claims(grants=[{"role": "auditor", "everything": True}])),
    "a raised role under an old signature": lambda: with_parts(raised),
    "a changed header under an old signature": lambda: with_parts(
        lambda _, said, signature: f"{encoded(header(cty='x'))}.{said}.{signature}"
    ),
    "half a signature": lambda: with_parts(lambda head, said, signature: f"{head}.{said}.{signature[:43]}"),
    "a signature of zeros": lambda: forged(sign=lambda _: bytes(64)),
    "a signature of the group's order": lambda: forged(sign=lambda _: ORDER.to_bytes(32, "big") * 2),
    "a signature in the other encoding": lambda: forged(sign=der),
    "a signature of something else": lambda: forged(sign=lambda _: es256("something else")),
    "cut in the middle": lambda: forged()[:-40],
    "with a space inside": lambda: forged().replace(".", ". ", 1),
}
