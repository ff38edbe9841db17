"""Workers, cases and what is done with them, for tests."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from shared.kit.clock import wall_clock
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import handle
from shared.schemas.access import Role
from shared.schemas.facts import Fact
from shared.schemas.facts.needs import ResidentsMerged
from tests.city import City, Person
from tests.people import HEAD, OPERATOR, OTHER_STATION, STATION, WORKER, need, triage

TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
OTHER_WORKER = Person.of(Role.SOCIAL_WORKER, "social_worker-2", stations=(str(OTHER_STATION),))
PASSED = {"kind": "pre_service", "held_on": "2026-03-02", "hours": 24, "passed": True}
CONSENT = {"given": True, "evidence": "本人当面签署个案服务同意书"}


async def done(
    city: City, path: str, by: Person, body: Any = None, *, service: str = "cases", now: datetime = TUESDAY
) -> dict[str, Any]:
    """Do something that must succeed; what it answered."""
    answer = await city.post(service, path, by, body, now=now)
    assert answer.is_success, f"{path}: {answer.text}"
    made: dict[str, Any] = answer.json()
    return made


async def refused(city: City, path: str, by: Person, body: Any = None, *, now: datetime = TUESDAY) -> tuple[int, str]:
    """Do something that must be refused; the status and what kind of problem it is."""
    answer = await city.post("cases", path, by, body, now=now)
    assert not answer.is_success, answer.text
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def worker(
    city: City, *, trained: bool = True, account: str | None = None, station: Any = STATION, head: Person = HEAD,
    now: datetime = TUESDAY,
) -> str:  # fmt: skip
    """Somebody at a station; their id."""
    form = {"account": account or f"worker-{uuid4().hex[:12]}", "station_id": str(station), "licence": "assistant"}
    id: str = (await done(city, "/workers", head, form, now=now))["id"]
    if trained:
        await done(city, f"/workers/{id}/trainings", head, PASSED, now=now)
    return id


async def arrived(
    city: City, category: str = "meals", *, head: Person = HEAD, now: datetime = TUESDAY, **changes: Any
) -> dict[str, Any]:
    """A triaged need of a person on file, of which cases has heard."""
    made = await done(city, "/needs", OPERATOR, need(**changes), service="needs", now=now)
    await done(city, f"/needs/{made['id']}/triage", head, triage(category=category), service="needs", now=now)
    await city.settle()
    return made


async def opened(city: City, *, with_worker: bool = True, now: datetime = TUESDAY) -> dict[str, Any]:
    """A case of the home station, opened by hand."""
    asked = await arrived(city, now=now)
    body = {"need_id": asked["id"], "worker_id": await worker(city, now=now) if with_worker else None}
    return await done(city, "/cases", WORKER, body, now=now) | {"need_id": asked["id"]}


async def approved(city: City, id: str, act: str, *, now: datetime = TUESDAY) -> None:
    asked = await done(city, f"/cases/{id}/approvals", WORKER, {"act": act}, now=now)
    await done(city, f"/cases/{id}/approvals/{asked['id']}/decide", HEAD, {"approved": True}, now=now)


async def read(city: City, id: str, by: Person = HEAD) -> dict[str, Any]:
    answer = await city.get("cases", f"/cases/{id}", by)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def announced(city: City, name: str, subject: str) -> list[dict[str, Any]]:
    """What cases said of a subject under one name."""
    owner = await city.owner("cases")
    rows = await owner.fetch(
        "SELECT body::text FROM fact WHERE name = $1 AND subject = $2 ORDER BY sequence", f"cases.{name}.v1", subject
    )
    await owner.close()
    return [json.loads(row[0]) for row in rows]


async def hear(city: City, *facts: Fact) -> None:
    """What needs would tell."""
    for fact in facts:
        listener = next(each for each in city.house("cases").listeners if fact.name in each.handlers)
        heard = HeardFact("", uuid4(), fact.name, fact.subject, 1, wall_clock(), fact.model_dump(mode="json"))
        async with listener.database.work(listener.context) as session:
            await handle(session, heard, listener.handlers)


def merged(gone: str, canonical: str) -> ResidentsMerged:
    """Two files are one person's, as needs tells of it."""
    return ResidentsMerged(
        canonical_id=UUID(canonical), resident_id=UUID(gone), merge_id=uuid4(), merged_at=wall_clock()
    )
