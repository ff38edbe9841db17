"""How the operations on files, wished orders and follow-ups of a case are lawfully called."""

from dataclasses import replace
from urllib.parse import quote
from uuid import uuid4

from tests.city import Person
from tests.given.case_things import closed, new_case
from tests.given.operations import named
from tests.given.registry import Ask, given
from tests.given.scene import Scene
from tests.people import HEAD, WORKER


def pdf(scene: Scene) -> Ask:
    """A file that tells of somebody, as its name does."""
    content = f"%PDF-1.7\n% {scene.canaries.words()}\n%%EOF\n".encode()
    name = quote(f"金丝雀同意书{uuid4().hex[:6]}.pdf")
    return Ask(content=content, headers={"Content-Type": "application/pdf", "Fuzhou-File-Name": name})


@given("POST /cases/v1/cases/{id}/attachments", by=WORKER)
async def attach(scene: Scene, who: Person) -> Ask:
    return replace(pdf(scene), path={"id": (await new_case(scene))["id"]})


async def attached(scene: Scene) -> dict[str, str]:
    """A file of a case, and where both are."""
    id = (await new_case(scene))["id"]
    ask = replace(pdf(scene), path={"id": id})
    made = await scene.act(named("POST /cases/v1/cases/{id}/attachments"), ask, WORKER)
    assert made.is_success, made.text
    return {"id": id, "attachment_id": made.json()["id"]}


@given("GET /cases/v1/cases/{id}/attachments", by=WORKER)
async def read_attachments(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await attached(scene))["id"]})


async def on_a_file(scene: Scene, who: Person) -> Ask:
    return Ask(path=await attached(scene))


given("GET /cases/v1/cases/{id}/attachments/{attachment_id}", by=WORKER)(on_a_file)
given("POST /cases/v1/cases/{id}/attachments/{attachment_id}/remove", by=HEAD)(on_a_file)


async def wished(scene: Scene) -> dict[str, str]:
    """A wished order of a case."""
    case = await new_case(scene)
    body = {"need_id": case["need_id"], "category": "meals", "quantity": 10, "words": scene.canaries.words()}
    made = await scene.done("cases", f"/cases/{case['id']}/order-wishes", WORKER, body)
    return {"id": case["id"], "wish_id": made["id"]}


@given("POST /cases/v1/cases/{id}/order-wishes", by=WORKER)
async def wish(scene: Scene, who: Person) -> Ask:
    case = await new_case(scene)
    body = {"need_id": case["need_id"], "category": "meals", "quantity": 10, "words": scene.canaries.words()}
    return Ask(path={"id": case["id"]}, body=body)


@given("POST /cases/v1/cases/{id}/order-wishes/{wish_id}/withdraw", by=WORKER)
async def withdraw_wish(scene: Scene, who: Person) -> Ask:
    return Ask(path=await wished(scene))


@given("GET /cases/v1/order-wishes", by=WORKER)
async def read_wishes(scene: Scene, who: Person) -> Ask:
    await wished(scene)
    return Ask()


@given("POST /cases/v1/cases/{id}/follow-ups", by=WORKER)
async def plan_follow_up(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await closed(scene)}, body={"due_on": "2026-06-10"})


async def planned(scene: Scene) -> dict[str, str]:
    """A follow-up of a case that has ended."""
    id = await closed(scene)
    made = await scene.done("cases", f"/cases/{id}/follow-ups", WORKER, {"due_on": "2026-06-10"})
    return {"id": id, "follow_up_id": made["id"]}


@given("POST /cases/v1/cases/{id}/follow-ups/{follow_up_id}/record", by=WORKER)
async def record_follow_up(scene: Scene, who: Person) -> Ask:
    body = {"reached": True, "kind": "call", "standing": "stable", "words": scene.canaries.words()}
    return Ask(path=await planned(scene), body=body)


@given("GET /cases/v1/follow-ups", by=WORKER)
async def read_follow_ups(scene: Scene, who: Person) -> Ask:
    await planned(scene)
    return Ask()
