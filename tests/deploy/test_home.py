"""The one folder: locked, its secrets made once, and never silently made anew."""

import json
import os
import stat
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from deploy.databases import roles
from deploy.environment import Addresses, service_environment
from deploy.home import Home, HomeInUse
from deploy.postgres import Cluster
from deploy.running import NotRunning, running
from deploy.secrets import SecretsLost
from shared.kit.crypto import Keyring


def test_a_second_copy_is_told_who_uses_the_folder_and_what_to_do(tmp_path: Path) -> None:
    first = Home(tmp_path / "home").open()
    with pytest.raises(HomeInUse, match=f"as process {os.getpid()}.*FUZHOU_HOME="):
        Home(tmp_path / "home").open()
    first.close()
    Home(tmp_path / "home").open().close()


def test_secrets_are_made_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").open()
    before = {path: path.read_text() for path in home.secrets.folder.rglob("*") if path.is_file()}
    home.close()
    Home(tmp_path / "home").open().close()
    assert before == {path: path.read_text() for path in home.secrets.folder.rglob("*") if path.is_file()}


def test_secrets_are_readable_to_their_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").open()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in home.secrets.folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(home.secrets.folder.stat().st_mode) == 0o700
    home.close()


def test_the_keys_are_those_that_services_read(tmp_path: Path) -> None:
    secrets = Home(tmp_path / "home").open().secrets
    assert Keyring.from_file(secrets.keys_file).blind("phone", "13800000000")
    key = ECKey.import_key(json.loads(secrets.signing_key_file.read_text()))
    assert key.is_private
    assert key.kid


def test_keys_that_data_was_sealed_with_are_never_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").open()
    home.close()
    (home.postgres / "data").mkdir(parents=True)
    (home.postgres / "data" / "PG_VERSION").write_text("18")
    home.secrets.keys_file.unlink()
    with pytest.raises(SecretsLost, match="Put it back"):
        Home(tmp_path / "home").open()
    assert not home.secrets.keys_file.exists()


def test_only_identity_is_told_where_the_signing_key_is(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").open()
    cluster = Cluster(home.postgres, passwords=dict.fromkeys(roles(("needs", "identity")), "word"))
    home.postgres.mkdir()
    told = {name: service_environment(name, home, cluster, Addresses.usual()) for name in ("needs", "identity")}
    assert "FUZHOU_SIGNING_KEY_FILE" in told["identity"]
    assert "FUZHOU_SIGNING_KEY_FILE" not in told["needs"]
    assert told["needs"]["NEEDS_DATABASE_URL"].startswith("postgresql+asyncpg://needs_app:")
    assert not any("_owner:" in value for value in told["needs"].values())


def test_other_commands_are_told_when_nothing_runs(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match="make run"):
        running(tmp_path)
