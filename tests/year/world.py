"""The services of a test, as the year's player meets them: in one loop, heard and fired by hand."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

import httpx

from deploy.year.stage import Act
from services.identity.service.samples import samples
from tests.city import City, Person


@cache
def people() -> dict[str, Person]:
    """The sample accounts, by name."""
    return {one.name: Person(one.name, (one.grant,)) for one in samples(date(2026, 3, 1))}


@dataclass(slots=True)
class CountedWorld:
    """Nothing is there; whatever is done would be counted."""

    sent: list[Act] = field(default_factory=list)

    async def send(self, service: str, request: Act) -> httpx.Response:
        self.sent.append(request)
        return httpx.Response(404)

    async def listen(self) -> None:
        return

    async def advance(self, to: datetime) -> None:
        return


@dataclass(slots=True)
class CityWorld:
    """A city of tests."""

    city: City
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    async def send(self, service: str, request: Act) -> httpx.Response:
        client = self.city.client(service, people()[request.account] if request.account else None, now=request.at)
        headers = {"Idempotency-Key": request.key} if request.key else {}
        path = f"http://door/{service}{request.path}"
        return await client.request(request.method, path, json=request.body, params=request.query, headers=headers)

    async def listen(self) -> None:
        await self.city.settle()

    async def advance(self, to: datetime) -> None:
        await self.city.let_time_pass(to)
