"""The keys that sign tokens, and the public ones by which everybody checks them.

Files are read anew when they change, so that a key is rotated by replacing them: first the new key with the old one
among the previous ones, ten minutes later without it.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeySet

from services.identity.settings import Settings


def signing_key(settings: Settings) -> ECKey:
    """The key that signs now."""
    return _signing_key(*_stamp(settings.signing_key_file))


def public_keys(settings: Settings) -> dict[str, Any]:
    """The public halves of the key that signs and of those whose tokens may still live (RFC 7517)."""
    keys = [signing_key(settings)]
    if settings.previous_keys_file is not None and settings.previous_keys_file.exists():
        keys += _previous_keys(*_stamp(settings.previous_keys_file))
    return dict(KeySet(list(keys)).as_dict(private=False))


def _stamp(path: Path) -> tuple[Path, int]:
    return path, path.stat().st_mtime_ns


@lru_cache(maxsize=4)
def _signing_key(path: Path, _: int) -> ECKey:
    return _key(json.loads(path.read_text("utf-8")))


@lru_cache(maxsize=4)
def _previous_keys(path: Path, _: int) -> list[ECKey]:
    return [_key(written) for written in json.loads(path.read_text("utf-8"))["keys"]]


def _key(written: dict[str, Any]) -> ECKey:
    key = ECKey.import_key(written, {"use": "sig", "alg": "ES256"})
    key.ensure_kid()
    if key.curve_name != "P-256":
        raise ValueError("A signing key must be of the curve P-256, for ES256.")
    return key
