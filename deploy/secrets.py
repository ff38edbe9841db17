"""The secrets of one machine: made once, one file each, readable to their owner alone."""

import errno
import json
import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

from deploy.addresses import BUILT
from deploy.databases import roles
from deploy.refusals import Refusal


class SecretsLost(Refusal):
    """Data is there, but a key that it was sealed with is not."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is missing, and the data cannot be read without it. Put it back from your copy;"
            " or, if the data may go, remove the whole folder and start anew."
        )


class SecretsClosed(Refusal):
    """Secrets are missing, and here they cannot be made."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Secrets are missing from {folder}, and this process may not make them."
            " In containers they are made once, before all else: `docker compose run --rm secrets`."
        )


class Secrets:
    """A folder of secrets. `mode` is that of its files; the folder itself is closed to everybody else in any case."""

    def __init__(self, folder: Path, *, mode: int = 0o600) -> None:
        self.folder = folder
        self.mode = mode
        self.superuser_file = folder / "superuser"
        self.keys_file = folder / "keys.json"
        self.signing_key_file = folder / "signing_key.json"
        self.clients = folder / "clients"
        self.database = folder / "database"

    def complete(self, *, may_be_new: bool, made_for: str = "production") -> None:
        """Make the secrets that are missing; those made for development say so, and production refuses them.

        Raises:
            SecretsLost: the data keys are gone and there is data.
            SecretsClosed: they are to be made elsewhere.
        """
        if not may_be_new and not self.keys_file.exists():
            raise SecretsLost(self.keys_file)
        try:
            self._make(made_for)
        except OSError as refused:
            if refused.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
                raise
            raise SecretsClosed(self.folder) from refused

    def _make(self, made_for: str) -> None:
        for folder in (self.folder, self.clients, self.database):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write_once(self.keys_file, partial(_new_keys, made_for))
        self._write_once(self.signing_key_file, _new_signing_key)
        for name in BUILT:
            self._write_once(self.client_secret_file(name), _new_password)
        for role in roles(BUILT):
            self._write_once(self.database / role, _new_password)

    def make_superuser(self) -> None:
        """The password of a database server that is not ours to make, but that shall be born with it."""
        self._write_once(self.superuser_file, _new_password)

    def _write_once(self, path: Path, make: Callable[[], str]) -> None:
        """Write a whole file or none: one cut short by a power failure would pass for a secret."""
        if path.exists():
            return
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
            written.write(make())
            written.flush()
            os.fchmod(written.fileno(), self.mode)
            os.fsync(written.fileno())
        fresh.rename(path)

    def client_secret_file(self, client: str) -> Path:
        """The file with the secret by which a service names itself to identity."""
        return self.clients / client

    def password_of(self, role: str) -> str:
        """The password of a database role."""
        return (self.database / role).read_text().strip()

    def passwords(self) -> dict[str, str]:
        """The passwords of the database roles that are made; a newer version may know more services."""
        return {role: self.password_of(role) for role in roles(BUILT) if (self.database / role).exists()}


def _new_keys(made_for: str) -> str:
    """The data key and, apart from it, the key of the blind indexes (`shared.kit.crypto`)."""
    from deploy.keys_file import chosen_cipher, new_keys

    return json.dumps(new_keys(chosen_cipher()) | {"made_for": made_for}, indent=2)


def _new_password() -> str:
    return secrets.token_urlsafe(24)


def _new_signing_key() -> str:
    from joserfc.jwk import ECKey

    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True), indent=2)
