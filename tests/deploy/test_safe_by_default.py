"""Production does not start with a setting that opens a door (S15): a real process refuses each, with the remedy."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from deploy.environment import for_sqlalchemy
from deploy.health import answers_ok
from deploy.places import ROOT
from deploy.ports import listen_from, port_of
from deploy.postgres import Cluster
from deploy.secrets import Secrets
from tests.city import copy_database
from tests.figures import Figure

pytestmark = pytest.mark.slow
Told = dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A good production: its cluster, and a folder of secrets of its own."""

    cluster: Cluster
    secrets: Secrets

    def told(self, service: str, database: str | None = None) -> Told:
        """What a service is told there."""
        url = for_sqlalchemy(self.cluster.url(database or service, f"{service}_app"))
        return {
            "FUZHOU_ENVIRONMENT": "production",
            f"{service.upper()}_DATABASE_URL": url,
            "FUZHOU_KEYS_FILE": str(self.secrets.keys_file),
            "FUZHOU_CLIENT_SECRET_FILE": str(self.secrets.client_secret_file(service)),
            "FUZHOU_SIGNING_KEY_FILE": str(self.secrets.signing_key_file),
            "FUZHOU_CLIENT_SECRETS_FOLDER": str(self.secrets.clients),
            "FUZHOU_ISSUER": "https://shegong.example.gov.cn/identity",
            "NEEDS_PUBLIC_ADDRESS": "https://shegong.example.gov.cn",
            "FUZHOU_ALLOWED_ORIGINS": '["https://front.example.gov.cn"]',
        }


@pytest.fixture
def place(cluster: Cluster, tmp_path: Path) -> Place:
    secrets = Secrets(tmp_path / "secrets")
    secrets.complete(may_be_new=True)
    return Place(cluster, secrets)


Spoil = Callable[[Place, Told], None]


def says(**changed: str) -> Spoil:
    """The environment says something else."""

    def spoil(place: Place, told: Told) -> None:
        told.update(changed)

    return spoil


def leaves_out(name: str) -> Spoil:
    def spoil(place: Place, told: Told) -> None:
        del told[name]

    return spoil


def with_keys(change: Callable[[dict[str, object]], object]) -> Spoil:
    """The keys file holds something else."""

    def spoil(place: Place, told: Told) -> None:
        written = json.loads(place.secrets.keys_file.read_text())
        change(written)
        place.secrets.keys_file.write_text(json.dumps(written))

    return spoil


def at_database(change: Callable[[str], str]) -> Spoil:
    def spoil(place: Place, told: Told) -> None:
        told["NEEDS_DATABASE_URL"] = change(told["NEEDS_DATABASE_URL"])

    return spoil


def with_client_secret(written: str) -> Spoil:
    def spoil(place: Place, told: Told) -> None:
        Path(told["FUZHOU_CLIENT_SECRET_FILE"]).write_text(written)

    return spoil


def without_signing_key(place: Place, told: Told) -> None:
    place.secrets.signing_key_file.write_text("{}")


def with_provider_in_the_clear(place: Place, told: Told) -> None:
    rule = {"claim": "groups", "value": "heads", "grants": [{"role": "hotline_operator", "divisions": ["3610"]}]}
    file = place.secrets.folder / "provider.json"
    file.write_text(json.dumps({"issuer": "http://sso.example.gov.cn", "audience": "fuzhou", "rules": [rule]}))
    told["FUZHOU_PROVIDER_FILE"] = str(file)


def of_zeros(written: dict[str, object]) -> None:
    written["keys"] = {"k1": "A" * 43 + "="}


def one_for_both(written: dict[str, object]) -> None:
    keys = written["keys"]
    assert isinstance(keys, dict)
    written["index_key"] = keys["k1"]


