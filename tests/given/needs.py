"""How each operation of needs is lawfully called."""

import json
from typing import Any
from uuid import UUID, uuid4

from shared.schemas.access import Role
from shared.schemas.facts import feedback, matching
from shared.schemas.reference import station_id
from shared.schemas.vocabulary import ReopenReason, Solved, SurveyChannel
from tests.city import Person
from tests.given.registry import Ask, given
from tests.given.scene import MOMENT, Scene
from tests.people import ADMINISTRATOR, COUNTY, HEAD, OPERATOR, STATION, TOWNSHIP, WORKER

ASKS_FOR_THEMSELVES = (Role.RESIDENT, Role.FRONT_END)
ASKER = Person.of(Role.RESIDENT, "resident-asking")


def registration(scene: Scene, **changes: Any) -> dict[str, Any]:
    return {
        "words": scene.canaries.words(), "channel": "hotline", "division": TOWNSHIP,
        "resident": scene.canaries.person(), "on_behalf_of": "child",
    } | changes  # fmt: skip


async def new_need(scene: Scene, who: Person, **changes: Any) -> dict[str, Any]:
    """A need in the home township; of those who only see their own, their own."""
    author = who if who.grants[0].role in ASKS_FOR_THEMSELVES else OPERATOR
    return await scene.done("needs", "/needs", author, registration(scene, **changes))


async def _triaged(scene: Scene, who: Person) -> str:
    id: str = (await new_need(scene, who))["id"]
    await scene.done("needs", f"/needs/{id}/triage", HEAD, {"category": "meals", "urgency": "routine"})
    return id


async def _ordered(scene: Scene, who: Person) -> str:
    """An order of `who`'s department for a new need, accepted: its card is open."""
    need = await new_need(scene, who)
    provider = who.grants[0].provider or ""
    order, resource = uuid4(), uuid4()
    about: dict[str, Any] = {
        "order_id": order, "need_id": need["id"], "resident_id": need["resident_id"], "provider": provider,
        "category": "meals",
    }  # fmt: skip
    requested = matching.OrderRequested(
        **about, reference="GD260310-7K3QF9-M", resource_id=resource, station_id=STATION, division=TOWNSHIP,
        quantity=1, due_at=MOMENT,
    )  # fmt: skip
    await scene.hear("needs", requested, matching.OrderAccepted(**about, accepted_at=MOMENT))
    return str(order)


@given("POST /needs/v1/needs", by=OPERATOR)
async def register_need(scene: Scene, who: Person) -> Ask:
    return Ask(body=registration(scene))


# A file is answered row by row: what lies elsewhere is refused in its row, and the file is not.
@given("POST /needs/v1/needs/batch", by=OPERATOR, crosses=True)
async def register_needs(scene: Scene, who: Person) -> Ask:
    return Ask(lines=[registration(scene, client_reference=uuid4().hex) for _ in range(2)])


async def sent_file(scene: Scene, who: Person) -> Ask:
    """A file of two needs that `who` sent."""
    rows = [json.dumps(registration(scene, client_reference=uuid4().hex)) for _ in range(2)]
    client, headers = scene.city.client("needs", who, now=MOMENT), {"Content-Type": "application/x-ndjson"}
    answer = await client.post("/needs/batch", content="\n".join(rows).encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    return Ask(path={"id": answer.json()["id"]})


for tail in ("", "/rows", "/report"):
    given(f"GET /needs/v1/batches/{{id}}{tail}", by=OPERATOR)(sent_file)


@given("GET /needs/v1/needs", by=WORKER)
async def read_queue(scene: Scene, who: Person) -> Ask:
    await new_need(scene, who)
    return Ask()


async def on_a_need(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await new_need(scene, who))["id"]})


given("GET /needs/v1/needs/{id}/readings", by=HEAD)(on_a_need)
for _read in ("", "/words", "/timeline"):
    given(f"GET /needs/v1/needs/{{id}}{_read}", by=WORKER)(on_a_need)
given("POST /needs/v1/needs/{id}/claim", by=WORKER)(on_a_need)
given("POST /needs/v1/needs/{id}/withdraw", by=WORKER)(on_a_need)
given("POST /needs/v1/needs/{id}/mark_in_error", by=HEAD)(on_a_need)


