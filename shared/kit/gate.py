"""The gate: as much is begun at once as can be ended soon; what would wait too long is told to come back.

Without it everything that arrives is begun, everything is slow, and whoever waits has gone when the answer comes.
A short queue takes the bursts of ordinary days. When it has not been empty for a second, more comes than can be
done: then waiting is cut short, so that what is let in is still answered in time (controlled delay, as CoDel's,
RFC 8289, with a bound on the wait in place of dropping at the head).
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kit.deadlines import brought
from shared.kit.errors import Overloaded
from shared.kit.ids import new_id
from shared.kit.problems import answer
from shared.kit.telemetry import Telemetry

# Whether a service lives must be answered in the worst hour too, else it is restarted when it is needed most.
ALWAYS: Final = ("/health/live", "/health/ready")
STANDING_QUEUE_SECONDS: Final = 1.0


@dataclass(slots=True)
class Turnstile:
    """So many at once, and a queue in the order of arrival."""

    most: int
    patience: float
    patience_when_busy: float
    inside: int = 0
    queue: "deque[asyncio.Future[None]]" = field(default_factory=deque)
    empty_at: float = 0.0

    async def enter(self, *, by: float | None = None) -> bool:
        """Wait for a place; False if none came free in time, or `by` the moment from which nobody waits."""
        loop = asyncio.get_running_loop()
        if self.inside < self.most and not self.queue:
            self.inside += 1
            self.empty_at = loop.time()
            return True
        if not self.queue:
            self.empty_at = loop.time()
        is_standing = loop.time() - self.empty_at > STANDING_QUEUE_SECONDS
        ends = loop.time() + (self.patience_when_busy if is_standing else self.patience)
        place: asyncio.Future[None] = loop.create_future()
        self.queue.append(place)
        try:
            async with asyncio.timeout_at(ends if by is None else min(ends, by)):
                await place
        except TimeoutError:
            self._forget(place)
            # The place may have come free in the very moment in which patience ended.
            return place.done() and not place.cancelled()
        except asyncio.CancelledError:
            # Who was given a place in the moment of going gives it to the next.
            if place.done() and not place.cancelled():
                self.leave()
            self._forget(place)
            raise
        return True

    def _forget(self, place: "asyncio.Future[None]") -> None:
        if place in self.queue:
            self.queue.remove(place)

    def leave(self) -> None:
        """Give one's place to who has waited longest."""
        while self.queue:
            place = self.queue.popleft()
            if not place.done():
                place.set_result(None)
                return
        self.inside -= 1
        self.empty_at = asyncio.get_running_loop().time()


class Gate:
    """Pure ASGI, around everything else: a refusal costs next to nothing, not even a line in the log."""

    def __init__(self, app: ASGIApp, *, telemetry: Telemetry) -> None:
        self.app = app
        self.telemetry = telemetry
        self._turnstile: Turnstile | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].endswith(ALWAYS):
            await self.app(scope, receive, send)
            return
        turnstile = self._of(scope)
        self.telemetry.waiting.set(len(turnstile.queue))
        deadline = brought(scope)
        if not await turnstile.enter(by=deadline.ends if deadline is not None else None):
            await self._refuse(scope, receive, send)
            return
        is_inside = True

        async def watch(message: Message) -> None:
            nonlocal is_inside
            # Streams stay open for hours and cost nothing while nothing happens.
            if is_inside and message["type"] == "http.response.start" and _is_stream(message):
                is_inside = False
                turnstile.leave()
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            if is_inside:
                turnstile.leave()

    def _of(self, scope: Scope) -> Turnstile:
        if self._turnstile is None:
            settings = scope["app"].state.house.settings
            self._turnstile = Turnstile(settings.most_at_once, settings.wait_seconds, settings.wait_seconds_when_busy)
        return self._turnstile

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.telemetry.refused.inc()
        request_id = str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id
        refusal = answer(Request(scope), Overloaded())
        refusal.headers["x-request-id"] = request_id
        refusal.headers["cache-control"] = "no-store"
        await refusal(scope, receive, send)


def _is_stream(message: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream")
        for name, value in message.get("headers", ())
    )
