"""The secrets of one machine: made once, one file each, readable to their owner alone."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from deploy.addresses import BUILT
from deploy.databases import roles
from deploy.refusals import Refusal

KEY_BYTES = 32


class SecretsLost(Refusal):
    """Data is there, but a key that it was sealed with is not."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is missing, and the data cannot be read without it. Put it back from your copy;"
            " or, if the data may go, remove the whole folder and start anew."
        )


class Secrets:
    """A folder of secrets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys_file = folder / "keys.json"
        self.signing_key_file = folder / "signing_key.json"
        self.clients = folder / "clients"
        self.database = folder / "database"

    def complete(self, *, may_be_new: bool) -> None:
        """Make the secrets that are missing.

        Raises:
            SecretsLost: the data keys are gone and there is data.
        """
        if not may_be_new and not self.keys_file.exists():
            raise SecretsLost(self.keys_file)
        for folder in (self.folder, self.clients, self.database):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(self.keys_file, _new_keys)
        _write_once(self.signing_key_file, _new_signing_key)
        for name in BUILT:
            _write_once(self.client_secret_file(name), _new_password)
        for role in roles(BUILT):
            _write_once(self.database / role, _new_password)

    def client_secret_file(self, client: str) -> Path:
        """The file with the secret by which a service names itself to identity."""
        return self.clients / client

    def password_of(self, role: str) -> str:
        """The password of a database role."""
        return (self.database / role).read_text().strip()

    def passwords(self) -> dict[str, str]:
        """The passwords of all database roles."""
        return {role: self.password_of(role) for role in roles(BUILT)}


def _write_once(path: Path, make: Callable[[], str]) -> None:
    """Write a whole file or none: one cut short by a power failure would pass for a secret."""
    if path.exists():
        return
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        written.write(make())
        written.flush()
        os.fsync(written.fileno())
    fresh.rename(path)


def _new_keys() -> str:
    """The data key and, apart from it, the key of the blind indexes (`shared.kit.crypto`)."""
    return json.dumps({"current": "k1", "keys": {"k1": _random()}, "index_key": _random()}, indent=2)


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _new_password() -> str:
    return secrets.token_urlsafe(24)


def _new_signing_key() -> str:
    from joserfc.jwk import ECKey

    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True), indent=2)
