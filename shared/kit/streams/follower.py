"""Somebody who follows a stream: what they wish, what waits for them, and when it ends."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shared.kit.feed.reading import Position
from shared.kit.streams.sights import Seen, Viewpoint
from shared.kit.tokens import Claims

# So many events may wait for one client; who is slower than that comes again and reads on from the log.
MOST_WAITING: Final = 500
# A client that reads nothing at all is left alone after this.
LAST_WORD_SECONDS: Final = 3.0


class Ending(StrEnum):
    """Why a stream ends, as its last comment says it."""

    DONE = "the time you asked for is over"
    TOO_SLOW = "you read too slowly"
    TOKEN_OVER = "your token is over or was called back; come with a new one"  # noqa: S105 -- a sentence
    CLOSING = "the service restarts"
    INTERRUPTED = "the service could not read on"
    GONE = "you have gone"

    def comment(self) -> bytes:
        return f": {self}. Go on with Last-Event-ID.\n\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What of a stream somebody wants to hear."""

    names: frozenset[str]
    subjects: frozenset[str] | None = None
    division: str | None = None

    def take(self, seen: Seen) -> bool:
        """Whether this is wanted, among what is seen."""
        if seen.fact.name not in self.names or (self.subjects is not None and seen.fact.subject not in self.subjects):
            return False
        return self.division is None or any(code.startswith(self.division) for code in seen.divisions)


@dataclass(eq=False, slots=True)
class Follower:
    """One open stream. The hub puts events in, the answer takes them out, in the order of the log."""

    claims: Claims
    view: Viewpoint
    wishes: Wishes
    # Up to here everything that is theirs was put in; what lies before is never put in again.
    read: Position
    # The last place that the client was told, or one before it.
    told: Position
    is_live: bool = False
    ending: Ending | None = None
    heard_at: float = 0.0
    # How long the answer may still take; while it runs.
    patience: asyncio.Timeout | None = None
    _waiting: list[tuple[Position, bytes]] = field(default_factory=list)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, place: Position, event: bytes) -> None:
        """Hand in an event; before the log was read up to the present, it waits to be compared with that."""
        if self.ending is not None or place <= self.read:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.end(Ending.TOO_SLOW)
            return
        self._waiting.append((place, event))
        if self.is_live:
            self.read = self.told = place
            self._woken.set()

    def go_live(self) -> None:
        """The log was read up to `read`: what waits and lies behind it comes next."""
        self._waiting = [each for each in self._waiting if each[0] > self.read]
        if self._waiting:
            self.read = self._waiting[-1][0]
        self.is_live = True
        self._woken.set()

    def sign_of_life(self, moment: float, place: Position) -> None:
        """A comment that keeps the connection, with the place to resume from where that has moved on."""
        if self.ending is None and self.is_live and not self._waiting:
            self.read, is_further = max(self.read, place), max(self.read, place) > self.told
            mark = f"id: {self.read}\n" if is_further else ""
            self._waiting.append((self.read, f": still here\n{mark}\n".encode()))
            self.heard_at, self.told = moment, self.read
            self._woken.set()

    def end(self, why: Ending) -> None:
        """Nothing more is put in; what waits is sent yet, if the client reads it soon."""
        if self.ending is None:
            self.ending = why
            self._woken.set()
            if self.patience is not None:
                self.patience.reschedule(asyncio.get_running_loop().time() + LAST_WORD_SECONDS)

    async def next(self) -> bytes:
        """What has come since, in one piece; empty when the stream has ended."""
        while not self._waiting and self.ending is None:
            self._woken.clear()
            await self._woken.wait()
        piece = b"".join(event for _, event in self._waiting)
        self._waiting.clear()
        return piece
