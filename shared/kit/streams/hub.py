"""One reader of the log for all who follow in this process: it asks once for all who see the same, and hands on."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import structlog

from shared.kit.database import Database
from shared.kit.feed.reading import LoggedFact, Position, as_cloud_event
from shared.kit.streams.follower import Ending, Follower, Wishes
from shared.kit.streams.reading import Piece, context_of, read_piece
from shared.kit.streams.sights import Seen, Stream, Viewpoint, seen
from shared.kit.tokens import Verifier

log = structlog.get_logger()
# A screen is told at once: while anybody follows, what other processes wrote is looked for so often.
LOOK_AGAIN_SECONDS: Final = 0.2
# Facts are gathered for so long, so that a busy second costs twenty rounds of questions and not hundreds.
GATHER_SECONDS: Final = 0.05
LOOK_ROUND_SECONDS: Final = 1.0
# Whoever comes again reads the log by themselves; so many at once, or a restart would take all connections.
READING_UP: Final = 2


@dataclass(slots=True)
class Group:
    """All who see the same, found by what they follow."""

    view: Viewpoint
    by_name: dict[str, set[Follower]] = field(default_factory=dict)
    by_subject: dict[str, set[Follower]] = field(default_factory=dict)

    def _places(self, wishes: Wishes) -> list[tuple[dict[str, set[Follower]], str]]:
        if wishes.subjects is not None:
            return [(self.by_subject, subject) for subject in wishes.subjects]
        return [(self.by_name, name) for name in wishes.names]

    def add(self, follower: Follower) -> None:
        for index, key in self._places(follower.wishes):
            index.setdefault(key, set()).add(follower)

    def remove(self, follower: Follower) -> None:
        for index, key in self._places(follower.wishes):
            index.get(key, set()).discard(follower)
            if not index.get(key):
                index.pop(key, None)

    def wanted(self, facts: Iterable[LoggedFact]) -> list[LoggedFact]:
        return [fact for fact in facts if fact.name in self.by_name or fact.subject in self.by_subject]

    def everyone(self) -> set[Follower]:
        return set[Follower]().union(*self.by_name.values(), *self.by_subject.values())

    def hand_on(self, found: Seen, event: bytes) -> None:
        for followers in (self.by_name.get(found.fact.name), self.by_subject.get(found.fact.subject)):
            for follower in followers or ():
                if follower.wishes.take(found):
                    follower.put(found.fact.position, event)


class Hub:
    """The streams of one service in one process. It reads while somebody follows, and rests else."""

    # Below what proxies wait for a connection that says nothing.
    sign_of_life_seconds: float = 15.0

    def __init__(self, service: str, stream: Stream, database: Database, verifier: Verifier) -> None:
        self.service, self.stream, self.database, self.verifier = service, stream, database, verifier
        self.reading_up = asyncio.Semaphore(READING_UP)
        self.is_closed = False
        self._open: set[Follower] = set()
        self._counts: Counter[str] = Counter()
        self._groups: dict[Viewpoint, Group] = {}
        self._position: Position | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def count_of(self, subject: str) -> int:
        """How many streams somebody has open here."""
        return self._counts[subject]

    def enter(self, follower: Follower) -> None:
        """A stream begins; from now on it is looked after."""
        self._open.add(follower)
        self._counts[follower.claims.sub] += 1
        if self.is_closed:
            follower.end(Ending.CLOSING)
        if not any(task.get_name() == "watch" and not task.done() for task in self._tasks):
            self._begin("watch", self._watch())

    def join(self, follower: Follower) -> None:
        """From now on it is handed what comes; it has read the log up to its position."""
        if follower not in self._open:
            return
        is_first = not self._groups
        self._groups.setdefault(follower.view, Group(follower.view)).add(follower)
        if is_first and not any(task.get_name() == "read" and not task.done() for task in self._tasks):
            self._position = follower.read
            self._begin("read", self._read())

    def leave(self, follower: Follower) -> None:
        """A stream has ended."""
        if follower in self._open:
            self._open.discard(follower)
            self._counts -= Counter({follower.claims.sub: 1})
        group = self._groups.get(follower.view)
        if group is not None:
            group.remove(follower)
            if not group.by_name and not group.by_subject:
                del self._groups[follower.view]

    def close(self) -> None:
        """End all streams at once, for good."""
        self.is_closed = True
        for task in self._tasks:
            task.cancel()
        for follower in list(self._open):
            follower.end(Ending.CLOSING)

    async def read_for(self, follower: Follower) -> tuple[bytes, Piece]:
        """What the log holds for a follower behind their position."""
        wishes = follower.wishes
        async with self.reading_up:
            piece = await read_piece(
                self.database, context_of(self.service), follower.read, names=wishes.names, subjects=wishes.subjects
            )
            found = await seen(self.database, self.stream.sights, follower.view, piece.facts)
        return b"".join(self.event_of(each.fact) for each in found if wishes.take(each)), piece

    def event_of(self, fact: LoggedFact) -> bytes:
        """A fact as a server-sent event; its id is where one resumes."""
        return event(fact.position, fact.name, as_cloud_event(fact, publisher=self.service))

    def _begin(self, name: str, work: Any) -> None:
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _read(self) -> None:
        """Read on as long as anybody follows; trouble is waited out, and nothing is lost by it."""
        patience = 0.1
        while self._groups:
            ticket = self.database.bell.listen()
            try:
                if await self._step():
                    await self.database.bell.wait(ticket, LOOK_AGAIN_SECONDS)
                patience = 0.1
            except Exception as trouble:  # noqa: BLE001 -- any trouble is written down and waited out
                log.warning("stream_waits", trouble=type(trouble).__name__)
                await asyncio.sleep(patience)
                patience = min(patience * 2, 5.0)
            finally:
                self.database.bell.leave(ticket)
            await asyncio.sleep(GATHER_SECONDS)

    async def _step(self) -> bool:
        """Hand on the next piece of the log; whether it was the last that there is."""
        assert self._position is not None
        piece = await read_piece(
            self.database, context_of(self.service), self._position, names=self.stream.sights
        )  # fmt: skip
        events = {fact.position: self.event_of(fact) for fact in piece.facts}
        for group in list(self._groups.values()) if piece.facts else ():
            await self._tell(group, piece.facts, events)
        self._position = piece.end
        return piece.is_last

    async def _tell(self, group: Group, facts: Sequence[LoggedFact], events: dict[Position, bytes]) -> None:
        wanted = group.wanted(facts)
        if not wanted:
            return
        try:
            found = await seen(self.database, self.stream.sights, group.view, wanted)
        except Exception as trouble:  # noqa: BLE001 -- whoever cannot be asked about reads on from the log
            log.warning("stream_interrupted", trouble=type(trouble).__name__)
            for follower in group.everyone():
                follower.end(Ending.INTERRUPTED)
            return
        for each in found:
            group.hand_on(each, events[each.fact.position])

    async def _watch(self) -> None:
        """Look round every second: whose token is over leaves; who heard nothing for long gets a sign of life."""
        while self._open:
            await asyncio.sleep(LOOK_ROUND_SECONDS)
            moment, now = asyncio.get_running_loop().time(), time.time()
            for follower in list(self._open):
                if not self.verifier.is_good(follower.claims, now):
                    follower.end(Ending.TOKEN_OVER)
                elif moment - follower.heard_at > self.sign_of_life_seconds:
                    follower.sign_of_life(moment, self._position or follower.read)


def event(place: Position, name: str, data: Any) -> bytes:
    """One server-sent event."""
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (str(place).encode(), name.encode(), orjson.dumps(data))
