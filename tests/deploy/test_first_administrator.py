"""In production, as containers run it: nobody is there but who is made on the machine, by a link that is good once."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from deploy import databases
from deploy.keys_file import KeysFile
from deploy.postgres import Cluster, throwaway
from deploy.rotating import Rotation
from shared.kit.ciphers import CipherName
from shared.kit.crypto import LOOK_EVERY_SECONDS
from tests.deploy.compose import ours
from tests.deploy.container_runs import environment_of, run, serving
from tests.identity.browser import code_of, proof_in, secret_on

GOOD = "四月的雨 和 山上的茶 2026"
NAME = "city-administrator"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with throwaway(port=25720) as started:
        yield started


@dataclass(frozen=True, slots=True)
class Production:
    """Identity as its container runs it, in production."""

    environment: dict[str, str]
    port: int
    keys: KeysFile
    owner_url: str
    superuser_url: str

    async def fuzhou(self, *words: str) -> tuple[int | None, str]:
        """The command, as somebody types it into that container."""
        return await run(list(words), self.environment)

    async def link(self) -> str:
        """The path of a one-time link for the first administrator, or a fresh one."""
        status, said = await self.fuzhou("account", "create", NAME)
        if status:
            status, said = await self.fuzhou("account", "link", NAME)
        assert status == 0, said
        return str(urlsplit(said.split()[-1]).path)

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}")


@pytest.fixture(scope="module")
async def production(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Production]:
    """Databases as production makes them, and identity running."""
    folder = tmp_path_factory.mktemp("production")
    secrets = folder / "secrets"
    await run(["secrets", str(secrets)], {"FUZHOU_CIPHER": "sm4-gcm"})
    (secrets / "superuser").chmod(0o600)
    (secrets / "superuser").write_text(cluster.password)
    for name in ("migrate", "seed"):
        told = ours()[name]
        status, said = await run(told["command"][1:], environment_of(name, told, cluster, secrets, folder))
        assert status == 0, said
    environment = environment_of("identity", ours()["identity"], cluster, secrets, folder)
    assert environment["FUZHOU_ENVIRONMENT"] == "production"
    async with serving("identity", environment) as port:
        yield Production(
            environment, port, KeysFile(folder / "identity" / "keys.json"), owner_url(cluster, secrets),
            cluster.url("identity"),
        )  # fmt: skip


def owner_url(cluster: Cluster, secrets: Path) -> str:
    role = databases.owner("identity")
    password = (secrets / "database" / role).read_text()
    return f"postgresql://{role}:{password}@127.0.0.1:{cluster.port}/identity"


async def send(browser: httpx.AsyncClient, page: httpx.Response, **fields: str) -> httpx.Response:
    return await browser.post(page.request.url, data={"proof": proof_in(page)} | fields)


async def set_up(production: Production) -> str:
    """The first administrator with a password; the secret of the second factor."""
    link = await production.link()
    async with production.browser() as browser:
        page = await browser.get(link)
        factor = secret_on(page)
        done = await send(browser, page, password=GOOD, again=GOOD, code=code_of(factor))
        assert done.status_code == 200, done.text
        assert (await browser.get(link)).status_code == 404, "a link is good once"
    return factor


async def test_nobody_is_there_before_the_first_administrator_is_made(production: Production) -> None:
    status, said = await production.fuzhou("token", "hotline")
    assert status == 1
    assert "Traceback" not in said
    connection = await asyncpg.connect(production.superuser_url)
    people = await connection.fetch("SELECT name, is_sample FROM account")
    await connection.close()
    assert not [row["name"] for row in people if row["name"] != NAME or row["is_sample"]]


async def test_the_first_administrator_sets_a_password_by_a_link_that_is_good_once(production: Production) -> None:
    await set_up(production)
    status, said = await production.fuzhou("account", "create", NAME)
    assert status == 1
    assert re.search(r"[\u4e00-\u9fff]", said), "refused in Chinese too"
    assert "Traceback" not in said


async def test_a_running_process_opens_what_a_rotation_sealed_anew(production: Production) -> None:
    """The second factor is a sealed cell of identity, which runs on while its key is replaced and forgotten."""
    factor = await set_up(production)
    rotation = Rotation(
        keys=production.keys, urls={"identity": production.owner_url}, settled_seconds=LOOK_EVERY_SECONDS + 1.0
    )
    rows = await rotation.run(CipherName.AES_256_GCM)
    assert sum(int(row["resealed"] or 0) for row in rows if row["column"] == "account.totp_sealed") == 1
    await rotation.forget()
    link = await production.link()
    async with production.browser() as browser:
        renewed = secret_on(await browser.get(link))
        assert renewed != factor
    connection = await asyncpg.connect(production.superuser_url)
    headers = await connection.fetch("SELECT substr(factor_sealed, 1, 9) FROM link WHERE factor_sealed IS NOT NULL")
    await connection.close()
    assert {row[0] for row in headers} == {rotation.keys.keyring.header}


async def test_accounts_from_before_facts_told_what_they_may_do_are_told_of_once(production: Production) -> None:
    await production.link()
    connection = await asyncpg.connect(production.superuser_url)
    await connection.execute("UPDATE fact SET body = body - 'grants' WHERE subject = $1", NAME)
    for told in ("1 told anew.\n", "0 told anew.\n"):
        assert await production.fuzhou("account", "retell") == (0, told)
    role = await connection.fetchval(
        "SELECT body->'grants'->0->>'role' FROM fact WHERE subject = $1 ORDER BY sequence DESC LIMIT 1", NAME
    )
    await connection.close()
    assert role == "administrator"
