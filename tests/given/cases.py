"""How each operation of cases is lawfully called."""

from typing import Any

from tests.city import Person
from tests.given import case_plans
from tests.given.case_things import (
    PASSED,
    THIRD_HEAD,
    THIRD_STATION,
    THIRD_TOWNSHIP,
    THIRD_WORKER,
    approve,
    arrived_need,
    closed,
    consented,
    new_case,
    new_worker,
    worker_form,
)
from tests.given.registry import Ask, given
from tests.given.scene import MOMENT, Scene
from tests.people import HEAD, STATION, TOWNSHIP, WORKER

# What stands in a file of its own belongs to the service too.
__all__ = ["case_plans"]


@given("GET /cases/v1/stations", by=WORKER)
async def read_stations(scene: Scene, who: Person) -> Ask:
    return Ask()


@given("GET /cases/v1/stations/{id}", by=WORKER)
async def read_station(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": str(STATION)})


@given("PUT /cases/v1/stations/{id}", by=HEAD)
async def edit_station(scene: Scene, who: Person) -> Ask:
    station = (await scene.city.get("cases", f"/stations/{STATION}", HEAD)).json()
    body = {
        "serves": [TOWNSHIP], "build": "new", "setting": "rural", "premises": 120, "has_access": True,
        "agreement_until": "2028-12-31", "services": [{"category": "meals", "service_class": "base"}],
    }  # fmt: skip
    return Ask(path={"id": str(STATION)}, version=station["version"], body=body)


@given("POST /cases/v1/workers", by=HEAD)
async def join(scene: Scene, who: Person) -> Ask:
    return Ask(body=worker_form())


@given("GET /cases/v1/workers", by=WORKER)
async def read_workers(scene: Scene, who: Person) -> Ask:
    await new_worker(scene)
    return Ask()


async def on_a_worker(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_worker(scene)})


given("GET /cases/v1/workers/{id}", by=WORKER)(on_a_worker)
given("POST /cases/v1/workers/{id}/leave", by=HEAD)(on_a_worker)


@given("POST /cases/v1/workers/{id}/trainings", by=HEAD)
async def train(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_worker(scene)}, body=PASSED | {"kind": "yearly"})


@given("PUT /cases/v1/workers/{id}", by=HEAD)
async def edit_worker(scene: Scene, who: Person) -> Ask:
    id = await new_worker(scene)
    worker = (await scene.city.get("cases", f"/workers/{id}", HEAD)).json()
    body = {"licence": "social_worker", "skills": ["meals"], "mentor_id": await new_worker(scene)}
    return Ask(path={"id": id}, version=worker["version"], body=body)


@given("GET /cases/v1/workers/{id}/time", by=HEAD)
async def read_worker_time(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await new_worker(scene)}, query={"year": 2026})


@given("GET /cases/v1/stations/{id}/time", by=HEAD)
async def read_station_time(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": str(STATION)}, query={"year": 2026})


@given("GET /cases/v1/handovers", by=HEAD)
async def read_handovers(scene: Scene, who: Person) -> Ask:
    case = await new_case(scene)
    await scene.done("cases", f"/workers/{case['worker_id']}/leave", HEAD, {})
    return Ask()


@given("POST /cases/v1/cases", by=WORKER)
async def open_case(scene: Scene, who: Person) -> Ask:
    return Ask(body={"need_id": (await arrived_need(scene))["id"]})


@given("GET /cases/v1/cases", by=WORKER)
async def read_queue(scene: Scene, who: Person) -> Ask:
    await new_case(scene)
    return Ask()


@given("GET /cases/v1/cases/unowned", by=HEAD)
async def read_unowned(scene: Scene, who: Person) -> Ask:
    await new_case(scene, with_worker=False)
    return Ask()


async def on_a_case(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await new_case(scene))["id"]})


for _read in ("", "/timeline", "/words"):
    given(f"GET /cases/v1/cases/{{id}}{_read}", by=WORKER)(on_a_case)
given("POST /cases/v1/cases/{id}/suspend", by=WORKER)(on_a_case)


@given("POST /cases/v1/cases/{id}/resume", by=WORKER)
async def resume(scene: Scene, who: Person) -> Ask:
    id = (await new_case(scene))["id"]
    await scene.done("cases", f"/cases/{id}/suspend", WORKER, {})
    return Ask(path={"id": id})


@given("POST /cases/v1/cases/{id}/needs", by=WORKER)
async def join_need(scene: Scene, who: Person) -> Ask:
    case = await new_case(scene)
    later = await arrived_need(scene, resident=None, resident_id=case["resident_id"])
    return Ask(path={"id": case["id"]}, body={"need_id": later["id"]})


@given("POST /cases/v1/cases/{id}/consent", by=WORKER)
async def record_consent(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await new_case(scene))["id"]}, body={"given": True, "evidence": scene.canaries.words()})