@given("PUT /needs/v1/needs/{id}", by=WORKER)
async def edit_need(scene: Scene, who: Person) -> Ask:
    need = await new_need(scene, who)
    return Ask(path={"id": need["id"]}, version=1, body={"words": scene.canaries.words(), "division": TOWNSHIP})


@given("POST /needs/v1/needs/{id}/triage", by=HEAD)
async def triage_need(scene: Scene, who: Person) -> Ask:
    body = {"category": "meals", "groups": ["elderly"], "urgency": "urgent"}
    return Ask(path={"id": (await new_need(scene, who))["id"]}, body=body)


@given("POST /needs/v1/needs/{id}/contacts", by=WORKER)
async def record_contact(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await new_need(scene, who))["id"]}, body={"kind": "call", "note": scene.canaries.words()})


@given("POST /needs/v1/needs/{id}/start", by=WORKER)
async def start_need(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await _triaged(scene, who)})


@given("POST /needs/v1/needs/{id}/resolve", by=WORKER)
async def resolve_need(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await _triaged(scene, who)}, body={"outcome": "met"})


@given("POST /needs/v1/needs/{id}/refer", by=WORKER)
async def refer_need(scene: Scene, who: Person) -> Ask:
    body = {"kind": "medical", "to": scene.canaries.words()}
    return Ask(path={"id": (await new_need(scene, who))["id"]}, body=body)


@given("POST /needs/v1/needs/{id}/join", by=WORKER)
async def join_need(scene: Scene, who: Person) -> Ask:
    first = await new_need(scene, who)
    again = await new_need(scene, who, resident=None, resident_id=first["resident_id"])
    return Ask(path={"id": again["id"]}, body={"need_id": first["id"]})


@given("POST /needs/v1/needs/{id}/reopen", by=WORKER)
async def reopen_need(scene: Scene, who: Person) -> Ask:
    id = await _triaged(scene, who)
    await scene.done("needs", f"/needs/{id}/resolve", HEAD, {"outcome": "partly"})
    return Ask(path={"id": id}, body={"reason": "came_back"})


@given("POST /needs/v1/needs/{id}/decline-reopening", by=COUNTY)
async def decline_reopening(scene: Scene, who: Person) -> Ask:
    id = await _triaged(scene, who)
    await scene.done("needs", f"/needs/{id}/resolve", HEAD, {"outcome": "partly"})
    for _ in range(2):
        await scene.done("needs", f"/needs/{id}/reopen", HEAD, {"reason": "came_back"})
        await scene.done("needs", f"/needs/{id}/resolve", HEAD, {"outcome": "partly"})
    unsatisfied = feedback.SurveyAnswered(
        survey_id=uuid4(), need_id=UUID(id), episode=3, channel=SurveyChannel.LINK, responded=True, solved=Solved.NO,
        satisfaction=1, category="meals", division=TOWNSHIP, station_id=STATION, providers=(), answered_at=MOMENT,
        reopens=ReopenReason.NOT_SOLVED,
    )  # fmt: skip
    await scene.hear("needs", unsatisfied)
    return Ask(path={"id": id}, body={"because": scene.canaries.words()})


async def _paused(scene: Scene, who: Person) -> dict[str, str]:
    """A need that stands still, and its pause."""
    id: str = (await new_need(scene, who))["id"]
    pause = await scene.done("needs", f"/needs/{id}/pauses", HEAD, waiting_for_papers(scene))
    return {"id": id, "pause": pause["id"]}


def waiting_for_papers(scene: Scene) -> dict[str, Any]:
    return {"reason": "resident_papers", "proof": scene.canaries.words()}


@given("POST /needs/v1/needs/{id}/pauses", by=HEAD)
async def pause_need(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await new_need(scene, who))["id"]}, body=waiting_for_papers(scene))


@given("POST /needs/v1/needs/{id}/pauses/{pause}/end", by=HEAD)
async def end_pause(scene: Scene, who: Person) -> Ask:
    return Ask(path=await _paused(scene, who))


@given("GET /needs/v1/needs/{id}/pauses/{pause}/proof", by=WORKER)
async def read_proof(scene: Scene, who: Person) -> Ask:
    return Ask(path=await _paused(scene, who))


@given("POST /needs/v1/residents", by=WORKER)
async def register_resident(scene: Scene, who: Person) -> Ask:
    return Ask(body=scene.canaries.person(division=TOWNSHIP))


