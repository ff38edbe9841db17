"""The gate: a burst waits and is served, a flood is told to come back, and what was let in is let out again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from shared.kit.gate import Gate, Turnstile
from shared.kit.telemetry import Telemetry


class Work:
    """An application that works as long as it is told to, and knows how many it worked for at once."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.begun: asyncio.Queue[None] = asyncio.Queue()
        self.now = self.most = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        self.begun.put_nowait(None)
        kind = b"text/event-stream" if scope["path"] == "/stream" else b"text/plain"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        await self.may_end.wait()
        self.now -= 1
        await send({"type": "http.response.body", "body": b"done"})


@asynccontextmanager
async def at_the_gate(work: Work, **limits: Any) -> AsyncIterator[tuple[Callable[[str], Any], Telemetry]]:
    """Hands to ask through the gate, and what it counted."""
    settings = SimpleNamespace(**{"most_at_once": 2, "wait_seconds": 5.0, "wait_seconds_when_busy": 5.0} | limits)
    telemetry = Telemetry("scratch")
    gate = Gate(work, telemetry=telemetry)
    house = SimpleNamespace(state=SimpleNamespace(house=SimpleNamespace(settings=settings)))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await gate({**scope, "app": house}, receive, send)

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gate", headers={"Accept-Language": "zh"}) as one:
        yield one.get, telemetry


async def begun(work: Work, count: int) -> None:
    """Wait until so many more have been begun."""
    for _ in range(count):
        await asyncio.wait_for(work.begun.get(), 5)


async def test_a_burst_is_served_whole_and_never_more_at_once_than_may_be() -> None:
    work = Work()
    async with at_the_gate(work) as (ask, _):
        asked = [asyncio.create_task(ask("/")) for _ in range(20)]
        await begun(work, 2)
        work.may_end.set()
        assert [answer.status_code for answer in await asyncio.gather(*asked)] == [200] * 20
    assert work.most == 2


async def test_who_would_wait_too_long_is_told_when_to_come_back_in_the_one_form() -> None:
    work = Work()
    async with at_the_gate(work, wait_seconds=0.01) as (ask, telemetry):
        inside = [asyncio.create_task(ask("/")) for _ in range(2)]
        await begun(work, 2)
        refused = await ask("/")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["request_id"] == refused.headers["x-request-id"]
        assert "稍" in refused.json()["detail"] or "重试" in refused.json()["detail"]
        assert telemetry.registry.get_sample_value("fuzhou_requests_refused_total") == 1
        work.may_end.set()
        assert [answer.status_code for answer in await asyncio.gather(*inside)] == [200, 200]
        assert (await ask("/")).status_code == 200, "afterwards there is room again"


async def test_whether_it_lives_is_answered_in_the_worst_hour() -> None:
    work = Work()
    async with at_the_gate(work, wait_seconds=0.01) as (ask, _):
        inside = [asyncio.create_task(ask("/")) for _ in range(2)]
        await begun(work, 2)
        asked = asyncio.create_task(ask("/needs/health/live"))
        await begun(work, 1)
        work.may_end.set()
        assert (await asked).status_code == 200
        await asyncio.gather(*inside)


async def test_a_stream_takes_nobodys_place() -> None:
    work = Work()
    async with at_the_gate(work, wait_seconds=0.01) as (ask, _):
        streams = [asyncio.create_task(ask("/stream")) for _ in range(10)]
        await begun(work, 10)
        work.may_end.set()
        assert {answer.status_code for answer in await asyncio.gather(*streams)} == {200}


async def test_a_queue_that_stands_is_waited_in_for_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.kit.gate.STANDING_QUEUE_SECONDS", 0.005)
    turnstile = Turnstile(1, patience=60.0, patience_when_busy=0.01)
    assert await turnstile.enter()
    patient = asyncio.create_task(turnstile.enter())
    await asyncio.sleep(0.01)
    assert not await turnstile.enter(), "the queue has stood, so the next one is sent away soon"
    turnstile.leave()
    assert await patient


async def test_a_place_given_to_somebody_who_leaves_is_given_on() -> None:
    turnstile = Turnstile(1, patience=60.0, patience_when_busy=60.0)
    assert await turnstile.enter()
    first, second = asyncio.create_task(turnstile.enter()), asyncio.create_task(turnstile.enter())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    turnstile.leave()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await asyncio.wait_for(second, 1)
    turnstile.leave()
    assert turnstile.inside == 0