@given("POST /cases/v1/cases/{id}/assign", by=HEAD)
async def assign(scene: Scene, who: Person) -> Ask:
    case = await new_case(scene, with_worker=False)
    return Ask(path={"id": case["id"]}, body={"worker_id": await new_worker(scene)})


@given("POST /cases/v1/cases/{id}/approvals", by=WORKER)
async def ask_the_head(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await consented(scene)}, body={"act": "intake"})


@given("POST /cases/v1/cases/{id}/approvals/{approval_id}/decide", by=HEAD)
async def decide(scene: Scene, who: Person) -> Ask:
    id = await consented(scene)
    asked = await scene.done("cases", f"/cases/{id}/approvals", WORKER, {"act": "intake"})
    body = {"approved": True, "reason": scene.canaries.words()}
    return Ask(path={"id": id, "approval_id": asked["id"]}, body=body)


@given("POST /cases/v1/cases/{id}/transfer", by=HEAD)
async def offer(scene: Scene, who: Person) -> Ask:
    body = {"station_id": str(THIRD_STATION), "reason": scene.canaries.words()}
    return Ask(path={"id": (await new_case(scene))["id"]}, body=body)


@given("POST /cases/v1/cases/{id}/transfer/take-back", by=HEAD)
async def take_back(scene: Scene, who: Person) -> Ask:
    id = (await new_case(scene))["id"]
    body = {"station_id": str(THIRD_STATION), "reason": scene.canaries.words()}
    await scene.done("cases", f"/cases/{id}/transfer", HEAD, body)
    return Ask(path={"id": id})


@given("POST /cases/v1/cases/{id}/transfer/answer", by=HEAD)
async def answer(scene: Scene, who: Person) -> Ask:
    """A case of another county's station, offered to the home station."""
    need = await arrived_need(scene, THIRD_HEAD, THIRD_TOWNSHIP)
    case = await scene.done("cases", "/cases", THIRD_WORKER, {"need_id": need["id"]})
    body = {"station_id": str(STATION), "reason": scene.canaries.words()}
    await scene.done("cases", f"/cases/{case['id']}/transfer", THIRD_HEAD, body)
    return Ask(path={"id": case["id"]}, body={"accepts": True, "worker_id": await new_worker(scene)})


@given("POST /cases/v1/cases/{id}/close", by=WORKER)
async def close(scene: Scene, who: Person) -> Ask:
    id = await consented(scene)
    await approve(scene, id, "closure")
    return Ask(path={"id": id}, body={"outcome": "met", "scores": {"mind": 4}})


@given("POST /cases/v1/cases/{id}/reopen", by=HEAD)
async def reopen(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": await closed(scene)})


@given("POST /cases/v1/cases/{id}/assessments", by=WORKER)
async def assess(scene: Scene, who: Person) -> Ask:
    id = await consented(scene)
    await approve(scene, id, "intake")
    return Ask(path={"id": id}, body={"scores": {"mind": 2, "family": 3}, "words": scene.canaries.words()})


@given("POST /cases/v1/cases/{id}/goals", by=WORKER)
async def set_goal(scene: Scene, who: Person) -> Ask:
    body = {"domain": "mind", "words": scene.canaries.words()}
    return Ask(path={"id": (await new_case(scene))["id"]}, body=body)


def task_form(scene: Scene) -> dict[str, Any]:
    return {"words": scene.canaries.words(), "due_on": "2026-03-20"}


@given("POST /cases/v1/cases/{id}/tasks", by=WORKER)
async def set_task(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await new_case(scene))["id"]}, body=task_form(scene))


@given("POST /cases/v1/cases/{id}/tasks/{task_id}/finish", by=WORKER)
async def finish_task(scene: Scene, who: Person) -> Ask:
    id = (await new_case(scene))["id"]
    task = await scene.done("cases", f"/cases/{id}/tasks", WORKER, task_form(scene))
    return Ask(path={"id": id, "task_id": task["id"]})


@given("GET /cases/v1/tasks", by=WORKER)
async def read_tasks(scene: Scene, who: Person) -> Ask:
    id = (await new_case(scene))["id"]
    await scene.done("cases", f"/cases/{id}/tasks", WORKER, task_form(scene))
    return Ask()


@given("POST /cases/v1/cases/{id}/services", by=WORKER)
async def record_service(scene: Scene, who: Person) -> Ask:
    case = await new_case(scene)
    body = {
        "kind": "visit", "minutes": 45, "reached": True, "contact": "visit", "need_id": case["need_id"],
        "occurred_at": MOMENT.isoformat(), "words": scene.canaries.words(),
    }  # fmt: skip
    return Ask(path={"id": case["id"]}, body=body)


@given("POST /cases/v1/cases/{id}/notes", by=WORKER)
async def add_note(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": (await new_case(scene))["id"]}, body={"words": scene.canaries.words()})