PASSWORD = "password%20of%20needs_app"
KEYS, DATABASE = "FUZHOU_KEYS_FILE", "NEEDS_DATABASE_URL"
BAD: dict[str, tuple[str, str, Spoil, str]] = {
    "no keys are named": ("needs", KEYS, leaves_out(KEYS), "not set"),
    "the keys are not there": ("needs", KEYS, says(FUZHOU_KEYS_FILE="/nowhere/keys.json"), "no whole keys file"),
    "the keys are development's": ("needs", KEYS, with_keys(lambda of: of.update(made_for="development")), "developm"),
    "a key is all zeros": ("needs", KEYS, with_keys(of_zeros), "32 random bytes"),
    "one key serves two ends": ("needs", KEYS, with_keys(one_for_both), "key of its own"),
    "no client secret": ("needs", "FUZHOU_CLIENT_SECRET_FILE", with_client_secret("short"), "fuzhou secrets"),
    "the database trusts": ("needs", DATABASE, at_database(lambda url: url.replace(f":{PASSWORD}", "")), "scram-sha"),
    "a known password": ("needs", DATABASE, at_database(lambda url: url.replace(PASSWORD, "needs_app")), "characters"),
    "the owner's role": (
        "needs",
        DATABASE,
        at_database(lambda url: url.replace("needs_app:", "needs_owner:")),
        "needs_app",
    ),
    "a played clock": ("needs", "FUZHOU_CLOCK", says(FUZHOU_CLOCK="played"), "Leave it out"),
    "deaf": ("needs", "NEEDS_LISTENS", says(NEEDS_LISTENS="false"), "Leave it out"),
    "sample people are wanted": ("needs", "FUZHOU_SAMPLE", says(FUZHOU_SAMPLE="city"), "`none`"),
    "any site may call": (
        "needs",
        "FUZHOU_ALLOWED_ORIGINS",
        says(FUZHOU_ALLOWED_ORIGINS='["*"]'),
        "front end's origin",
    ),
    "tokens in the clear": (
        "needs",
        "FUZHOU_ISSUER",
        says(FUZHOU_ISSUER="http://shegong.example.gov.cn/identity"),
        "Use https",
    ),
    "links in the clear": (
        "needs",
        "NEEDS_PUBLIC_ADDRESS",
        says(NEEDS_PUBLIC_ADDRESS="http://shegong.example.gov.cn"),
        "Use https",
    ),
    "a provider in the clear": ("needs", "FUZHOU_PROVIDER_FILE", with_provider_in_the_clear, "Use https"),
    "no signing key": ("identity", "FUZHOU_SIGNING_KEY_FILE", without_signing_key, "P-256"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_setting_is_refused_with_the_remedy(place: Place, figure: Figure, bad: str) -> None:
    service, setting, spoil, remedy = BAD[bad]
    told = place.told(service)
    spoil(place, told)
    await refused(service, told, setting, remedy)
    figure("S15", bad_settings=1, refusals_with_the_remedy=1)


async def test_a_database_with_sample_people_is_not_productions(place: Place, figure: Figure) -> None:
    name = await copy_database(place.cluster, "identity")
    owner = await asyncpg.connect(place.cluster.url(name))
    await owner.execute(
        "INSERT INTO account (id, name, grants, divisions, is_active, is_sample, must_reset, created_by, created_at)"
        " VALUES (gen_random_uuid(), 'hotline', '[]', '{3610}', true, true, false, 'seed', now())"
    )
    await owner.close()
    await refused("identity", place.told("identity", name), "IDENTITY_DATABASE_URL", "sample people")
    figure("S15", bad_settings=1, refusals_with_the_remedy=1)


@pytest.mark.parametrize("service", ["needs", "identity"])
async def test_a_good_setting_starts_and_answers(place: Place, service: str) -> None:
    with listen_from(25800) as one, listen_from(25850) as other:
        ports = port_of(one), port_of(other)
    process = await started(service, place.told(service), f"--port={ports[0]}", f"--internal-port={ports[1]}")
    try:
        async with asyncio.timeout(60):
            while not await answers_ok("127.0.0.1", ports[0], f"/{service}/health/ready"):
                assert process.returncode is None, (await process.communicate())[0].decode()
                await asyncio.sleep(0.1)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


async def test_a_database_that_is_away_stops_nobody_from_starting(place: Place) -> None:
    told = place.told("identity") | {
        "IDENTITY_DATABASE_URL": f"postgresql+asyncpg://identity_app:{PASSWORD}@127.0.0.1:1/i"
    }
    with listen_from(25800) as one, listen_from(25850) as other:
        ports = port_of(one), port_of(other)
    process = await started("identity", told, f"--port={ports[0]}", f"--internal-port={ports[1]}")
    try:
        async with asyncio.timeout(60):
            while not await answers_ok("127.0.0.1", ports[0], "/identity/health/live"):
                assert process.returncode is None, (await process.communicate())[0].decode()
                await asyncio.sleep(0.1)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


async def refused(service: str, told: Mapping[str, str], setting: str, remedy: str) -> None:
    """The process ends by itself, says the setting and the remedy in both languages, and no secret."""
    process = await started(service, told)
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    said = output.decode()
    assert process.returncode == 1, said
    english, chinese = (f"{setting}{colon}" for colon in (": ", "："))
    assert english in said
    assert chinese in said
    assert remedy in said
    assert "Traceback" not in said
    assert "password of" not in said
    assert PASSWORD not in said


async def started(service: str, told: Mapping[str, str], *words: str) -> asyncio.subprocess.Process:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.command", "serve", service, *words, cwd=ROOT, env=kept | dict(told),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
