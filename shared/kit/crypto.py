"""Personal fields at rest: AES-256-GCM with the cell's place bound in, and blind indexes to find them by.

A sealed cell is `version(1) | key id(8) | nonce(12) | ciphertext and tag`. Its place — table, column, row id —
is authenticated with it, so a cell copied into another row or column does not open (NIST SP 800-38D).
A blind index is HMAC-SHA256 under a key of its own (never the data key), cut to 16 bytes.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_ID_BYTES = 8
INDEX_BYTES = 16


class CannotOpen(Exception):
    """A sealed cell was altered, moved to another place, or its key is gone."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed cell stands."""

    table: str
    column: str
    row: object

    def __bytes__(self) -> bytes:
        return f"{self.table}\x1f{self.column}\x1f{self.row}".encode()


class Keyring:
    """The keys of one process: new cells are sealed with the current key, old ones open with theirs."""

    def __init__(self, *, current: str, keys: dict[str, bytes], index_key: bytes) -> None:
        if current not in keys or any(len(key) != 32 for key in keys.values()) or len(index_key) < 32:
            raise ValueError("The keys file needs a current key among its keys, each of 32 bytes, and an index key.")
        self._current = _key_id(current)
        self._ciphers = {_key_id(name): AESGCM(key) for name, key in keys.items()}
        self._index_key = index_key

    @classmethod
    def from_file(cls, path: Path) -> "Keyring":
        """Read `{"current": …, "keys": {id: base64}, "index_key": base64}`."""
        written: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return cls(
            current=written["current"],
            keys={name: base64.b64decode(key) for name, key in written["keys"].items()},
            index_key=base64.b64decode(written["index_key"]),
        )

    def seal(self, plain: str, place: Place) -> bytes:
        """Encrypt a text for one place."""
        return self.seal_bytes(plain.encode(), place)

    def seal_bytes(self, plain: bytes, place: Place) -> bytes:
        """Encrypt any content for one place."""
        nonce = os.urandom(NONCE_BYTES)
        header = VERSION + self._current + nonce
        return header + self._ciphers[self._current].encrypt(nonce, plain, bytes(place))

    def open(self, sealed: bytes, place: Place) -> str:
        """Decrypt a cell at its place.

        Raises:
            CannotOpen: it was altered, stands elsewhere than it was sealed for, or its key is unknown.
        """
        try:
            return self.open_bytes(sealed, place).decode()
        except UnicodeDecodeError as wrong:
            raise CannotOpen from wrong

    def open_bytes(self, sealed: bytes, place: Place) -> bytes:
        """Decrypt any content at its place; raises as `open` does."""
        key_id = sealed[1 : 1 + KEY_ID_BYTES]
        nonce = sealed[1 + KEY_ID_BYTES : 1 + KEY_ID_BYTES + NONCE_BYTES]
        cipher = self._ciphers.get(key_id)
        if sealed[:1] != VERSION or cipher is None:
            raise CannotOpen
        try:
            return cipher.decrypt(nonce, sealed[1 + KEY_ID_BYTES + NONCE_BYTES :], bytes(place))
        except (InvalidTag, ValueError) as wrong:  # a cell cut short has no whole nonce
            raise CannotOpen from wrong

    def blind(self, purpose: str, value: str) -> bytes:
        """The index under which a value of this purpose is found, telling nothing of the value."""
        return hmac.digest(self._index_key, f"{purpose}\x1f{value}".encode(), "sha256")[:INDEX_BYTES]


def _key_id(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:KEY_ID_BYTES]


class _Held:
    keyring: Keyring | None = None


def use_keyring(keyring: Keyring) -> None:
    """Give this process its keys; done once, when it starts."""
    _Held.keyring = keyring


def keyring() -> Keyring:
    """The keys of this process."""
    if _Held.keyring is None:
        raise RuntimeError("No keys were given to this process: set FUZHOU_KEYS_FILE.")
    return _Held.keyring


def seal(plain: str, table: str, column: str, row: object) -> bytes:
    """Encrypt a text for a cell, with this process's keys."""
    return keyring().seal(plain, Place(table, column, row))


def unseal(sealed: bytes, table: str, column: str, row: object) -> str:
    """Decrypt a cell, with this process's keys."""
    return keyring().open(sealed, Place(table, column, row))


def blind(purpose: str, value: str) -> bytes:
    """The blind index of a value, with this process's index key."""
    return keyring().blind(purpose, value)
