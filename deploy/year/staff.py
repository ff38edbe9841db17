"""Who works at stations over the year; some leave, and others begin."""

import random
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from deploy.sample.workers import workers

if TYPE_CHECKING:
    from deploy.year.journeys import Tale


@cache
def _able() -> frozenset[str]:
    """Who passed the pre-service course, without which nobody has cases."""
    return frozenset(worker.account for worker in workers() if worker.is_able)


@dataclass(slots=True)
class Staff:
    """Everybody who may have cases, by station's township, as the services say."""

    known: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    async def somebody(self, tale: "Tale", chance: random.Random, *, but: str | None = None) -> dict[str, Any] | None:
        """One of the station's workers who is there."""
        here = await self.at(tale)
        others = [worker for worker in here if worker["id"] != but]
        return dict(chance.choice(others)) if others else None

    async def at(self, tale: "Tale") -> list[dict[str, Any]]:
        place = tale.asked.township
        if place not in self.known:
            found = await tale.life.sees("cases", "/v1/workers", tale.head, division=place, limit=200)
            rows = (found or {}).get("items", ())
            self.known[place] = [row for row in rows if row["left_at"] is None and row["account"] in _able()]
        return self.known[place]
