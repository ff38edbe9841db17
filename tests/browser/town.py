"""The running platform with a few people in it, and what they ask for, made through the interfaces."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from random import randrange
from typing import Any, Final

import httpx

from shared.schemas.access import Role
from tests.city import Person
from tests.journeys.platform import Platform, eventually
from tests.people import HEAD, OPERATOR, TOWNSHIP, need, person, triage

FIRST, SECOND = "civil_affairs", "womens_federation"
COUNTY: Final = TOWNSHIP[:6]
# Nobody else is called so: wherever these stand without being asked for, somebody was careless.
CANARY: Final[dict[str, Any]] = person(name="欧阳金丝雀", address="上顿渡镇金丝巷77号")
WORDS: Final = "我家的金丝雀老太太一个人吃饭，想请人送餐。"
CANARIES: Final = ("金丝雀", "1397771", "金丝巷77号")


def system(slug: str) -> Person:
    return Person.of(Role.PROVIDER_SYSTEM, f"system-{slug}", provider=slug)


def officer(slug: str) -> Person:
    return Person.of(Role.PROVIDER_OFFICER, f"officer-{slug}", provider=slug)


async def done(answer: Awaitable[httpx.Response]) -> Any:
    """The answer's body, once it is a success."""
    found = await answer
    assert found.is_success, f"{found.status_code} {found.text}"
    return found.json()


async def until_done(ask: Callable[[], Awaitable[httpx.Response]]) -> Any:
    """The body, once the facts have arrived that the answer waits for."""
    found: list[httpx.Response] = []

    async def is_done() -> bool:
        found[:] = [await ask()]
        assert found[0].is_success or found[0].status_code in (404, 409), found[0].text
        return found[0].is_success

    await eventually(is_done)
    return found[0].json()


@dataclass
class Town:
    """A platform of these tests' own."""

    running: Platform
    resources: dict[str, str] = field(default_factory=dict)
    phones: Iterator[int] = field(default_factory=lambda: count(randrange(9000)))

    @property
    def door(self) -> str:
        return self.running.door

    async def furnish(self) -> None:
        """Two departments list a canteen each, once matching has heard of them."""
        listed = await asyncio.gather(*(until_done(partial(self._list_canteen, slug)) for slug in (FIRST, SECOND)))
        self.resources |= {slug: made["id"] for slug, made in zip((FIRST, SECOND), listed, strict=True)}

    async def _list_canteen(self, slug: str) -> httpx.Response:
        path = f"/matching/v1/providers/{slug}/resources/canteen"
        body = {
            "name": "社区老年食堂助餐", "category": "meals", "unit": "person_time", "areas": [COUNTY],
            "capacity": 500, "division": TOWNSHIP, "assured_until": "2027-12-31",
        }  # fmt: skip
        return await self.running.put(path, system(slug), body)

    async def asked(self, *, now: datetime | None = None, **changes: Any) -> dict[str, Any]:
        """A need of the person that nobody else is called like."""
        # A phone is told only so many things a day.
        phone = {"number": f"1397771{next(self.phones):04d}", "owner": "self"}
        body = need(resident=CANARY | {"phones": [phone]}, words=WORDS, consents_to_departments=True) | changes
        made: dict[str, Any] = await done(self.running.post("/needs/v1/needs", OPERATOR, body, now=now))
        return made

    async def judged(self, *, now: datetime | None = None, **changes: Any) -> dict[str, Any]:
        """The same, triaged, and known to the departments' side."""
        made = await self.asked(now=now, **changes)
        path = f"/needs/v1/needs/{made['id']}"
        await done(self.running.post(f"{path}/triage", HEAD, triage(), now=now))
        await until_done(lambda: self.running.get(f"/matching/v1/needs/{made['id']}/candidates", HEAD))
        return made

    async def in_a_case(self) -> dict[str, Any]:
        """A need for which policy opened a case."""
        made = await self.asked()
        path = f"/needs/v1/needs/{made['id']}"
        await done(self.running.post(f"{path}/triage", HEAD, triage(category="counselling")))
        found: list[dict[str, Any]] = []

        async def is_opened() -> bool:
            found[:] = [await self.need(made["id"])]
            return bool(found[0]["case_id"])

        await eventually(is_opened)
        return found[0]

    async def ordered(self, slug: str = FIRST, *, quantity: int = 10) -> dict[str, Any]:
        """An order for such a need."""
        made = await self.judged()
        body = {"need_id": made["id"], "resource_id": self.resources[slug], "quantity": quantity}
        order: dict[str, Any] = await until_done(lambda: self.running.post("/matching/v1/orders", HEAD, body))
        return order

    async def need(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = await done(self.running.get(f"/needs/v1/needs/{id}", HEAD))
        return found

    async def order(self, id: str, slug: str = FIRST) -> dict[str, Any]:
        found: dict[str, Any] = await done(self.running.get(f"/matching/v1/orders/{id}", officer(slug)))
        return found

    async def message(self, word: str, *, at: datetime) -> str:
        """The newest message that holds a word, as the phone shows it once that time has come."""
        found: list[str] = []

        async def has_come() -> bool:
            await self.running.advance(at, services=("feedback", "needs"))
            told = await done(self.running.get("/needs/v1/messages?limit=200", OPERATOR))
            found[:] = [each["text"] for each in told["items"] if word in each["text"]]
            return bool(found)

        await eventually(has_come)
        return found[0]
