"""People at work in a city where things go wrong: each act is sent again with its key until somebody answers."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.feedback.repository.surveys import surveys_of
from shared.kit.database import Context
from tests.chaos.agreement import Connection, disagreements
from tests.chaos.faults import Crash, Faults, parked
from tests.city import City, Person
from tests.matching.people import FIRST, OVER_60, SECOND, THIRD, officer, system
from tests.people import COUNTY, HEAD, OPERATOR, STATION, TOWNSHIP, WORKER, need, person, triage

BEGIN = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
PROVIDERS = (FIRST, SECOND, THIRD)
# What was asked may be refused as the rules say; anything else is a fault.
ANSWERS = frozenset({200, 201, 202, 403, 404, 409, 422})
MOST_TRIES = 6
# So long a survey's window lasts, with a night before it.
WINDOW_DAYS = 9
NEXT_OF_ORDER: dict[str, tuple[str, dict[str, Any]]] = {
    "requested": ("accept", {}), "accepted": ("start", {}), "in_progress": ("complete", {"used": 1}),
    "on_hold": ("resume", {}),
}  # fmt: skip
MACHINE = Context(actor="tests", machine="feedback.timers")
OPEN_CASE = """
SELECT c.id FROM casework c JOIN case_need p ON p.case_id = c.id WHERE p.need_id = $1 AND c.status <> 'closed'
"""
CASE = "SELECT id FROM casework WHERE resident_id = ANY($1) ORDER BY id"
ORDERS = "SELECT id, provider, status, quantity, need_id FROM service_order WHERE need_id = ANY($1) ORDER BY id"


@dataclass(slots=True)
class Work:
    """One run: its people, needs and resources, what time it is, and what has gone wrong so far."""

    faults: Faults
    databases: dict[str, Connection]
    now: datetime = BEGIN
    needs: list[dict[str, Any]] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    workers: list[str] = field(default_factory=list)
    acts: int = 0
    log: list[str] = field(default_factory=list)

    @property
    def city(self) -> City:
        return self.faults.city

    async def begin(self, *, capacity: int = 5) -> "Work":
        """Three departments list a few places each, two workers are there from the first run on; nobody else gives."""
        await self.databases["matching"].execute("UPDATE resource SET status = 'suspended'")
        name = uuid4().hex[:12]
        row = {
            "name": "心理疏导（示例）", "category": "counselling", "unit": "person_time", "areas": [TOWNSHIP],
            "division": TOWNSHIP, "eligibility": OVER_60, "capacity": capacity, "assured_until": "2027-12-31",
            "is_sample": True,
        }  # fmt: skip
        for place, provider in enumerate(PROVIDERS):
            path = f"/providers/{provider}/resources/{name}"
            listed = await self.city.put("matching", path, system(provider), row | {"lead_days": place}, now=self.now)
            self.resources.append(listed.json()["id"])
        known = await self.databases["cases"].fetch("SELECT id FROM worker ORDER BY id LIMIT 2")
        self.workers = [str(row["id"]) for row in known] or [await self._worker(name, number) for number in range(2)]
        return self

    async def _worker(self, name: str, number: int) -> str:
        form = {"account": f"w{number}-{name}", "station_id": str(STATION), "licence": "assistant"}
        id: str = (await self.act("cases", "/workers", HEAD, form)).json()["id"]
        course = {"kind": "pre_service", "held_on": "2026-03-02", "hours": 24, "passed": True}
        await self.act("cases", f"/workers/{id}/trainings", HEAD, course)
        return id

    async def act(self, service: str, path: str, by: Person, body: Any = None) -> httpx.Response:
        """Somebody does something; who hears nothing sends the same again, with the same key."""
        key = str(uuid4())
        self.acts += 1
        for _ in range(MOST_TRIES):
            try:
                answer = await self.city.post(service, path, by, body, key=key, now=self.now)
            except Crash:
                self.log.append(f"{path}: crashed")
                continue
            assert answer.status_code in ANSWERS, f"{path}: {answer.status_code} {answer.text}"
            self.log.append(f"{self.now:%d %H:%M} {path} {json.dumps(body or {})[:80]} -> {answer.status_code}")
            return answer
        raise AssertionError(f"{path}: nobody answers")

    # Who asks

    async def register(self, *, of: int, urgency: str) -> None:
        """Somebody asks: a new person, one who asked before, or nobody in particular."""
        known = [each["resident_id"] for each in self.needs if each["resident_id"]]
        changes: dict[str, Any] = {"resident": person(phones=[{"number": "13900000000"}])}
        if of % 3 == 1 and known:
            changes = {"resident": None, "resident_id": known[of % len(known)]}
        elif of % 5 == 4:
            changes = {"resident": None, "consents_to_departments": False}
        form = need(**({"consents_to_departments": True, "urgency": urgency} | changes))
        answer = await self.act("needs", "/needs", OPERATOR, form)
        assert answer.status_code == 201, answer.text
        self.needs.append(answer.json())

    def need(self, pick: int) -> dict[str, Any]:
        return self.needs[pick % len(self.needs)]

    async def with_need(self, pick: int, verb: str, by: Person = HEAD, **body: Any) -> httpx.Response:
        return await self.act("needs", f"/needs/{self.need(pick)['id']}/{verb}", by, body)

    async def go_on(self, pick: int, *, chance: int) -> None:
        """The usual next step: judged, ordered, accepted, started, completed, resolved, answered, reopened."""
        if chance % 4:
            await self.faults.settle()
        wanted = UUID(self.need(pick)["id"])
        status = await self.databases["needs"].fetchval("SELECT status FROM need WHERE id = $1", wanted)
        running = [row for row in await self.orders() if row["need_id"] == wanted and row["status"] in NEXT_OF_ORDER]
        match status:
            case "registered":
                await self.with_need(pick, "triage", **triage(category="counselling", urgency="crisis"))
            case "triaged" | "waiting" if not running:
                await self.order(pick, resource=chance, quantity=2, under=None)
            case "triaged" | "waiting" | "ordered" | "in_service" if running:
                row = running[chance % len(running)]
                verb, body = NEXT_OF_ORDER[row["status"]]
                await self.act("matching", f"/orders/{row['id']}/{verb}", officer(row["provider"]), body)
            case "ordered" | "in_service":
                await self.resolve(pick)
            case "resolved":
                await self.answer_survey(pick, 1 + chance % 5, "yes")
            case "closed":
                await self.with_need(pick, "reopen", reason="came_back")

    async def resolve(self, pick: int) -> None:
        """The case that policy opened for it ends first; needs hears of that, and the outcome is stated."""
        open_case = await self.databases["cases"].fetchval(OPEN_CASE, UUID(self.need(pick)["id"]))
        if open_case is not None:
            await self.end(open_case, "met")
            await self.faults.settle()
        await self.with_need(pick, "resolve", WORKER, outcome="met")

    # Who gives

    async def orders(self) -> Sequence[Any]:
        ids = [UUID(each["id"]) for each in self.needs]
        return await self.databases["matching"].fetch(ORDERS, ids)

    async def order(self, pick: int, *, resource: int, quantity: int, under: int | None) -> None:
        """The station orders, maybe as a part of what it ordered before."""
        wanted = self.need(pick)
        before = [row for row in await self.orders() if str(row["need_id"]) == wanted["id"]]
        lead = str(before[under % len(before)]["id"]) if under is not None and before else None
        chosen = self.resources[resource % len(self.resources)]
        form = {"need_id": wanted["id"], "resource_id": chosen, "quantity": quantity, "part_of": lead}
        await self.act("matching", "/orders", HEAD, form)

    async def with_order(
        self, pick: int, verb: str, *, where: str | None, by: Person | None = None, **body: Any
    ) -> None:
        """Somebody does something with an order, one for which it is possible if there is one."""
        rows = list(await self.orders())
        fitting = [row for row in rows if row["status"] == where] or rows
        if fitting:
            row = fitting[pick % len(fitting)]
            if "used" in body:
                body["used"] = min(body["used"], row["quantity"])
            await self.act("matching", f"/orders/{row['id']}/{verb}", by or officer(row["provider"]), body)

    async def arbitrate(self, pick: int) -> None:
        await self.with_order(pick, "arbitrate", where="rejected", by=COUNTY, ruling="uphold", reason="理由成立")

    # Who does

    async def case(self, pick: int) -> UUID | None:
        people = [UUID(each["resident_id"]) for each in self.needs if each["resident_id"]]
        found = await self.databases["cases"].fetch(CASE, people)
        return found[pick % len(found)]["id"] if found else None

    async def with_case(self, pick: int, verb: str, by: Person, **body: Any) -> dict[str, Any]:
        id = await self.case(pick)
        answer = await self.act("cases", f"/cases/{id}/{verb}", by, body) if id else None
        told: dict[str, Any] = answer.json() if answer is not None and answer.is_success else {}
        return told

    async def end_case(self, pick: int, outcome: str) -> None:
        id = await self.case(pick)
        if id is not None:
            await self.end(id, outcome)

    async def end(self, id: UUID, outcome: str) -> None:
        """The head says yes to closure, and the worker closes."""
        asked = await self.act("cases", f"/cases/{id}/approvals", WORKER, {"act": "closure"})
        if asked.is_success:
            path = f"/cases/{id}/approvals/{asked.json()['id']}/decide"
            await self.act("cases", path, HEAD, {"approved": True})
        await self.act("cases", f"/cases/{id}/close", WORKER, {"outcome": outcome, "scores": {"mind": 3}})

    # Who judges

    async def answer_survey(self, pick: int, satisfaction: int, solved: str) -> None:
        """The person opens the link that they were sent, if one is still good."""
        links: list[str] = []
        with suppress(Crash):
            async with self.city.house("feedback").database.work(MACHINE, now=self.now) as session:
                rows = await surveys_of(session, UUID(self.need(pick)["id"]))
                links = [row.token for row in rows if row.token is not None and row.is_open]
        if links:
            body = {"responded": True, "solved": solved, "satisfaction": satisfaction}
            await self.say(links[-1], body)

    async def say(self, link: str, body: dict[str, Any]) -> None:
        self.city.house("feedback").limiter = None
        for _ in range(MOST_TRIES):
            try:
                answer = await self.city.client("feedback", now=self.now).post(f"/surveys/{link}", json=body)
            except Crash:
                continue
            assert answer.status_code in ANSWERS, answer.text
            self.log.append(f"{self.now:%d %H:%M} survey {body['satisfaction']} -> {answer.status_code}")
            return

    # What happens

    async def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        await self.faults.pass_until(self.now)

    async def agree(self) -> None:
        """Once all has arrived, nobody disagrees; and once all windows are over, neither."""
        self.faults.calm()
        for days in (0, WINDOW_DAYS):
            self.now += timedelta(days=days)
            await self.faults.pass_until(self.now)
            found = await disagreements(self.databases, [UUID(each["id"]) for each in self.needs])
            stuck = await parked(self.city)
            assert not found, "\n".join([*found, *self.log])
            assert stuck == {}, "\n".join([str(stuck), *self.log])
