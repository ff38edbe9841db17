"""The containers, as far as they can be held to their word where no engine runs."""

import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from deploy.addresses import BUILT
from deploy.command import commands
from deploy.places import ROOT
from deploy.postgres import Cluster, throwaway
from deploy.postgres.cluster import INITDB, SETTINGS
from deploy.secrets import Secrets, SecretsClosed
from tests.deploy.compose import FILE, composed, ours
from tests.deploy.container_runs import environment_of, run, standing_up, words_here

BIN = Path(sys.executable).parent
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
# What the server on one machine is told about its own places has no meaning in a container.
OF_ONE_MACHINE = {"listen_addresses", "unix_socket_permissions"}


def fuzhou_words(told: Mapping[str, Any]) -> Iterator[list[str]]:
    """Each call of our command in a container: what it runs, and how its health is asked."""
    for words in (told.get("command", []), told.get("healthcheck", {}).get("test", [])):
        said = [word for word in words if word != "CMD"]
        if said[:1] == ["fuzhou"]:
            yield said[1:]


def test_the_compose_file_is_one() -> None:
    checked = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE], check=False, capture_output=True
    )
    assert checked.returncode == 0, checked.stdout.decode()


def test_the_dockerfile_gives_nothing_to_remark() -> None:
    checked = subprocess.run([BIN / "hadolint", DOCKERFILE], check=False, capture_output=True)
    assert (checked.returncode, checked.stdout) == (0, b"")


def test_every_service_has_its_container_and_the_door_waits_for_it() -> None:
    containers = composed()["services"]
    for service in BUILT:
        assert service in containers, f"docker-compose.yml has no container for {service}: copy that of needs"
        assert containers[service]["command"][:3] == ["fuzhou", "serve", service]
        assert service in containers["door"]["depends_on"]


def test_every_command_in_the_compose_file_is_understood() -> None:
    group = get_command(commands)
    said = [words for told in ours().values() for words in fuzhou_words(told)]
    assert len(said) >= 2 * len(BUILT) + 3
    for words in said:
        context = group.make_context("fuzhou", list(words))
        name, command, rest = group.resolve_command(context, list(words))  # type: ignore[attr-defined]
        made = command.make_context(name, rest, parent=context)
        assert made.params.get("service", BUILT[0]) in BUILT


def test_no_container_is_root_or_writes_where_it_runs_or_has_rights_to_spare() -> None:
    for name, told in composed()["services"].items():
        assert told["user"] in ("10001:10001", "postgres"), name
        assert told["read_only"] is True, name
        assert told["cap_drop"] == ["ALL"], name
        assert told["security_opt"] == ["no-new-privileges:true"], name


def test_every_container_has_its_share_of_the_machine_and_writes_into_memory_that_is_counted() -> None:
    for name, told in composed()["services"].items():
        assert {"mem_limit", "cpus", "pids_limit"} <= set(told), name
        # Without it, what is over the limit goes to the disk of the machine, keys and all.
        assert told["memswap_limit"] == told["mem_limit"], name
        for mount in told["tmpfs"]:
            assert {"size", "noexec", "nosuid", "nodev"} <= {
                word.partition("=")[0] for word in mount.split(":")[1].split(",")
            }


