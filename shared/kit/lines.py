"""The line to one peer: so many calls at once, each with an end, and repetitions that stay few.

A peer that is slow, silent or broken then costs those who need it, for as long as they said they would wait, and
nobody else: its callers wait at its own line, with connections of their own.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from shared.kit import tracing
from shared.kit.database import is_in_transaction
from shared.kit.deadlines import HEADER, left_for_peers

# Half of what a service begins at once (the gate's 32): the other half stays for what needs another peer, or none.
PLACES: Final = 16
WAIT_FOR_PLACE_SECONDS: Final = 1.0
# Every call says how long it may take; none says more than this.
LONGEST_SECONDS: Final = 60.0
# A repetition for every ten calls, and after a long calm ten in a row.
EARNED_BY_A_CALL: Final = 0.1
MOST_SAVED: Final = 10.0
PAUSE_SECONDS: Final = (0.02, 0.1)


class PeerBusy(httpx.PoolTimeout):
    """As many calls to this peer are under way as may be, and none of them ended soon."""


class InsideTransaction(RuntimeError):
    """A peer was called while a transaction was open: it would hold a connection, and maybe locks, meanwhile."""

    def __init__(self) -> None:
        super().__init__("A peer is asked outside any transaction: set a timer and let an errand ask (decision 0020).")


async def go_along(request: httpx.Request) -> None:
    """Every call belongs to the trace of what set it off, and none is made inside a transaction."""
    if is_in_transaction():
        raise InsideTransaction
    trace = tracing.current()
    if trace is not None:
        request.headers[tracing.HEADER] = trace


@dataclass(slots=True)
class RetryBudget:
    """Repetitions are earned by calls, so that they never add more than a tenth to what a sick peer is asked."""

    saved: float = 0.0

    def earn(self) -> None:
        self.saved = min(MOST_SAVED, self.saved + EARNED_BY_A_CALL)

    def spend(self) -> bool:
        """Whether one more may be made; if so it is counted."""
        # Ten tenths are a hair less than one.
        if self.saved < 1.0 - 1e-9:
            return False
        self.saved -= 1.0
        return True


@dataclass(slots=True)
class Line:
    """All calls of one process to one peer."""

    http: httpx.AsyncClient
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PLACES))
    budget: RetryBudget = field(default_factory=RetryBudget)

    @classmethod
    def over(cls, transport: httpx.AsyncBaseTransport | None) -> "Line":
        hooks = {"request": [go_along]}
        return cls(httpx.AsyncClient(transport=transport, timeout=LONGEST_SECONDS, trust_env=False, event_hooks=hooks))

    async def ask(self, method: str, url: str, *, seconds: float, repeats: bool, **request: Any) -> httpx.Response:
        """One call, answered or given up within `seconds` and within the deadline of what it is for.

        `repeats`: asked twice it does no more than once, so that it may be asked again where the connection broke.

        Raises:
            httpx.HTTPError: it was not answered; nothing is known of what the peer did.
        """
        self.budget.earn()
        async with self._by(seconds) as ends, self._place():
            while True:
                try:
                    return await self.http.request(method, url, **_saying(request, ends))
                except httpx.TransportError as broken:
                    is_late = isinstance(broken, httpx.TimeoutException)
                    if is_late or not repeats or not self.budget.spend():
                        raise
                repeats = False
                # A peer that starts again is not met by all of its callers in the same moment.
                await asyncio.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 -- no secret, only spread

    @asynccontextmanager
    async def open(self, url: str, *, seconds: float, **request: Any) -> AsyncIterator[httpx.Response]:
        """Something large, as it comes: it begins within `seconds`, and no silence within it is longer."""
        wanted = self.http.build_request("GET", url, timeout=httpx.Timeout(seconds), **request)
        async with self._place():
            async with self._by(seconds):
                answer = await self.http.send(wanted, stream=True)
            try:
                yield answer
            finally:
                await answer.aclose()

    @asynccontextmanager
    async def _by(self, seconds: float) -> AsyncIterator[float]:
        """Until when this must end, in the loop's time; what takes longer is given up."""
        left = left_for_peers()
        ends = asyncio.get_running_loop().time() + (seconds if left is None else min(seconds, left))
        limit = asyncio.timeout_at(ends)
        try:
            async with limit:
                yield ends
        except TimeoutError as late:
            if not limit.expired():
                raise
            raise httpx.ReadTimeout("The peer did not answer in time.") from late

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        limit = asyncio.timeout(WAIT_FOR_PLACE_SECONDS)
        try:
            async with limit:
                await self.places.acquire()
        except TimeoutError as busy:
            raise PeerBusy("As many calls to this peer are under way as may be.") from busy
        try:
            yield
        finally:
            self.places.release()


def _saying(request: dict[str, Any], ends: float) -> dict[str, Any]:
    """The request, with how long its answer is waited for."""
    left = max(1, int((ends - asyncio.get_running_loop().time()) * 1000))
    return {**request, "headers": {**request.get("headers", {}), HEADER: str(left)}}
