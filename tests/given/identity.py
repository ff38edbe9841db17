"""How each operation of identity is lawfully called."""

from typing import Any
from uuid import uuid4

import httpx

from shared.schemas.access import Role
from tests.city import Person
from tests.given.registry import Ask, given
from tests.given.scene import Scene
from tests.identity.browser import Proof, code_of, proof_in, secret_on
from tests.people import ADMINISTRATOR, COUNTY_ADMINISTRATOR, STATION

HEAD = {"role": "station_head", "stations": [str(STATION)]}
CALL_CENTRE = {"role": "hotline_operator", "divisions": ["361002"]}
AUDITOR = Person.of(Role.AUDITOR)


def account() -> dict[str, Any]:
    return {"name": f"a-{uuid4()}", "grants": [HEAD], "worker": None}


def client() -> dict[str, Any]:
    return {"name": f"c-{uuid4()}", "grants": [CALL_CENTRE]}


async def new_account(scene: Scene) -> str:
    name: str = (await scene.done("identity", "/accounts", ADMINISTRATOR, account()))["name"]
    return name


@given("GET /identity/v1/accounts", by=AUDITOR)
async def read_accounts(scene: Scene, who: Person) -> Ask:
    await new_account(scene)
    return Ask()


@given("POST /identity/v1/accounts", by=COUNTY_ADMINISTRATOR)
async def create_account(scene: Scene, who: Person) -> Ask:
    return Ask(body=account())


@given("GET /identity/v1/accounts/{name}", by=COUNTY_ADMINISTRATOR)
async def read_account(scene: Scene, who: Person) -> Ask:
    return Ask(path={"name": await new_account(scene)})


@given("PUT /identity/v1/accounts/{name}", by=COUNTY_ADMINISTRATOR)
async def edit_account(scene: Scene, who: Person) -> Ask:
    return Ask(path={"name": await new_account(scene)}, version=1, body={"grants": [HEAD], "worker": "w-1"})


@given("POST /identity/v1/accounts/{name}/end", by=COUNTY_ADMINISTRATOR)
async def end_account(scene: Scene, who: Person) -> Ask:
    return Ask(path={"name": await new_account(scene)})


@given("GET /identity/v1/clients", by=COUNTY_ADMINISTRATOR)
async def read_clients(scene: Scene, who: Person) -> Ask:
    await scene.done("identity", "/clients", ADMINISTRATOR, client())
    return Ask()


@given("POST /identity/v1/clients", by=COUNTY_ADMINISTRATOR)
async def create_client(scene: Scene, who: Person) -> Ask:
    return Ask(body=client())


@given("POST /identity/v1/clients/{name}/end", by=COUNTY_ADMINISTRATOR)
async def end_client(scene: Scene, who: Person) -> Ask:
    return Ask(path={"name": (await scene.done("identity", "/clients", ADMINISTRATOR, client()))["name"]})


@given("POST /identity/v1/token", by=AUDITOR)
async def give_token(scene: Scene, who: Person) -> Ask:
    made = await scene.done("identity", "/clients", ADMINISTRATOR, client())
    credentials = {"client_id": made["name"], "client_secret": made["secret"]}
    return Ask(form={"grant_type": "client_credentials"} | credentials)


MOBILE = {"client_id": "mobile", "redirect_uri": "fuzhou-mobile:/callback"}
COUNTY = {"role": "county_manager", "divisions": ["361002"]}
PASSWORD = "四月的雨 和 山上的茶 2026"


def asked() -> dict[str, str]:
    return Proof().query(**MOBILE)


async def new_link(scene: Scene, *grants: dict[str, Any]) -> tuple[str, str]:
    """A fresh account, and the secret of its one-time link."""
    form = account() | ({"grants": list(grants)} if grants else {})
    name = (await scene.done("identity", "/accounts", ADMINISTRATOR, form))["name"]
    made = await scene.done("identity", f"/accounts/{name}/links", ADMINISTRATOR, {})
    return name, made["url"].rsplit("/", 1)[1]


async def page(scene: Scene, path: str, **query: str) -> httpx.Response:
    """A page as the scene's browser sees it; it keeps the cookie that goes with the form."""
    return await scene.client("identity").get(f"/identity/v1/{path}", params=query)


@given("GET /identity/v1/authorize", by=AUDITOR)
async def show_sign_in(scene: Scene, who: Person) -> Ask:
    return Ask(query=asked())


@given("POST /identity/v1/authorize", by=AUDITOR)
async def take_step(scene: Scene, who: Person) -> Ask:
    name, link = await new_link(scene, COUNTY)
    opened = await page(scene, f"links/{link}")
    fields = {"password": PASSWORD, "again": PASSWORD, "code": code_of(secret_on(opened)), "proof": proof_in(opened)}
    answer = await scene.client("identity").post(f"/identity/v1/links/{link}", data=fields)
    assert answer.is_success, answer.text
    query = asked()
    proof = proof_in(await page(scene, "authorize", **query))
    return Ask(query=query, form={"proof": proof, "step": "password", "name": name, "password": PASSWORD})


@given("POST /identity/v1/revoke", by=AUDITOR)
async def revoke_token(scene: Scene, who: Person) -> Ask:
    return Ask(form={"token": "one that nobody knows", "client_id": "mobile"})


@given("GET /identity/v1/end-session", by=AUDITOR)
async def leave(scene: Scene, who: Person) -> Ask:
    return Ask()


@given("POST /identity/v1/end-session", by=AUDITOR)
async def leave_here(scene: Scene, who: Person) -> Ask:
    return Ask(form={"proof": proof_in(await page(scene, "end-session"))})


@given("POST /identity/v1/accounts/{name}/links", by=COUNTY_ADMINISTRATOR)
async def make_link(scene: Scene, who: Person) -> Ask:
    return Ask(path={"name": await new_account(scene)})


@given("GET /identity/v1/links/{link}", by=AUDITOR)
async def open_link(scene: Scene, who: Person) -> Ask:
    return Ask(path={"link": (await new_link(scene))[1]})


@given("POST /identity/v1/links/{link}", by=AUDITOR)
async def set_password(scene: Scene, who: Person) -> Ask:
    _, link = await new_link(scene)
    proof = proof_in(await page(scene, f"links/{link}"))
    return Ask(path={"link": link}, form={"password": PASSWORD, "again": PASSWORD, "proof": proof})


async def new_session(scene: Scene, account: str) -> str:
    """Somebody is signed in somewhere."""
    owner = await scene.city.owner("identity")
    found = await owner.fetchval(
        "INSERT INTO sign_in (id, account, divisions, key_hash, agent, methods, started_at, seen_at, ends_at,"
        " completed_at) VALUES (gen_random_uuid(), $1, '{361002}', sha256(gen_random_uuid()::text::bytea), 'Firefox',"
        " '{pwd}', now(), now(), now() + interval '8 hours', now()) RETURNING id::text",
        account,
    )
    await owner.close()
    return str(found)


@given("GET /identity/v1/sessions", by=COUNTY_ADMINISTRATOR)
async def read_sessions(scene: Scene, who: Person) -> Ask:
    await new_session(scene, who.subject)
    return Ask()


@given("POST /identity/v1/sessions/{id}/end", by=COUNTY_ADMINISTRATOR)
async def end_session(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_session(scene, who.subject)})


async def nothing(scene: Scene, who: Person) -> Ask:
    return Ask()


given("GET /identity/v1/userinfo", by=AUDITOR)(nothing)
for _public in ("jwks.json", ".well-known/openid-configuration"):
    given(f"GET /identity/{_public}", by=AUDITOR)(nothing)
