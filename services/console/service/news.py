"""News for a screen: the services' streams, followed as the person at the desk, told on as ids and nothing else.

A stream upstream ends with its token; it is then followed on with the next one, from where it stopped, for as long as
the person stays signed in: to hear news is not to be at the desk, and an hour without anybody there ends it.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, Final

import httpx
import orjson

from services.console.errors import ServiceAway, SignInNeeded
from services.console.rules.sent_events import Event, Reader
from services.console.service import sessions
from services.console.service.asking import Person
from shared.kit.clock import wall_clock
from shared.kit.service import House

# Who may follow what, as the table of access says it.
STREAMS: Final = {"needs": "follow_needs", "matching": "follow_orders", "cases": "follow_cases"}
# What of a fact names something that a page shows.
NAMED: Final = ("need_id", "order_id", "case_id")
OPENING: Final = b"retry: 3000\n\n"
OVER: Final = b"event: over\ndata: \n\n"
STILL_HERE: Final = b": still here\n\n"
# Below what proxies wait, and how soon at most a screen knows that its session has ended.
LOOK_SECONDS: Final = 10.0
GATHER_SECONDS: Final = 0.1
AGAIN_SECONDS: Final = 2.0
TOO_MANY_SECONDS: Final = 30.0


@dataclass(slots=True)
class News:
    """One screen's news."""

    house: House
    secret: str
    # Where the clock is played, the moment that the screen lives in.
    played_at: datetime | None = None
    _ids: set[str] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _looked_at: float = field(default_factory=monotonic)

    async def told(self, who: Person) -> AsyncIterator[bytes]:
        """Server-sent events: `news` with the ids of what changed; `over` once nobody is signed in here any more."""
        followed = [service for service, action in STREAMS.items() if who.may(action)]
        async with AsyncExitStack() as stack:
            tasks = [asyncio.create_task(self._follow(service)) for service in followed]
            tasks.append(asyncio.create_task(self._leave_with_the_house()))
            stack.push_async_callback(_let_go, tasks)
            yield OPENING
            while True:
                try:
                    piece = await self._next()
                except SignInNeeded:
                    yield OVER
                    return
                if self.house.leaving.is_set():
                    return
                yield piece

    async def _next(self) -> bytes:
        """What has come since, in one piece; a sign of life where nothing has, after a look at the session."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._woken.wait()
        if not self._ids or monotonic() - self._looked_at >= LOOK_SECONDS:
            await self._person()
            self._looked_at = monotonic()
        if not self._ids:
            return STILL_HERE
        await asyncio.sleep(GATHER_SECONDS)
        ids, self._ids = self._ids, set()
        self._woken.clear()
        return b"event: news\ndata: %s\n\n" % " ".join(sorted(ids)).encode()

    async def _person(self) -> Person:
        at = self.played_at or wall_clock()
        return await sessions.person(self.house, self.secret, at=at, played_at=self.played_at, is_asked_for=False)

    async def _leave_with_the_house(self) -> None:
        await self.house.leaving.wait()
        self._woken.set()

    async def _follow(self, service: str) -> None:
        """Follow one service for as long as somebody is signed in."""
        reader = Reader()
        while True:
            try:
                await self._read(await self._person(), service, reader)
            except SignInNeeded:
                # The next look at the session says so.
                return
            except (ServiceAway, httpx.HTTPError):
                await asyncio.sleep(AGAIN_SECONDS)

    async def _read(self, who: Person, service: str, reader: Reader) -> None:
        async with who.follow(service, after=reader.last_id) as answer:
            if answer.status_code == httpx.codes.CONFLICT:
                # Another database than the one that the place is of: go on from now.
                reader.last_id = ""
            if not answer.is_success:
                is_full = answer.status_code == httpx.codes.TOO_MANY_REQUESTS
                await asyncio.sleep(TOO_MANY_SECONDS if is_full else AGAIN_SECONDS)
                return
            async for line in answer.aiter_lines():
                event = reader.take(line)
                if event is not None and event.name != "position":
                    self._hear(event)

    def _hear(self, event: Event) -> None:
        fact = orjson.loads(event.data)
        self._ids |= ids_of(fact)
        self._woken.set()


def ids_of(fact: dict[str, Any]) -> set[str]:
    """What a fact is about: nothing of what it says leaves this process."""
    about = fact.get("data") or {}
    return {str(fact["subject"])} | {str(about[name]) for name in NAMED if about.get(name)}


async def _let_go(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
