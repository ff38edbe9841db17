"""Machines prove who they are and get a token for ten minutes at most."""

import base64
import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import SecretStr
from structlog.testing import capture_logs

from deploy.postgres import Cluster
from services.identity.service.keys import public_keys, signing_key
from services.identity.settings import Settings
from shared.schemas.access import Role
from tests.city import ISSUER, SIGNING_KEY, City, Person, client_secret_file, running

AUDITOR = Person.of(Role.AUDITOR)
CREDENTIALS = {"grant_type": "client_credentials"}


def basic(client: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


async def ask(city: City, data: Any = CREDENTIALS, **options: Any) -> httpx.Response:
    return await city.client("identity").post("/token", data=data, **options)


async def test_a_service_gets_a_token_with_which_it_reads_a_feed(city: City, folder: Path) -> None:
    secret = client_secret_file(folder, "identity").read_text("utf-8")
    answer = await ask(city, headers=basic("identity", secret))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    assert set(given) == {"access_token", "token_type", "expires_in"}
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 600)
    feed = httpx.AsyncClient(transport=httpx.ASGITransport(city.internals["needs"]), base_url="http://needs")
    async with feed:
        read = await feed.get("/needs/facts", headers={"Authorization": f"Bearer {given['access_token']}"})
    assert read.status_code == 200


async def test_a_token_lasts_ten_minutes_at_most_and_names_the_services_it_is_good_at(city: City, folder: Path) -> None:
    secret = client_secret_file(folder, "needs").read_text("utf-8")
    answer = await ask(city, CREDENTIALS | {"client_id": "needs", "client_secret": secret})
    token = jwt.decode(answer.json()["access_token"], SIGNING_KEY, algorithms=["ES256"])
    assert token.header == {"alg": "ES256", "typ": "at+jwt", "kid": "tests"}
    said = token.claims
    assert said["exp"] - said["iat"] <= 600
    assert abs(said["iat"] - time.time()) < 5
    assert (said["iss"], said["sub"], said["client_id"], said["kind"]) == (ISSUER, "service:needs", "needs", "machine")
    assert set(said["aud"]) >= {"needs", "matching", "identity"}


@pytest.mark.parametrize(
    ("client", "secret"), [("needs", "wrong"), ("needs", ""), ("nobody", "wrong"), ("nobody", ""), ("", "")]
)
async def test_a_wrong_secret_and_an_unknown_client_are_refused_alike(city: City, client: str, secret: str) -> None:
    answer = await ask(city, headers=basic(client, secret))
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "invalid_client", "error_description": "There is no active client with this id and secret."
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("data", "headers", "error"),
    [
        ({}, {}, "invalid_request"),
        ({"grant_type": "password"}, {}, "unsupported_grant_type"),
        (CREDENTIALS | {"scope": "everything"}, {}, "invalid_scope"),
        (CREDENTIALS | {"client_secret": "s"}, basic("needs", "s"), "invalid_request"),
        (CREDENTIALS, {"Authorization": "Basic ä"}, "invalid_request"),
        ({"grant_type": ["client_credentials", "password"]}, {}, "invalid_request"),
        (CREDENTIALS, {"Content-Type": "application/json"}, "invalid_request"),
        (CREDENTIALS | {f"f{number}": "x" for number in range(40)}, {}, "invalid_request"),
    ],
)
async def test_what_is_no_request_for_a_token_is_refused_in_oauths_form(
    city: City, data: dict[str, Any], headers: dict[str, str], error: str
) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await ask(city, data, headers=sent)
    assert answer.status_code == 400
    assert answer.json()["error"] == error


async def test_whoever_asks_too_often_is_told_when_to_come_back(cluster: Cluster, folder: Path) -> None:
    async with running(cluster, folder, ("identity",), token_per_minute=3) as alone:
        answers = [await ask(alone, headers=basic("needs", "guess")) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_everybody_may_read_where_the_keys_are_and_the_keys_hold_no_secret(city: City) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(city.apps["identity"]), base_url=ISSUER) as client:
        said = (await client.get(f"{ISSUER}/.well-known/openid-configuration")).json()
        assert said["issuer"] == ISSUER
        assert said["token_endpoint"] == f"{ISSUER}/v1/token"
        keys = (await client.get(said["jwks_uri"])).json()["keys"]
    assert [key["kid"] for key in keys] == ["tests"]
    assert all(not {"d", "k"} & set(key) for key in keys)


async def test_identity_checks_its_own_tokens_without_asking_itself(cluster: Cluster, folder: Path) -> None:
    async with running(cluster, folder, ("identity",)) as alone:
        alone.network.hosts.clear()
        assert (await alone.get("identity", "/accounts", AUDITOR)).status_code == 200


async def test_services_go_on_while_identity_is_away(cluster: Cluster, folder: Path) -> None:
    async with running(cluster, folder, ("needs", "identity")) as city:
        manager = Person.of(Role.CITY_MANAGER, divisions=("3610",))
        assert (await city.get("needs", "/needs", manager)).status_code == 200
        city.network.hosts["identity"] = httpx.ASGITransport(city.internals["needs"])
        another = Person.of(Role.CITY_MANAGER, "somebody-else", divisions=("3610",))
        assert (await city.get("needs", "/needs", another)).status_code == 200


async def test_a_new_key_signs_while_the_old_one_is_still_published(cluster: Cluster, tmp_path: Path) -> None:
    old, new = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("old", "new"))
    current, previous = tmp_path / "signing.json", tmp_path / "previous.json"
    current.write_text(json.dumps(new.as_dict(private=True)), "utf-8")
    previous.write_text(json.dumps({"keys": [old.as_dict(private=True)]}), "utf-8")
    settings = Settings(
        database_url=SecretStr("postgresql://nowhere"), keys_file=tmp_path, signing_key_file=current,
        previous_keys_file=previous,
    )  # fmt: skip
    assert signing_key(settings).kid == "new"
    published = public_keys(settings)["keys"]
    assert [key["kid"] for key in published] == ["new", "old"]
    assert not any("d" in key for key in published)


async def test_logs_and_the_database_hold_no_secret(city: City, folder: Path) -> None:
    secret = client_secret_file(folder, "needs").read_text("utf-8")
    wrong = f"canary-{uuid4()}"
    administrator = Person.of(Role.ADMINISTRATOR, divisions=("3610",))
    form = {"name": "logged", "grants": [{"role": "front_end"}]}
    with capture_logs() as logged:
        given = (await ask(city, headers=basic("needs", secret))).json()["access_token"]
        await ask(city, CREDENTIALS | {"client_id": "needs", "client_secret": wrong})
        shown = (await city.post("identity", "/clients", administrator, form)).json()["secret"]
    assert len(logged) == 3
    assert not any(hidden in str(logged) for hidden in (secret, given, wrong, shown))
    owner = await city.owner("identity")
    for table in ("client", "idempotency", "fact", "audit_entry"):
        rows = await owner.fetch(f"SELECT t::text AS row FROM {table} t")
        assert not any(hidden in row["row"] for row in rows for hidden in (secret, shown))
    await owner.close()
