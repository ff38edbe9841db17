"""What can go wrong between services: a crash before or after a commit, an answer lost on the way, an ear that is shut.

The services are the real ones and know nothing of it: their ways to the database and to one another are wrapped here.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.database import Context
from shared.kit.feed.listening import Listener, Moved
from shared.kit.house import House
from shared.kit.peers import BATCH
from tests.city import City

# More rounds than any run needs: then something goes on for ever.
MOST_ROUNDS = 400
Ear = tuple[str, str]


class Crash(BaseException):
    """The process is gone at this very point. No handler of the services catches it, as none catches `kill -9`."""


class Point(StrEnum):
    """Where it dies: with everything done and nothing committed, or committed and nobody told."""

    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after the commit, before the answer"


@dataclass(slots=True)
class Faults:
    """A city in which things go wrong when told to, and hands to drive it through them."""

    city: City
    # For each service where its next transactions end: None ends as it should.
    ahead: dict[str, list[Point | None]] = field(default_factory=dict)
    answers_to_lose: int = 0
    shut: set[Ear] = field(default_factory=set)
    crashes: int = 0
    # How often each service had news, and how much of that each ear has heard: who has no news is not asked.
    news: Counter[str] = field(default_factory=Counter)
    heard: dict[Ear, int] = field(default_factory=dict)

    @classmethod
    def of(cls, city: City) -> "Faults":
        faults = cls(city)
        for service in city.apps:
            faults.ahead[service] = []
            faults._may_crash(city.house(service))
            faults._tells_news(city.house(service))
        faults._may_lose_answers()
        return faults

    def _may_crash(self, house: House) -> None:
        work, ahead = house.database.work, self.ahead[house.service]

        @asynccontextmanager
        async def crashing(context: Context, *, now: datetime | None = None) -> AsyncIterator[AsyncSession]:
            point = ahead.pop(0) if ahead else None
            async with work(context, now=now) as session:
                yield session
                if point is Point.BEFORE_COMMIT:
                    self._crash()
            if point is Point.AFTER_COMMIT:
                self._crash()

        house.database.work = crashing  # type: ignore[method-assign]

    def _crash(self) -> None:
        self.crashes += 1
        raise Crash

    def _tells_news(self, house: House) -> None:
        ring = house.database.bell.ring

        def counted() -> None:
            self.news[house.service] += 1
            ring()

        house.database.bell.ring = counted  # type: ignore[method-assign]

    def _may_lose_answers(self) -> None:
        reach = self.city.network.handle_async_request

        async def losing(request: httpx.Request) -> httpx.Response:
            answer = await reach(request)
            if self.answers_to_lose:
                self.answers_to_lose -= 1
                raise httpx.ReadTimeout("lost on the way", request=request)
            return answer

        self.city.network.handle_async_request = losing  # type: ignore[method-assign]

    def crash_next(self, service: str, point: Point, *, after: int) -> None:
        """The service dies at the end of a transaction, after so many that go well."""
        self.ahead[service][:] = [None] * after + [point]

    def calm(self) -> None:
        """Nothing goes wrong any more, and everybody listens."""
        for ahead in self.ahead.values():
            ahead.clear()
        self.answers_to_lose = 0
        self.shut.clear()

    def listeners(self) -> list[Listener]:
        """Every ear that hears another service which runs here."""
        found = (each for service in self.city.apps for each in self.city.house(service).listeners)
        return [each for each in found if each.publisher in self.city.apps]

    async def hear(self, listener: Listener) -> int:
        """One batch, as the listener's loop would take it: whatever goes wrong passes, and it is tried again."""
        ear, news = (listener.service, listener.publisher), self.news[listener.publisher]
        if ear in self.shut or self.heard.get(ear) == news:
            return 0
        try:
            taken = await listener.step()
        except (Crash, Moved, httpx.TransportError, httpx.HTTPStatusError):
            return 1
        if taken < BATCH:
            self.heard[ear] = news
        return taken

    async def settle(self) -> int:
        """Let facts arrive at all who listen, until nobody has news; how many were taken."""
        total = 0
        for _ in range(MOST_ROUNDS):
            taken = sum([await self.hear(each) for each in self.listeners()])
            if not taken:
                return total
            total += taken
        raise AssertionError("the facts never end")

    async def pass_until(self, moment: datetime) -> None:
        """Timers fire and facts arrive, until all is quiet."""
        for _ in range(MOST_ROUNDS):
            done = sum([await self._fire(service, moment) for service in self.city.apps])
            done += await self.settle()
            if not done:
                return
        raise AssertionError("it never becomes quiet")

    async def _fire(self, service: str, moment: datetime) -> int:
        try:
            return await self.city.house(service).timers.fire_until(moment)
        except Crash:
            return 1


async def parked(city: City) -> dict[str, int]:
    """Facts that could not be handled and timers that were given up, by service; nothing is what is hoped for."""
    found: dict[str, Any] = {}
    for service in city.apps:
        owner = await city.owner(service)
        facts = await owner.fetchval("SELECT count(*) FROM parked_fact")
        timers = await owner.fetchval("SELECT count(*) FROM timer WHERE given_up IS NOT NULL")
        await owner.close()
        found |= {service: facts + timers} if facts + timers else {}
    return found