def test_nothing_starts_before_what_it_needs_is_well() -> None:
    containers = composed()["services"]
    assert containers["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert containers["seed"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    for service in BUILT:
        assert containers[service]["depends_on"] == {
            "postgres": {"condition": "service_healthy"}, "seed": {"condition": "service_completed_successfully"}
        }  # fmt: skip


def test_what_runs_on_has_a_health_check_and_comes_back() -> None:
    for name in ("postgres", "door", *BUILT):
        told = composed()["services"][name]
        assert told["restart"] == "unless-stopped"
        assert told["healthcheck"]["test"]


def test_the_door_meets_public_listeners_only_and_the_database_only_who_works_with_it() -> None:
    containers = composed()["services"]
    assert set(containers["door"]["networks"]) == {"outside", "public"}
    assert containers["postgres"]["networks"] == ["database"]
    for service in BUILT:
        told = containers[service]
        assert told["networks"]["public"]["aliases"] == [f"{service}-public"]
        assert told["networks"]["internal"]["aliases"] == [f"{service}-internal"]
        assert {f"--host={service}-public", f"--internal-host={service}-internal"} <= set(told["command"])
    published = [name for name, told in containers.items() if "ports" in told]
    assert published == ["door"]
    assert all(composed()["networks"][name]["internal"] for name in ("public", "internal", "database"))


def test_only_identity_and_what_prepares_it_get_the_signing_key_and_no_service_another_ones_password() -> None:
    for name, told in ours().items():
        given = {each if isinstance(each, str) else each["source"] for each in told.get("secrets", ())}
        if name in BUILT:
            assert given - {"signing_key"} == {"keys", f"database_{name}_app", f"client_{name}"}
            assert ("signing_key" in given) == (name == "identity")
        assert ("superuser" in given) == (name == "migrate")


def test_no_secret_is_written_into_the_file() -> None:
    for told in composed()["services"].values():
        for name, value in (told.get("environment") or {}).items():
            assert "PASSWORD" not in name or value.startswith("/run/secrets/")


def test_the_database_is_made_and_told_as_on_one_machine() -> None:
    told = composed()["services"]["postgres"]
    assert set(told["environment"]["POSTGRES_INITDB_ARGS"].split()) == {
        word for word in INITDB if not word.startswith("--username=")
    }
    said = dict(word.removeprefix("-c").split("=") for word in told["command"][1:])
    assert said == {name: value for name, value in SETTINGS.items() if name not in OF_ONE_MACHINE}


def test_the_image_copies_what_the_builder_is_given() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        word
        for line in DOCKERFILE.read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


def test_secrets_for_containers_lie_in_a_closed_folder_and_are_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make = [sys.executable, "-m", "deploy.command", "secrets", str(folder)]
    subprocess.run(make, check=True, cwd=ROOT)
    before = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    subprocess.run(make, check=True, cwd=ROOT)
    assert before == {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir()) if path.is_dir()} == {0o700}
    wanted = {Path(secret["file"]) for secret in composed(FUZHOU_SECRETS=str(folder))["secrets"].values()}
    assert wanted >= set(before), "a secret that no container gets"
    assert all(path in before for path in wanted), "a secret that nobody makes"


def test_secrets_that_cannot_be_made_here_are_made_by_a_command_that_is_named() -> None:
    # The kernel's own folder takes no files from anybody, as a container's takes none.
    with pytest.raises(SecretsClosed, match="docker compose run --rm secrets"):
        Secrets(Path("/sys/fuzhou")).complete(may_be_new=True)


async def test_a_database_server_that_is_away_is_named_without_its_password() -> None:
    away = {"FUZHOU_SUPERUSER_URL": "postgresql://postgres:hidden@127.0.0.1:1/postgres"}
    status, said = await run(["migrate"], away)
    assert status == 1
    assert "127.0.0.1:1" in said
    assert "hidden" not in said
    assert "Traceback" not in said


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with throwaway(port=25700) as started:
        yield started


@pytest.mark.slow
async def test_what_the_containers_are_told_is_enough_to_migrate_seed_and_serve(
    cluster: Cluster, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets"
    await run(["secrets", str(secrets)], {})
    (secrets / "superuser").chmod(0o600)
    (secrets / "superuser").write_text(cluster.password)
    for name in ("migrate", "seed"):
        told = ours()[name]
        environment = environment_of(name, told, cluster, secrets, tmp_path)
        status, said = await run(words_here(told["command"]), environment)
        assert status == 0, said
    services = {name: ours()[name] for name in BUILT}
    environments = {name: environment_of(name, services[name], cluster, secrets, tmp_path) for name in BUILT}
    async with standing_up(services, environments):
        pass
