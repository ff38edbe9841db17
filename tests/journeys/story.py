"""The people of a journey and what they do: each step is one thing over the counter, at its time, and arrives."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from tests.city import City, Person
from tests.matching.people import OVER_60, officer, system
from tests.people import HEAD, OPERATOR, STATION, TOWNSHIP, WORKER, need, person, triage

SURVEY_LINK = re.compile(r"/survey/([A-Za-z0-9_-]+)")
UNABLE = {"reason": "provider_unable", "evidence": "人手不足，附排班表（示例）"}
CONSENT = {"given": True, "evidence": "本人当面签署个案服务同意书（示例）"}
PRE_SERVICE = {"kind": "pre_service", "held_on": "2025-03-03", "hours": 24, "passed": True}


def moment(written: str) -> datetime:
    """A moment in Fuzhou: `2026-03-10 09:00`."""
    return datetime.fromisoformat(f"{written.replace(' ', 'T')}:00+08:00")


@dataclass(slots=True)
class Story:
    """A city and what time it is there; every step happens now."""

    city: City
    now: datetime
    phone: str = "13800000000"

    async def until(self, written: str) -> None:
        """Time passes until then: deadlines strike, messages go out, facts arrive."""
        self.now = moment(written)
        await self.city.let_time_pass(self.now)

    async def tries(self, service: str, path: str, by: Person, body: Any = None) -> httpx.Response:
        """Somebody tries something, which may be refused."""
        answer = await self.city.post(service, path, by, body, now=self.now)
        # What a service does "right after this commit" is a timer of this very moment.
        await self.city.let_time_pass(self.now)
        return answer

    async def does(self, service: str, path: str, by: Person, body: Any = None) -> dict[str, Any]:
        """Somebody does something, which succeeds; what was answered."""
        answer = await self.tries(service, path, by, body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        made: dict[str, Any] = answer.json()
        return made

    async def sees(self, service: str, path: str, by: Person, **query: Any) -> dict[str, Any]:
        """Somebody looks at something."""
        answer = await self.city.get(service, path, by, params=query or None, now=self.now)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    # Who asks

    async def somebody_asks(self, words: str = "想找人送餐。", by: Person = OPERATOR, **changes: Any) -> dict[str, Any]:
        """A person on file asks, and agrees that departments may see the file for this help."""
        resident = person(phones=[{"number": self.phone, "owner": "self"}])
        told: dict[str, Any] = {"resident": resident, "consents_to_departments": True} | changes
        return await self.does("needs", "/needs", by, need(words=words, **told))

    async def station_judges(self, asked: dict[str, Any], category: str, **changes: Any) -> None:
        """The station says what it is about and how pressing."""
        await self.does("needs", f"/needs/{asked['id']}/triage", HEAD, triage(category=category, **changes))

    async def station_speaks_with(self, asked: dict[str, Any], kind: str = "call") -> None:
        await self.does("needs", f"/needs/{asked['id']}/contacts", WORKER, {"kind": kind})

    async def station_helps(self, asked: dict[str, Any]) -> None:
        """The station begins to help by itself."""
        await self.does("needs", f"/needs/{asked['id']}/start", HEAD)

    async def station_resolves(self, asked: dict[str, Any], outcome: str = "met") -> None:
        await self.does("needs", f"/needs/{asked['id']}/resolve", WORKER, {"outcome": outcome})

    async def need(self, asked: dict[str, Any]) -> dict[str, Any]:
        return await self.sees("needs", f"/needs/{asked['id']}", HEAD)

    async def clock(self, asked: dict[str, Any], kind: str) -> dict[str, Any]:
        """The first clock of a kind."""
        return next(each for each in (await self.need(asked))["clocks"] if each["kind"] == kind)

    # Who gives

    async def lists(self, provider: str, category: str, **changes: Any) -> dict[str, Any]:
        """A department lists twenty of something for people over 60 of the township."""
        row = {
            "name": f"{category}（示例）", "category": category, "unit": "person_time", "areas": [TOWNSHIP],
            "division": TOWNSHIP, "eligibility": OVER_60, "capacity": 20, "assured_until": "2027-12-31",
            "is_sample": True,
        } | changes  # fmt: skip
        path = f"/providers/{provider}/resources/{category}"
        answer = await self.city.put("matching", path, system(provider), row, now=self.now)
        assert answer.is_success, answer.text
        await self.city.settle()
        listed: dict[str, Any] = answer.json()
        return listed

    async def station_orders(self, asked: dict[str, Any], listed: dict[str, Any], **changes: Any) -> dict[str, Any]:
        form = {"need_id": asked["id"], "resource_id": listed["id"]} | changes
        return await self.does("matching", "/orders", HEAD, form)

    async def department(self, order: dict[str, Any], *verbs: str, **body: Any) -> None:
        """The department that has an order does one thing after another with it."""
        for verb in verbs:
            given = {"used": body.get("used", 1)} if verb == "complete" else body.get(verb, {})
            await self.does("matching", f"/orders/{order['id']}/{verb}", officer(order["provider"]), given)

    async def orders_of(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """All orders of a need, oldest first."""
        found = await self.sees("matching", "/orders", HEAD, need_id=asked["id"], limit=200)
        return sorted(found["items"], key=lambda row: row["id"])

    async def order(self, made: dict[str, Any]) -> dict[str, Any]:
        return await self.sees("matching", f"/orders/{made['id']}", HEAD)

    async def left_of(self, listed: dict[str, Any]) -> int:
        """What a department has left of something."""
        read = await self.sees("matching", f"/resources/{listed['id']}", HEAD)
        left: int = read["capacity"]["available"]
        return left

    # Who does

    async def worker(self, account: str) -> dict[str, Any]:
        """Somebody begins at the station, with a licence, and passes pre-service."""
        form = {"account": account, "station_id": str(STATION), "licence": "assistant"}
        made = await self.does("cases", "/workers", HEAD, form)
        await self.does("cases", f"/workers/{made['id']}/trainings", HEAD, PRE_SERVICE)
        return made

    async def case_of(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The one case of the person who asked."""
        found = await self.sees("cases", "/cases", HEAD, resident_id=asked["resident_id"], limit=200)
        (case,) = found["items"]
        seen: dict[str, Any] = case
        return seen

    async def head_assigns(self, case: dict[str, Any], worker: dict[str, Any]) -> None:
        await self.does("cases", f"/cases/{case['id']}/assign", HEAD, {"worker_id": worker["id"]})

    async def worker_serves(self, case: dict[str, Any], asked: dict[str, Any], **changes: Any) -> None:
        """The case's worker reaches the person about the need."""
        form = {"kind": "counselling", "contact": "call", "minutes": 30, "reached": True, "need_id": asked["id"]}
        await self.does("cases", f"/cases/{case['id']}/services", WORKER, form | changes)

    async def worker_may(self, case: dict[str, Any], act: str) -> None:
        """The worker asks for the head's word, and the head says yes."""
        asked = await self.does("cases", f"/cases/{case['id']}/approvals", WORKER, {"act": act})
        path = f"/cases/{case['id']}/approvals/{asked['id']}/decide"
        await self.does("cases", path, HEAD, {"approved": True})

    async def worker_writes(self, case: dict[str, Any], what: str, **form: Any) -> None:
        """Consent, an assessment, a goal, the end."""
        await self.does("cases", f"/cases/{case['id']}/{what}", WORKER, form)

    # Who judges

    async def links(self) -> list[str]:
        """The survey links on the person's phone, oldest first."""
        items = (await self.sees("needs", "/messages", OPERATOR, limit=200))["items"]
        mine = sorted((row for row in items if row["phone"] == self.phone), key=lambda row: row["id"])
        return [found[1] for row in mine if (found := SURVEY_LINK.search(row["text"]))]

    async def person_answers(self, satisfaction: int, *, solved: str = "yes") -> dict[str, Any]:
        """The person opens the latest link, without signing in, and says how it went."""
        body = {"responded": True, "solved": solved, "satisfaction": satisfaction}
        link = (await self.links())[-1]
        answer = await self.city.client("feedback", now=self.now).post(f"/surveys/{link}", json=body)
        assert answer.status_code == 200, answer.text
        await self.city.let_time_pass(self.now)
        said: dict[str, Any] = answer.json()
        return said

    async def said(self, service: str, name: str) -> list[dict[str, Any]]:
        """The facts of one name that a service announced, in order."""
        owner = await self.city.owner(service)
        query = "SELECT time, body::text AS body FROM fact WHERE name = $1 ORDER BY number"
        rows = await owner.fetch(query, f"{service}.{name}.v1")
        await owner.close()
        return [json.loads(row["body"]) | {"said_at": row["time"]} for row in rows]
