"""Deadlines: who is not waited for any more stops, and holds nothing; and no peer is asked inside a transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx
import pytest

from shared.kit.deadlines import HEADER
from shared.kit.lines import InsideTransaction
from shared.kit.peers import PeerAway, Peers
from tests.kit.scratch import SOMEBODY, Scratch
from tests.people import OPERATOR

START = datetime.fromisoformat("2026-02-13T16:00:00+08:00")
SHORT = {HEADER: "150"}
STUCK = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@asynccontextmanager
async def nothing_gets_in(scratch: Scratch) -> AsyncIterator[None]:
    """Somebody holds the table, and whoever wants to write into it waits."""
    async with scratch.owner.transaction():
        await scratch.owner.execute("LOCK TABLE note IN ACCESS EXCLUSIVE MODE")
        yield


async def add(scratch: Scratch, word: str, **options: object) -> httpx.Response:
    return await scratch.city.post("needs", "/notes", OPERATOR, {"word": word}, **options)


async def test_who_brings_a_deadline_is_answered_by_it_and_nothing_goes_on_behind(scratch: Scratch) -> None:
    async with asyncio.timeout(20):
        async with nothing_gets_in(scratch):
            # More than the pool has connections: each comes back.
            told = [await add(scratch, "late", headers=dict(SHORT)) for _ in range(7)]
            assert await scratch.owner.fetchval(STUCK) == 0
        assert {(answer.status_code, answer.json()["type"]) for answer in told} == {
            (503, "urn:fuzhou:problem:too-late")
        }
        assert {answer.headers["retry-after"] for answer in told} == {"1"}
    assert (await add(scratch, "in time", headers={HEADER: "20000"})).status_code == 201
    assert await scratch.notes("late") == []


async def test_what_was_stopped_may_be_sent_again_with_its_key(scratch: Scratch) -> None:
    async with nothing_gets_in(scratch):
        assert (await add(scratch, "again", key="again", headers=dict(SHORT))).status_code == 503
    assert (await add(scratch, "again", key="again")).status_code == 201
    assert len(await scratch.notes("again")) == 1


@pytest.mark.parametrize("written", ["soon", "-5", "0", "1e3", "99999999999", ""])
async def test_a_deadline_that_cannot_be_read_is_none(scratch: Scratch, written: str) -> None:
    assert (await add(scratch, f"odd {written}", headers={HEADER: written})).status_code == 201


async def test_a_peer_cannot_be_asked_inside_a_transaction(scratch: Scratch) -> None:
    settings = scratch.city.house("needs").settings.model_copy(update={"peers": {"matching": "http://matching"}})
    peers, url = Peers("needs", settings, transport=scratch.city.network), "http://identity/identity/v1/anything"
    ways: list[Callable[[], Awaitable[Any]]] = [
        lambda: peers.post(url, {}, key="k", at=START), lambda: peers.on_behalf("t", "GET", url), peers.public_keys,
        lambda: peers.read("matching", "facts", {}), lambda: peers.feed_of("matching")(None),
        lambda: peers.is_ready(url, seconds=1), lambda: peers.exchange(url, {}),
    ]  # fmt: skip
    async with scratch.database.work(SOMEBODY):
        for ask in ways:
            with pytest.raises(InsideTransaction):
                await ask()
    await peers.close()


async def test_what_began_inside_a_transaction_and_outlives_it_may_ask(scratch: Scratch) -> None:
    peers, is_over = scratch.city.house("needs").peers, asyncio.Event()

    async def later() -> None:
        await is_over.wait()
        with pytest.raises(PeerAway):
            await peers.read("nobody", "facts", {})
        assert await peers.public_keys()

    async with scratch.database.work(SOMEBODY):
        task = asyncio.create_task(later())
        await asyncio.sleep(0)
    is_over.set()
    await task
