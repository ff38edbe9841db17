"""How each operation of matching is lawfully called."""

import json
from typing import Any
from uuid import uuid4

from shared.schemas.access import Role
from tests.city import Person
from tests.given.needs import new_need
from tests.given.registry import Ask, given
from tests.given.scene import MOMENT, Scene
from tests.people import COUNTY, HEAD, STATION, TOWNSHIP, WORKER

PROVIDER = "civil_affairs"
SYSTEM = Person.of(Role.PROVIDER_SYSTEM, f"system-{PROVIDER}", provider=PROVIDER)


def listing(**changes: Any) -> dict[str, Any]:
    """Meals in the home township, as a department's system lists them."""
    return {
        "name": "社区老年食堂助餐", "category": "meals", "unit": "person_time", "areas": [TOWNSHIP],
        "division": TOWNSHIP, "cost": "每餐自付2元", "capacity": 20, "assured_until": "2027-12-31", "is_sample": True,
    } | changes  # fmt: skip


def place() -> dict[str, str]:
    """An address that only this department may write to."""
    return {"slug": PROVIDER, "external_id": f"meals-{uuid4().hex[:10]}"}


async def new_resource(scene: Scene, **changes: Any) -> dict[str, Any]:
    """A listing of the department's."""
    where = place()
    path = f"/providers/{where['slug']}/resources/{where['external_id']}"
    answer = await scene.city.put("matching", path, SYSTEM, listing(**changes), now=MOMENT)
    assert answer.is_success, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def new_package(scene: Scene) -> dict[str, Any]:
    """A package of the home station."""
    return await scene.done("matching", "/packages", SYSTEM, await package(scene))


async def package(scene: Scene) -> dict[str, Any]:
    resource = await new_resource(scene)
    return {"resource_id": resource["id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": 5}


async def anything(scene: Scene, who: Person) -> Ask:
    return Ask()


given("GET /matching/v1/providers", by=WORKER)(anything)


@given("PUT /matching/v1/providers/{slug}/resources/{external_id}", by=SYSTEM, in_public=True)
async def put_resource(scene: Scene, who: Person) -> Ask:
    return Ask(path=place(), body=listing())


@given("POST /matching/v1/providers/{slug}/resources/batch", by=SYSTEM, in_public=True)
async def put_batch(scene: Scene, who: Person) -> Ask:
    rows = [listing(external_id=f"meals-{uuid4().hex[:10]}") for _ in range(2)]
    return Ask(path={"slug": PROVIDER}, lines=rows)


async def sent_file(scene: Scene, who: Person) -> Ask:
    """A file of two listings of the department's."""
    rows = [json.dumps(listing(external_id=f"meals-{uuid4().hex[:10]}")) for _ in range(2)]
    client = scene.city.client("matching", SYSTEM, now=MOMENT)
    path, headers = f"/providers/{PROVIDER}/resources/batch", {"Content-Type": "application/x-ndjson"}
    answer = await client.post(path, content="\n".join(rows).encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    return Ask(path={"id": answer.json()["id"]})


for tail in ("", "/rows", "/report"):
    given(f"GET /matching/v1/batches/{{id}}{tail}", by=SYSTEM)(sent_file)


@given("GET /matching/v1/resources", by=WORKER)
async def read_resources(scene: Scene, who: Person) -> Ask:
    await new_resource(scene)
    return Ask()


@given("GET /matching/v1/resources/{id}", by=WORKER)
async def read_resource(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await new_resource(scene))["id"]})


@given("POST /matching/v1/packages", by=SYSTEM)
async def grant_package(scene: Scene, who: Person) -> Ask:
    return Ask(body=await package(scene))


# A file is answered line by line: who hands out what another lists is refused in each line, and the file is not.
@given("POST /matching/v1/packages/batch", by=SYSTEM, crosses=True)
async def put_packages(scene: Scene, who: Person) -> Ask:
    made = await new_resource(scene)
    row = {"external_id": made["external_id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": 5}
    return Ask(lines=[row])


@given("GET /matching/v1/packages", by=WORKER)
async def read_packages(scene: Scene, who: Person) -> Ask:
    await new_package(scene)
    return Ask()


@given("GET /matching/v1/packages/{id}/ledger", by=WORKER)
async def read_ledger(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await new_package(scene))["id"]})


