"""Where the year is played: the services as everybody meets them, and the time of each thing that happens."""

import asyncio
import heapq
import json
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID, uuid5

import httpx

from deploy.year.habits import at_work

# Fixed for ever: an act that is sent again is the same act.
KEYS: Final = UUID("2c1d7c1a-9a55-5a0e-9d0c-361000365000")
# What says "try again" is tried so often; facts travel for a moment.
TRIES: Final = 40
SOON: Final = timedelta(seconds=1)
PASSING: Final = frozenset({409, 429, 502, 503})


class World(Protocol):
    """The running services."""

    async def send(self, service: str, request: "Act") -> httpx.Response:
        """One call, made as its account at its time."""

    async def listen(self) -> None:
        """Let facts arrive that are on their way."""

    async def advance(self, to: datetime) -> None:
        """Let played time pass in every service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing over the counter."""

    method: str
    path: str
    account: str | None
    at: datetime
    key: str | None = None
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] | None = None
    # Whose phone it comes from, where many people send something that is counted by sender.
    sender: str | None = None


@dataclass(slots=True)
class Stage:
    """The time until which everything may happen, who waits for theirs, and what was refused."""

    world: World
    seed: str
    edge: datetime
    waiting: list[tuple[datetime, int, asyncio.Event]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    acts: int = 0
    active: int = 0
    turn: int = 0
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    running: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self, journey: Coroutine[Any, Any, None]) -> None:
        """Let something happen beside everything else."""
        self.active += 1
        task = asyncio.create_task(journey)
        self.running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        trouble = None if task.cancelled() else task.exception()
        if trouble is not None:
            self.refused[f"broke off: {trouble!r}"[:200]] += 1
        self._rest()

    def _rest(self) -> None:
        self.active -= 1
        if not self.active:
            self.quiet.set()

    async def until(self, moment: datetime) -> None:
        """Wait until the year has come so far."""
        if moment <= self.edge:
            return
        self.turn += 1
        come = asyncio.Event()
        heapq.heappush(self.waiting, (moment, self.turn, come))
        self._rest()
        await come.wait()

    async def play_to(self, edge: datetime) -> None:
        """Let everything happen that happens until then, and then time pass."""
        self.edge = edge
        while self.waiting and self.waiting[0][0] <= edge:
            _, _, come = heapq.heappop(self.waiting)
            self.active += 1
            come.set()
        while self.active:
            self.quiet.clear()
            await self.quiet.wait()
        await self.world.advance(edge)

    async def end(self) -> None:
        """What would go on after the end of the year is not played."""
        for task in list(self.running):
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)


@dataclass(slots=True)
class Life:
    """What happens to one need, or at one place: in its order, each at its time."""

    stage: Stage
    name: str
    at: datetime
    sent: Counter[str] = field(default_factory=Counter)

    async def until(self, moment: datetime) -> None:
        """Time passes; never backwards."""
        self.at = max(self.at, moment)
        await self.stage.until(self.at)

    async def next_morning(self) -> None:
        """Until the services have heard of this day, and its deadlines have had their turn."""
        await self.until(at_work(max(self.at, self.stage.edge) + SOON))

    async def does(self, service: str, path: str, account: str | None, body: Any = None, **more: Any) -> Any:
        """Somebody does something; what was answered, or None where a rule refused it."""
        act = f"{self.name}:{path}:{json.dumps(body, sort_keys=True)}"
        self.sent[act] += 1
        key = str(uuid5(KEYS, f"{self.stage.seed}:{act}:{self.sent[act]}"))
        return await self._send(
            service,
            Act(method="POST", path=path, account=account, at=self.at, key=key, body=body or {}, **more),
        )

    async def sees(self, service: str, path: str, account: str, **query: Any) -> Any:
        """Somebody looks at something."""
        return await self._send(service, Act(method="GET", path=path, account=account, at=self.at, query=query))

    async def _send(self, service: str, act: Act) -> Any:
        answer = await self.stage.world.send(service, act)
        for _ in range(TRIES):
            if answer.status_code not in PASSING or "retry-after" not in answer.headers:
                break
            await self.stage.world.listen()
            answer = await self.stage.world.send(service, act)
        self.stage.acts += 1
        if answer.is_success:
            self.stage.done[_what(service, act)] += act.method == "POST"
            return answer.json()
        self.stage.refused[_why(service, act, answer)] += 1
        return None


def _what(service: str, act: Act) -> str:
    """What was done: the last word of its address, where links that answer surveys are nobody's business."""
    room, *rest = act.path.removeprefix("/v1/").split("/")
    return f"{service} {room} {rest[-1] if rest and room != 'surveys' else ''}".strip()


def _why(service: str, act: Act, answer: httpx.Response) -> str:
    told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    kind = str(told.get("type", "")).rsplit(":", 1)[-1]
    return f"{answer.status_code} {_what(service, act)} {kind}"