@given("POST /needs/v1/residents/search", by=OPERATOR, crosses=True)
async def search_residents(scene: Scene, who: Person) -> Ask:
    person = scene.canaries.person(division=TOWNSHIP)
    await scene.done("needs", "/residents", OPERATOR, person)
    return Ask(body={"number": person["number"], "name": person["name"], "phone": person["phones"][0]["number"]})


@given("POST /needs/v1/residents/cards", by=HEAD)
async def read_cards(scene: Scene, who: Person) -> Ask:
    if who.grants[0].role is Role.PROVIDER_OFFICER:
        return Ask(body={"order_id": await _ordered(scene, who)})
    return Ask(body={"need_id": (await new_need(scene, who))["id"]})


async def _on_a_file(scene: Scene, who: Person) -> dict[str, str]:
    return {"id": (await new_need(scene, who))["resident_id"]}


@given("GET /needs/v1/residents/{id}", by=WORKER)
async def read_resident(scene: Scene, who: Person) -> Ask:
    return Ask(path=await _on_a_file(scene, who), query={"purpose": "follow_up"})


@given("GET /needs/v1/residents/{id}/consents", by=WORKER)
async def read_consents(scene: Scene, who: Person) -> Ask:
    return Ask(path=await _on_a_file(scene, who))


@given("PUT /needs/v1/residents/{id}", by=WORKER)
async def edit_resident(scene: Scene, who: Person) -> Ask:
    person = scene.canaries.person(division=TOWNSHIP)
    body = {field: person[field] for field in ("name", "address", "division", "phones", "codes")}
    return Ask(path=await _on_a_file(scene, who), version=1, body=body)


@given("POST /needs/v1/residents/{id}/consents", by=WORKER)
async def record_consent(scene: Scene, who: Person) -> Ask:
    return Ask(path=await _on_a_file(scene, who), body={"given": True, "evidence": scene.canaries.words()})


@given("POST /needs/v1/residents/{id}/overrides", by=HEAD)
async def record_override(scene: Scene, who: Person) -> Ask:
    need = await new_need(scene, who)
    body = {"need_id": need["id"], "reason": "danger_to_life", "evidence": scene.canaries.words()}
    return Ask(path={"id": need["resident_id"]}, body=body)


@given("POST /needs/v1/residents/{id}/messages", by=WORKER)
async def send_message(scene: Scene, who: Person) -> Ask:
    body = {"template": "visit", "parameters": {"when": "明天上午（金丝雀）"}}
    return Ask(path=await _on_a_file(scene, who), body=body)


@given("GET /needs/v1/messages", by=ADMINISTRATOR)
async def read_twin_messages(scene: Scene, who: Person) -> Ask:
    await new_need(scene, who)
    await scene.city.house("needs").timers.fire_until(MOMENT)
    return Ask()


@given("GET /needs/v1/track/{token}", by=ASKER)
async def track(scene: Scene, who: Person) -> Ask:
    need = await new_need(scene, ASKER, channel="app")
    return Ask(path={"token": need["tracking_token"]})


async def anything(scene: Scene, who: Person) -> Ask:
    return Ask()


for _list in ("divisions", "categories", "calendar"):
    given(f"GET /needs/v1/{_list}", by=WORKER)(anything)


@given("GET /needs/v1/reference/{table}", by=WORKER)
async def read_rows(scene: Scene, who: Person) -> Ask:
    return Ask(path={"table": "category"})


@given("GET /needs/v1/reference/{table}/{key}", by=WORKER)
async def read_row(scene: Scene, who: Person) -> Ask:
    return Ask(path={"table": "category", "key": "meals"})


@given("PUT /needs/v1/reference/{table}/{key}", by=ADMINISTRATOR, in_public=True, own={"divisions": ("3610",)})
async def edit_row(scene: Scene, who: Person) -> Ask:
    code = f"{TOWNSHIP}-{uuid4().hex[:6]}"
    station = {
        "id": str(station_id(code)), "code": code, "division": TOWNSHIP, "name": "示例社工站", "kind": "township",
    }  # fmt: skip
    body = {"valid_from": "2031-01-01", "source": "测试用示例行", "body": station}
    return Ask(path={"table": "station", "key": code}, version=0, body=body)
