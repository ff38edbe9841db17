"""The keys file: what is in it, and how a rotation changes it while services read it."""

import base64
import errno
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.refusals import Refusal
from shared.kit.ciphers import KEY_BYTES, CipherName
from shared.kit.crypto import Keyring

# In the file as long as cells are being sealed anew: who finds it there goes on, and makes no other key.
UNDER_WAY = "rotating"
# How the key of the blind indexes is called among fingerprints.
INDEX = "index"


class KeysFileClosed(Refusal):
    """The keys cannot be changed from here."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"This account may not write to {path}. Run this as the account that owns it, where the secrets lie.\n"
            f"当前账号无权写入 {path}。请以该文件的所有者账号、在密钥所在的机器上执行本命令。"
        )


def chosen_cipher() -> CipherName:
    """The cipher of new keys: FUZHOU_CIPHER, `aes-256-gcm` (the usual one) or `sm4-gcm`.

    Raises:
        Refusal: it names another.
    """
    named = os.environ.get("FUZHOU_CIPHER") or CipherName.AES_256_GCM
    try:
        return CipherName(named)
    except ValueError:
        known = ", ".join(CipherName)
        raise Refusal(
            f"FUZHOU_CIPHER is {named!r}, and there are {known}: name one of these.\n"
            f"FUZHOU_CIPHER 的值为 {named!r}，只能是 {known} 之一。"
        ) from None


def new_keys(cipher: CipherName) -> dict[str, Any]:
    """What a keys file begins with: a data key and, apart from it, the key of the blind indexes."""
    return {
        "current": "k1", "keys": {"k1": _random(KEY_BYTES[cipher])}, "ciphers": {"k1": cipher},
        "index_key": _random(32),
    }  # fmt: skip


def _random(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()


@dataclass(frozen=True, slots=True)
class KeysFile:
    """One keys file; what this version does not know in it stays in it."""

    path: Path

    def read(self) -> dict[str, Any]:
        """What is in it."""
        written: dict[str, Any] = json.loads(self.path.read_text("utf-8"))
        return written

    @property
    def keyring(self) -> Keyring:
        return Keyring.from_file(self.path)

    @property
    def is_rotating(self) -> bool:
        """Whether a rotation was begun and is not done."""
        return bool(self.read().get(UNDER_WAY))

    def begin(self, cipher: CipherName) -> str:
        """Add a key and make it the current one; its name. The others stay, to open what they sealed."""
        keys = self.read()
        number = len(keys["keys"]) + 1
        while f"k{number}" in keys["keys"] or f"k{number}" in keys.get("forgotten", ()):
            number += 1
        name = f"k{number}"
        keys["keys"][name] = _random(KEY_BYTES[cipher])
        keys["ciphers"] = {**keys.get("ciphers", {}), name: cipher}
        self._write(keys | {"current": name, UNDER_WAY: True})
        return name

    def finish(self) -> None:
        """Note that every cell is under the current key."""
        self._write({name: value for name, value in self.read().items() if name != UNDER_WAY})

    @property
    def old(self) -> Sequence[str]:
        """The keys beside the current one."""
        keys = self.read()
        return sorted(set(keys["keys"]) - {keys["current"]})

    @property
    def fingerprints(self) -> dict[str, str]:
        """By which each key can be known again, and not made: all are random and long."""
        keys = self.read()
        known = keys["keys"] | {INDEX: keys["index_key"]}
        return {name: hashlib.sha256(b"fuzhou key\x1f" + key.encode()).hexdigest()[:16] for name, key in known.items()}

    def forget(self) -> Sequence[str]:
        """Drop the old keys; their names, which are never given again."""
        keys, gone = self.read(), self.old
        keys["keys"] = {keys["current"]: keys["keys"][keys["current"]]}
        keys["ciphers"] = {name: cipher for name, cipher in keys.get("ciphers", {}).items() if name in keys["keys"]}
        self._write(keys | {"forgotten": sorted({*keys.get("forgotten", ()), *gone})})
        return gone

    def _write(self, keys: dict[str, Any]) -> None:
        """Change the file where it is: containers hold it by its place on the disk, which a new file would not have.

        A whole copy lies beside it first, so that a machine that dies between two blocks loses no key.
        """
        text = json.dumps(keys, indent=2).encode()
        Keyring.from_text(text.decode())
        copy = self.path.with_name(self.path.name + ".copy")
        try:
            _put(copy, text, os.O_CREAT | os.O_TRUNC)
            _put(self.path, text, 0)
            copy.unlink()
        except OSError as refused:
            if refused.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
                raise
            raise KeysFileClosed(self.path) from refused


def _put(path: Path, text: bytes, flags: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | flags, 0o600), "wb") as written:
        written.write(text)
        written.truncate()
        written.flush()
        os.fsync(written.fileno())
