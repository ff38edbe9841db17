"""Another OpenID provider can take identity's place: an independent one runs for real, and its people come in by it."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from deploy.postgres import Cluster
from shared.kit.provider import Provider
from shared.schemas.access import Grant, Role
from tests.city import City, client_secret_file, running, token
from tests.identity.browser import CALLBACK, Proof
from tests.people import STATION

HERE = Path(__file__).parent / "provider"
HOST = "127.0.0.1"
OLDEST_NODE = 20
AUDIENCE, SECRET = "urn:fuzhou", "a secret of the console at the other provider"
GROUPS = {"wang": ["station-heads", "tea"], "li": ["city"], "zhao": ["tea"], "service:needs": ["station-heads"]}
RULES: list[dict[str, Any]] = [
    {"claim": "groups", "value": "station-heads", "grants": [{"role": "station_head", "stations": [str(STATION)]}]},
    {"claim": "groups", "value": "city", "grants": [{"role": "provider_officer", "provider": "health"}]},
]
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class TheirProvider:
    """The other provider, as it runs."""

    issuer: str

    async def tokens(self, login: str) -> dict[str, Any]:
        """Sign in there by the code flow with proof, as a browser and then the client do."""
        proof = Proof()
        async with httpx.AsyncClient(base_url=self.issuer, trust_env=False) as browser:
            answer = await browser.get("/auth", params=proof.query())
            while not (location := answer.headers.get("location", "")).startswith(CALLBACK):
                answer = await (browser.get(location) if location else self._fill_in(browser, answer, login))
            fields = {
                "grant_type": "authorization_code", "code": httpx.URL(location).params["code"],
                "redirect_uri": CALLBACK, "code_verifier": proof.verifier,
            }  # fmt: skip
            given = await browser.post("/token", data=fields, auth=("console", SECRET))
        assert given.status_code == 200, given.text
        made: dict[str, Any] = given.json()
        return made

    async def _fill_in(self, browser: httpx.AsyncClient, page: httpx.Response, login: str) -> httpx.Response:
        action = re.search(r'action="([^"]+)"', page.text)
        prompt = re.search(r'name="prompt" value="([^"]+)"', page.text)
        assert action, page.text
        assert prompt, page.text
        return await browser.post(action[1], data={"prompt": prompt[1], "login": login, "password": "anything"})


def node_version() -> int:
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return int(said[1:].split(".")[0]) if said.startswith("v") else 0


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TheirProvider]:
    """npm's oidc-provider (certified by the OpenID Foundation), installed by its lock and run on loopback."""
    if shutil.which("npm") is None or node_version() < OLDEST_NODE:
        pytest.skip(f"the other provider runs on Node.js {OLDEST_NODE} or newer, which is not on this machine")
    folder = tmp_path_factory.mktemp("provider")
    for file in HERE.iterdir():
        shutil.copy(file, folder)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(install, cwd=folder, check=True, timeout=120)
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    told = os.environ | {"TOLD": json.dumps({"secret": SECRET, "groups": GROUPS, "audience": AUDIENCE})}
    command = ["node", "server.mjs", str(port)]
    with subprocess.Popen(
        command, cwd=folder, env=told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:  # fmt: skip
        assert server.stdout is not None
        assert any(line.strip() == "ready" for line in server.stdout)
        yield TheirProvider(f"http://{HOST}:{port}")
        server.terminate()


@pytest.fixture(scope="module")
async def city(
    cluster: Cluster, folder: Path, theirs: TheirProvider, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[City]:  # fmt: skip
    """Needs and identity, told of the other provider by a file and nothing else."""
    file = tmp_path_factory.mktemp("settings") / "provider.json"
    file.write_text(json.dumps({"issuer": theirs.issuer, "audience": AUDIENCE, "rules": RULES}), "utf-8")
    outside = httpx.AsyncHTTPTransport()
    async with outside, running(cluster, folder, ("needs", "identity"), provider_file=file) as made:
        # Their keys are fetched over the real network, by discovery; all else stays between the services.
        made.network.hosts[HOST] = outside  # type: ignore[assignment]
        yield made


async def status(city: City, bearer: str, path: str = "/needs", service: str = "needs") -> int:
    answer = await city.client(service).get(path, headers={"Authorization": f"Bearer {bearer}"})
    return answer.status_code


async def test_who_signed_in_there_holds_here_what_their_claims_stand_for(city: City, theirs: TheirProvider) -> None:
    given = await theirs.tokens("wang")
    assert await status(city, given["access_token"]) == 200
    me = await city.client("identity").get("/userinfo", headers={"Authorization": f"Bearer {given['access_token']}"})
    assert me.json() == {"sub": "wang", "preferred_username": "wang", "worker": None, "roles": ["station_head"]}


async def test_claims_that_stand_for_nothing_open_nothing(city: City, theirs: TheirProvider) -> None:
    assert await status(city, (await theirs.tokens("zhao"))["access_token"]) == 403
    assert await status(city, (await theirs.tokens("nobody"))["access_token"]) == 403


async def test_a_role_is_good_only_at_the_services_that_it_calls(city: City, theirs: TheirProvider) -> None:
    health = (await theirs.tokens("li"))["access_token"]
    assert await status(city, health) == 403
    assert await status(city, health, "/categories") == 200


async def test_what_is_no_access_token_for_us_is_refused(city: City, theirs: TheirProvider) -> None:
    given = await theirs.tokens("wang")
    head, body, signature = given["access_token"].split(".")
    for forged in (
        given["id_token"],
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.",
        given["access_token"][:-9],
    ):
        assert await status(city, forged) == 401
    station = Grant(role=Role.STATION_HEAD, stations=(str(STATION),))
    assert await status(city, token(station, issuer=theirs.issuer, subject="wang")) == 401


async def test_a_name_of_theirs_is_never_taken_for_a_machine_of_ours(city: City, theirs: TheirProvider) -> None:
    assert await status(city, (await theirs.tokens("service:needs"))["access_token"]) == 401


async def test_people_come_by_the_other_provider_alone_and_machines_as_before(city: City, folder: Path) -> None:
    station = Grant(role=Role.STATION_HEAD, stations=(str(STATION),))
    assert await status(city, token(station, subject="wang")) == 401
    basic = ("needs", client_secret_file(folder, "needs").read_text("utf-8"))
    answer = await city.client("identity").post("/token", data={"grant_type": "client_credentials"}, auth=basic)
    assert await status(city, answer.json()["access_token"], "/categories") == 200


async def test_their_keys_are_found_by_discovery_and_remembered(city: City, theirs: TheirProvider) -> None:
    bearers = [(await theirs.tokens("wang"))["access_token"] for _ in range(2)]
    assert await asyncio.gather(*(status(city, bearer) for bearer in bearers)) == [200, 200]
    del city.network.hosts[HOST]
    assert await status(city, (await theirs.tokens("wang"))["access_token"]) == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"rules": []},
        {"rules": [{"claim": "groups", "value": "all", "grants": [{"role": "service"}]}]},
        {"rules": [{"claim": "groups", "value": "all", "grants": [{"role": "city_manager", "divisions": [""]}]}]},
        {"algorithms": ["HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"issuer": "http://elsewhere.example/"},
        {"audience": ""},
        {"secret": "what is this"},
    ],
)
def test_a_file_that_would_let_anybody_in_is_refused(wrong: dict[str, Any]) -> None:
    good: dict[str, Any] = {"issuer": "https://login.example", "audience": AUDIENCE, "rules": RULES}
    assert Provider.model_validate(good).issuer == "https://login.example"
    with pytest.raises(ValidationError):
        Provider.model_validate(good | wrong)
