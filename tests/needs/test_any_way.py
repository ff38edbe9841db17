"""A need driven by random acts and facts: it moves as the table says, and what is refused changes nothing."""

import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from services.needs.rules.moves import NEXT, OPEN, REOPENED, is_for_the_county
from shared.schemas.facts.matching import MatchExhausted
from shared.schemas.vocabulary import NeedStatus as S
from shared.schemas.vocabulary import Outcome, Urgency
from tests.city import City
from tests.needs.asking import TUESDAY, asked
from tests.needs.matching_by_hand import MatchingByHand
from tests.people import HEAD, OTHER_HEAD, TOWNSHIP, triage

STEPS = 40
EVERYTHING = """
SELECT to_jsonb(n)::text AS need,
    (SELECT jsonb_agg(c ORDER BY c.id)::text FROM clock c WHERE c.need_id = n.id) AS clocks,
    (SELECT count(*) FROM contact c WHERE c.need_id = n.id) AS contacts,
    (SELECT array_agg(f.sequence ORDER BY f.number) FROM fact f WHERE f.subject = n.id::text) AS facts
FROM need n WHERE n.id = $1
"""
AGREES = """
SELECT n.due_at = coalesce(min(c.due_at), '2999-01-01Z') AS queue_is_right, count(c.id) AS running
FROM need n
LEFT JOIN clock c ON c.need_id = n.id AND c.episode = n.episode AND c.met_at IS NULL AND c.stopped_at IS NULL
WHERE n.id = $1 GROUP BY n.id
"""
# What each act asks for; None leaves the need where it is.
WANTS: dict[str, S | None] = {
    "triage": S.TRIAGED, "start": S.IN_SERVICE, "resolve": S.RESOLVED, "withdraw": S.WITHDRAWN,
    "mark_in_error": S.ENTERED_IN_ERROR, "contacts": None, "claim": None,
}  # fmt: skip


