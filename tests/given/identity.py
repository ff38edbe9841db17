"""How each operation of identity is lawfully called."""

from typing import Any
from uuid import uuid4

from shared.schemas.access import Role
from tests.city import Person
from tests.given.registry import Ask, given
from tests.given.scene import Scene
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


async def nothing(scene: Scene, who: Person) -> Ask:
    return Ask()


for _public in ("jwks.json", ".well-known/openid-configuration"):
    given(f"GET /identity/{_public}", by=AUDITOR)(nothing)
