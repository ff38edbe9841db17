"""Personal fields at rest: sealed with the cell's place bound in, and blind indexes to find them by.

A sealed cell is `cipher(1) | key id(8) | nonce(12) | ciphertext and tag`. Its place — table, column, row id —
is authenticated with it, so a cell copied into another row or column does not open (NIST SP 800-38D).
A blind index is HMAC-SHA256 under a key of its own (never the data key), cut to 16 bytes.

A process follows its keys file: it looks again once a second, and at once when a cell names a key that is not at
hand, for another process may have read the new one a moment earlier. So a rotation reaches every running service.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag

from shared.kit.ciphers import KEY_BYTES, MARK, CipherName, sealing_with

NONCE_BYTES = 12
KEY_ID_BYTES = 8
HEADER_BYTES = 1 + KEY_ID_BYTES
INDEX_BYTES = 16
LOOK_EVERY_SECONDS = 1.0
log = structlog.get_logger()


class CannotOpen(Exception):
    """A sealed cell was altered, moved to another place, or its key is gone."""


class KeyUnknown(CannotOpen):
    """No key at hand has this id: it is gone, or so new that this process has not read it yet."""


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

    def __init__(
        self,
        *,
        current: str,
        keys: Mapping[str, bytes],
        index_key: bytes,
        ciphers: Mapping[str, CipherName] | None = None,
    ) -> None:
        """`ciphers` names the cipher of each key; a key that it does not name is one of AES-256-GCM."""
        chosen = {name: (ciphers or {}).get(name, CipherName.AES_256_GCM) for name in keys}
        is_whole = all(len(key) == KEY_BYTES[chosen[name]] for name, key in keys.items())
        if current not in keys or not is_whole or len(index_key) < 32:
            raise ValueError(
                "The keys file needs a current key among its keys, each of 32 bytes (16 for sm4-gcm), and an index key."
            )
        self.header = _header(chosen[current], current)
        self._sealing = {_header(chosen[name], name): sealing_with(chosen[name], key) for name, key in keys.items()}
        self._index_key = index_key

    @classmethod
    def from_file(cls, path: Path) -> "Keyring":
        """Read `{"current": …, "keys": {id: base64}, "ciphers": {id: name}, "index_key": base64}`."""
        return cls.from_text(path.read_text("utf-8"))

    @classmethod
    def from_text(cls, text: str) -> "Keyring":
        """The keys of a file that was read."""
        written: dict[str, Any] = json.loads(text)
        return cls(
            current=written["current"],
            keys={name: base64.b64decode(key) for name, key in written["keys"].items()},
            index_key=base64.b64decode(written["index_key"]),
            ciphers={name: CipherName(cipher) for name, cipher in written.get("ciphers", {}).items()},
        )

    def seal(self, plain: str, place: Place) -> bytes:
        """Encrypt a text for one place."""
        return self.seal_bytes(plain.encode(), place)

    def seal_bytes(self, plain: bytes, place: Place) -> bytes:
        """Encrypt any content for one place."""
        nonce = os.urandom(NONCE_BYTES)
        return self.header + nonce + self._sealing[self.header].encrypt(nonce, plain, bytes(place))

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
        sealing = self._sealing.get(sealed[:HEADER_BYTES])
        if sealing is None:
            raise KeyUnknown
        nonce, content = sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES], sealed[HEADER_BYTES + NONCE_BYTES :]
        try:
            return sealing.decrypt(nonce, content, bytes(place))
        except (InvalidTag, ValueError) as wrong:  # a cell cut short has no whole nonce
            raise CannotOpen from wrong

    def seals(self, sealed: bytes) -> bool:
        """Whether a cell is sealed as this process seals now: with the current key and its cipher."""
        return sealed.startswith(self.header)

    def blind(self, purpose: str, value: str) -> bytes:
        """The index under which a value of this purpose is found, telling nothing of the value."""
        return hmac.digest(self._index_key, f"{purpose}\x1f{value}".encode(), "sha256")[:INDEX_BYTES]


def _header(cipher: CipherName, key: str) -> bytes:
    return MARK[cipher] + hashlib.sha256(key.encode()).digest()[:KEY_ID_BYTES]


@dataclass(slots=True)
class KeysInUse:
    """A keyring, and the file that it follows, if any."""

    keyring: Keyring
    file: Path | None = None
    seen: tuple[int, ...] = ()
    looked_at: float = 0.0

    def look(self) -> None:
        """Read the file anew if it changed."""
        self.looked_at = monotonic()
        if self.file is None:
            return
        try:
            state = _state(self.file)
            if state != self.seen:
                self.keyring, self.seen = Keyring.from_file(self.file), state
        except (OSError, ValueError, KeyError, TypeError) as trouble:
            log.warning("keys_file_not_read", trouble=type(trouble).__name__)


def _state(file: Path) -> tuple[int, ...]:
    told = os.stat(file)  # noqa: PTH116 - a path's own stat would build more than is looked at here
    return told.st_ino, told.st_mtime_ns, told.st_size


class _Held:
    keys: KeysInUse | None = None


def use_keyring(keyring: Keyring) -> None:
    """Give this process its keys; done once, when it starts."""
    _Held.keys = KeysInUse(keyring)


def use_keys_file(file: Path) -> None:
    """Give this process the keys of a file, and follow it.

    Raises:
        ValueError: they are not whole.
    """
    state = _state(file)
    _Held.keys = KeysInUse(Keyring.from_file(file), file, state, monotonic())


def keys_in_use() -> KeysInUse:
    """What this process was given."""
    if _Held.keys is None:
        raise RuntimeError("No keys were given to this process: set FUZHOU_KEYS_FILE.")
    return _Held.keys


def keyring() -> Keyring:
    """The keys of this process, not older than a second."""
    keys = keys_in_use()
    if keys.file is not None and monotonic() - keys.looked_at >= LOOK_EVERY_SECONDS:
        keys.look()
    return keys.keyring


def open_bytes(sealed: bytes, place: Place) -> bytes:
    """Decrypt any content at its place, with this process's keys.

    Raises:
        CannotOpen: it was altered, stands elsewhere than it was sealed for, or its key is unknown.
    """
    try:
        return keyring().open_bytes(sealed, place)
    except KeyUnknown:
        keys_in_use().look()
        return keys_in_use().keyring.open_bytes(sealed, place)


def seal(plain: str, table: str, column: str, row: object) -> bytes:
    """Encrypt a text for a cell, with this process's keys."""
    return keyring().seal(plain, Place(table, column, row))


def unseal(sealed: bytes, table: str, column: str, row: object) -> str:
    """Decrypt a cell, with this process's keys."""
    try:
        return open_bytes(sealed, Place(table, column, row)).decode()
    except UnicodeDecodeError as wrong:
        raise CannotOpen from wrong


def blind(purpose: str, value: str) -> bytes:
    """The blind index of a value, with this process's index key."""
    return keyring().blind(purpose, value)