@dataclass(slots=True)
class Walk:
    """One need on its way."""

    city: City
    owner: "asyncpg.Connection[asyncpg.Record]"
    matching: MatchingByHand
    chance: random.Random
    made: dict[str, Any]
    now: datetime = TUESDAY
    orders: list[UUID] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    urgency: Urgency = Urgency.ROUTINE
    pause: str | None = None

    async def look(self) -> dict[str, Any]:
        row = await self.owner.fetchrow(EVERYTHING, UUID(self.made["id"]))
        assert row is not None
        return dict(row)

    async def status(self) -> S:
        return S(await self.owner.fetchval("SELECT status FROM need WHERE id = $1", UUID(self.made["id"])))

    def body(self, act: str) -> dict[str, Any]:
        match act:
            case "triage":
                return triage(urgency=self.chance.choice(list(Urgency)))
            case "contacts":
                return {"kind": self.chance.choice(["call", "attempt"])}
            case "resolve":
                return {"outcome": self.chance.choice(list(Outcome))}
        return {}

    async def act(self, act: str) -> None:
        """One act of the station: taken exactly when the table allows it."""
        before, status, body = await self.look(), await self.status(), self.body(act)
        answer = await self.city.post("needs", f"/needs/{self.made['id']}/{act}", HEAD, body, now=self.now)
        wanted = WANTS[act]
        falls = act == "triage" and Urgency(body["urgency"]).rank > self.urgency.rank
        blocked = act == "resolve" and bool(self.orders)
        # Whoever is served already stays so: there triage only raises.
        rises = act == "triage" and status is S.IN_SERVICE and Urgency(body["urgency"]).rank < self.urgency.rank
        wanted = None if rises else wanted
        allowed = (wanted is None or wanted in NEXT[status]) and not falls and not blocked
        assert answer.status_code == (409 if not allowed else 201 if act == "contacts" else 200), (
            self.taken,
            answer.text,
        )
        if not allowed:
            assert await self.look() == before, (self.taken, act)
            return
        assert await self.status() == (wanted or status), (self.taken, act)
        if act == "triage":
            self.urgency = min(self.urgency, Urgency(body["urgency"]), key=lambda urgency: urgency.rank)

    async def order(self) -> None:
        """Matching tells that a department took an order."""
        status = await self.status()
        self.orders.append(await self.matching.accepted(self.made, self.now))
        reached = S.ORDERED if S.ORDERED in NEXT[status] else status
        assert await self.status() == (S.IN_SERVICE if S.IN_SERVICE in NEXT[reached] else reached), self.taken

    async def end_order(self) -> None:
        if self.orders:
            await self.matching.completed(self.orders.pop(), self.made, self.now)

    async def exhaust(self) -> None:
        """Matching tells that nobody is left to ask."""
        status = await self.status()
        fact = MatchExhausted(need_id=UUID(self.made["id"]), category="meals", division=TOWNSHIP, asked=3)
        await self.matching.say(fact, at=self.now)
        # Somebody serves it, and no order that was taken has failed: then it is not left alone.
        waits = S.WAITING in NEXT[status] and status is not S.IN_SERVICE
        assert await self.status() == (S.WAITING if waits else status), self.taken

    async def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.city.post("needs", f"/needs/{self.made['id']}/{path}", HEAD, body, now=self.now)

    async def reopen(self) -> None:
        """The next episode begins, if this one ended after triage and the county need not decide."""
        before, status = await self.look(), await self.status()
        need = json.loads(before["need"])
        allowed = status in REOPENED and need["category"] is not None and not is_for_the_county(need["episode"])
        answer = await self._post("reopen", {"reason": "came_back"})
        assert answer.status_code == (200 if allowed else 409), (self.taken, answer.text)
        if allowed:
            assert (answer.json()["status"], answer.json()["episode"]) == (S.TRIAGED, need["episode"] + 1)
        else:
            assert await self.look() == before, self.taken

    async def stand_still(self) -> None:
        """The clocks stand still, or run on; the end of the need ends its pause."""
        if self.pause is not None:
            assert (await self._post(f"pauses/{self.pause}/end", {})).status_code in (200, 409)
            self.pause = None
            return
        answer = await self._post("pauses", {"reason": "resident_away", "proof": "电话记录（示例）"})
        agrees = await self.owner.fetchrow(AGREES, UUID(self.made["id"]))
        running = agrees is not None and agrees["running"]
        assert answer.status_code == (201 if running else 409), (self.taken, answer.text)
        self.pause = answer.json()["id"] if running else None

    async def step(self) -> None:
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "order": self.order, "end_order": self.end_order, "exhaust": self.exhaust, "reopen": self.reopen,
            "stand_still": self.stand_still,
        }  # fmt: skip
        # What ends a need is rarer than what carries it on, or no walk would go far.
        chosen = self.chance.choices([*WANTS, *acts], [6, 3, 2, 0.8, 0.3, 4, 2, 2, 3, 2, 3, 3])[0]
        self.taken.append(chosen)
        await (acts[chosen]() if chosen in acts else self.act(chosen))
        await self.holds()
        self.now += timedelta(minutes=self.chance.randint(1, 600))
        if self.chance.random() < 0.2:
            await self.city.let_time_pass(self.now)

    async def holds(self) -> None:
        """What is true after every step."""
        seen = await self.look()
        assert seen["facts"] == list(range(1, len(seen["facts"]) + 1)), self.taken
        agrees = await self.owner.fetchrow(AGREES, UUID(self.made["id"]))
        assert agrees is not None
        assert agrees["queue_is_right"], self.taken
        if await self.status() not in OPEN:
            assert agrees["running"] == 0, self.taken


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
async def test_whatever_happens_a_need_moves_as_the_table_says(needs_alone: City, seed: int) -> None:
    owner = await needs_alone.owner("needs")
    matching = MatchingByHand(needs_alone, said=seed * 10_000)
    for part in range(2):
        chance = random.Random(f"{seed}.{part}")
        walk = Walk(needs_alone, owner, matching, chance, await asked(needs_alone))
        for _ in range(STEPS):
            await walk.step()
    await owner.close()


@pytest.mark.parametrize("act", list(WANTS))
async def test_what_one_may_not_see_can_not_be_moved(needs_alone: City, act: str) -> None:
    made = await asked(needs_alone)
    bodies = {"triage": triage(), "contacts": {"kind": "call"}, "resolve": {"outcome": "met"}}
    answer = await needs_alone.post("needs", f"/needs/{made['id']}/{act}", OTHER_HEAD, bodies.get(act, {}))
    assert answer.status_code == 404