async def arrived_need(scene: Scene) -> str:
    """A need of the home station, triaged, with consent, that matching has heard of."""
    made = await new_need(scene, WORKER, consents_to_departments=True)
    await scene.done("needs", f"/needs/{made['id']}/triage", HEAD, {"category": "meals", "urgency": "routine"})
    await scene.city.settle()
    id: str = made["id"]
    return id


async def order_form(scene: Scene, need: str | None = None, **changes: Any) -> dict[str, Any]:
    resource = await new_resource(scene)
    return {"need_id": need or await arrived_need(scene), "resource_id": resource["id"], "quantity": 2} | changes


async def new_order(scene: Scene, *verbs: str, **changes: Any) -> str:
    """An order of the home station for the department, after it did these things with it."""
    id: str = (await scene.done("matching", "/orders", WORKER, await order_form(scene, **changes)))["id"]
    for verb in verbs:
        await scene.done("matching", f"/orders/{id}/{verb}", SYSTEM, {})
    return id


async def on_a_need(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await arrived_need(scene)})


given("GET /matching/v1/needs/{id}/candidates", by=WORKER)(on_a_need)


@given("GET /matching/v1/needs/{id}/candidates/{resource_id}", by=WORKER)
async def read_why(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await arrived_need(scene), "resource_id": (await new_resource(scene))["id"]})


@given("POST /matching/v1/orders", by=WORKER)
async def request_order(scene: Scene, who: Person) -> Ask:
    return Ask(body=await order_form(scene))


@given("GET /matching/v1/orders", by=WORKER)
async def read_inbox(scene: Scene, who: Person) -> Ask:
    await new_order(scene)
    return Ask()


async def on_an_order(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_order(scene)})


given("GET /matching/v1/orders/{id}", by=WORKER)(on_an_order)
given("POST /matching/v1/orders/{id}/accept", by=SYSTEM)(on_an_order)
given("POST /matching/v1/orders/{id}/cancel", by=WORKER)(on_an_order)


@given("GET /matching/v1/orders/{id}/evidence", by=WORKER)
async def read_evidence(scene: Scene, who: Person) -> Ask:
    id = await new_order(scene)
    await scene.done("matching", f"/orders/{id}/reject", SYSTEM, refusal(scene))
    return Ask(path={"id": id})


@given("POST /matching/v1/orders/{id}/request", by=WORKER)
async def send_draft(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_order(scene, draft=True)})


def refusal(scene: Scene) -> dict[str, Any]:
    return {"reason": "not_our_duty", "evidence": scene.canaries.words()}


@given("POST /matching/v1/orders/{id}/reject", by=SYSTEM)
async def reject_order(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_order(scene)}, body=refusal(scene))


@given("POST /matching/v1/orders/{id}/start", by=SYSTEM)
async def start_order(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_order(scene, "accept")})


@given("POST /matching/v1/orders/{id}/hold", by=SYSTEM)
async def hold_order(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_order(scene, "accept", "start")}, body={"reason": "resident_away"})


@given("POST /matching/v1/orders/{id}/resume", by=SYSTEM)
async def resume_order(scene: Scene, who: Person) -> Ask:
    id = await new_order(scene, "accept", "start")
    await scene.done("matching", f"/orders/{id}/hold", SYSTEM, {"reason": "resident_away"})
    return Ask(path={"id": id})


@given("POST /matching/v1/orders/{id}/complete", by=SYSTEM)
async def complete_order(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_order(scene, "accept", "start")}, body={"used": 1})


@given("POST /matching/v1/orders/{id}/fail", by=SYSTEM)
async def fail_order(scene: Scene, who: Person) -> Ask:
    body = {"reason": "provider_unable", "evidence": scene.canaries.words()}
    return Ask(path={"id": await new_order(scene, "accept", "start")}, body=body)


@given("POST /matching/v1/orders/{id}/arbitrate", by=COUNTY)
async def arbitrate(scene: Scene, who: Person) -> Ask:
    """A second return of one need, which waits for the county."""
    need = await arrived_need(scene)
    for _ in range(2):
        id = await new_order(scene, need=need)
        await scene.done("matching", f"/orders/{id}/reject", SYSTEM, refusal(scene))
    return Ask(path={"id": id}, body={"ruling": "uphold", "reason": scene.canaries.words()})


@given("GET /matching/v1/feed", by=SYSTEM)
async def read_feed(scene: Scene, who: Person) -> Ask:
    await new_order(scene)
    return Ask()
