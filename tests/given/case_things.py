"""People, cases and what stands in them, for the `given` of the operations of cases."""

from typing import Any
from uuid import uuid4

from shared.schemas.access import Role
from shared.schemas.reference import station_id
from tests.city import Person
from tests.given.needs import registration
from tests.given.scene import Scene
from tests.people import HEAD, OPERATOR, STATION, TOWNSHIP, WORKER

# A county in which no caller of the tests of the contract stands.
THIRD_TOWNSHIP = "361003100"
THIRD_STATION = station_id(f"{THIRD_TOWNSHIP}-01")
THIRD_HEAD = Person.of(Role.STATION_HEAD, "station_head-3", stations=(str(THIRD_STATION),))
THIRD_WORKER = Person.of(Role.SOCIAL_WORKER, "social_worker-3", stations=(str(THIRD_STATION),))


def worker_form(**changes: Any) -> dict[str, Any]:
    return {"account": f"worker-{uuid4().hex[:12]}", "station_id": str(STATION), "licence": "assistant"} | changes


PASSED = {"kind": "pre_service", "held_on": "2026-03-02", "hours": 24, "passed": True}


async def new_worker(scene: Scene) -> str:
    """Somebody at the home station who passed pre-service."""
    id: str = (await scene.done("cases", "/workers", HEAD, worker_form()))["id"]
    await scene.done("cases", f"/workers/{id}/trainings", HEAD, PASSED)
    return id


async def arrived_need(scene: Scene, head: Person = HEAD, township: str = TOWNSHIP, **changes: Any) -> dict[str, Any]:
    """A triaged need of a person on file, of which cases has heard."""
    made = await scene.done("needs", "/needs", OPERATOR, registration(scene, division=township, **changes))
    await scene.done("needs", f"/needs/{made['id']}/triage", head, {"category": "meals", "urgency": "routine"})
    await scene.city.settle()
    return made


async def new_case(scene: Scene, *, with_worker: bool = True) -> dict[str, Any]:
    """A case of the home station, with its need."""
    need = await arrived_need(scene)
    body = {"need_id": need["id"], "worker_id": await new_worker(scene) if with_worker else None}
    return await scene.done("cases", "/cases", WORKER, body) | {"need_id": need["id"]}


async def consented(scene: Scene) -> str:
    """A case to which the person said yes."""
    id: str = (await new_case(scene))["id"]
    await scene.done("cases", f"/cases/{id}/consent", WORKER, {"given": True, "evidence": scene.canaries.words()})
    return id


async def approve(scene: Scene, id: str, act: str) -> None:
    asked = await scene.done("cases", f"/cases/{id}/approvals", WORKER, {"act": act})
    await scene.done("cases", f"/cases/{id}/approvals/{asked['id']}/decide", HEAD, {"approved": True})


async def closed(scene: Scene) -> str:
    id = await consented(scene)
    await approve(scene, id, "closure")
    await scene.done("cases", f"/cases/{id}/close", WORKER, {"outcome": "moved"})
    return id
