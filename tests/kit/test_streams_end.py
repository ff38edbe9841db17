"""Streams end: with the token, with the service, with a client too slow; and whoever comes again lost nothing."""

import asyncio
import time
from contextlib import AsyncExitStack

from shared.kit import revocations
from shared.kit.clock import now
from shared.kit.feed.reading import Position
from shared.kit.streams.follower import LAST_WORD_SECONDS, MOST_WAITING
from shared.kit.streams.hub import Hub
from shared.kit.streams.room import MOST_OPEN
from shared.schemas.facts.identity import AccessRevoked
from tests.city import token
from tests.kit.following import following
from tests.kit.scratch import SOMEBODY, Noted, Scratch
from tests.kit.scratch_streams import MACHINE, hub, moment, open_, say, thing
from tests.people import HEAD, OPERATOR


async def test_a_token_that_is_called_back_ends_its_streams_within_seconds(scratch: Scratch) -> None:
    async with open_(scratch, OPERATOR) as stream, open_(scratch, HEAD) as other:
        for each in (stream, other):
            await each.until("event: position")
        async with scratch.database.work(SOMEBODY) as session:
            await revocations.refuse_tokens(session, AccessRevoked(account=OPERATOR.subject, before=now(session)))
        await stream.end(5)
        assert "called back" in stream.text
        assert not other.is_over
    scratch.database.memory[revocations.MEMORY].clear()


async def test_a_token_that_is_over_ends_its_streams(scratch: Scratch) -> None:
    header = {"Authorization": f"Bearer {token(*OPERATOR.grants, lasts=1)}"}
    began = time.monotonic()
    async with following(scratch.city.apps["needs"], "/needs/v1/stream", header) as stream:
        await stream.end(6)
    assert "your token is over" in stream.text
    assert time.monotonic() - began < 5


async def test_a_slow_client_is_left_behind_and_delays_nobody(scratch: Scratch) -> None:
    subject, start = thing(), str(await moment(scratch))
    facts = [Noted(thing=f"{subject}-{n}", n=n) for n in range(MOST_WAITING + 100)]
    async with open_(scratch) as slow, open_(scratch) as quick:
        for stream in (slow, quick):
            await stream.until("event: position")
        slow.reads.clear()
        await say(scratch, Noted(thing="361002100 first"))
        await quick.until(1)
        for begin in range(0, len(facts), 100):
            await say(scratch, *facts[begin : begin + 100])
            await asyncio.sleep(0.1)
        await quick.until(len(facts) + 1)
        slow.reads.set()
        await slow.end()
        assert "you read too slowly" in slow.text
    place, heard = slow.last_id, slow.subjects
    async with open_(scratch, after=place, timeout=0) as again:
        await again.end()
    assert heard + again.subjects == await scratch.read(Position.parse(start), limit=1000)


async def test_a_client_that_reads_nothing_does_not_stay(scratch: Scratch) -> None:
    async with open_(scratch) as stalled:
        await stalled.until("event: position")
        stalled.reads.clear()
        await say(scratch, Noted(thing=thing()))
        await asyncio.sleep(0.5)
        hub(scratch).close()
        await asyncio.sleep(LAST_WORD_SECONDS + 0.5)
        assert hub(scratch).count_of(OPERATOR.subject) == 0
    reopen(scratch)


def reopen(scratch: Scratch) -> None:
    """A hub that was closed stays closed; the house gets another."""
    old, house = hub(scratch), scratch.city.house("needs")
    house.hub = Hub(old.service, old.stream, old.database, old.verifier)


async def test_a_service_that_ends_lets_its_streams_go_at_once(scratch: Scratch) -> None:
    async with open_(scratch) as stream:
        await stream.until("event: position")
        scratch.city.house("needs").end_streams()
        await stream.end(1)
        assert "the service restarts" in stream.text
        assert (await scratch.city.get("needs", "/stream", OPERATOR)).status_code == 503
    reopen(scratch)


async def test_nothing_is_open_in_the_database_while_one_waits(scratch: Scratch) -> None:
    async with open_(scratch) as stream:
        await stream.until("event: position")
        for _ in range(20):
            await asyncio.sleep(0.03)
            held = await scratch.owner.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
                " AND now() - xact_start > interval '200 milliseconds'"
            )
            assert held == 0


async def test_a_database_that_goes_away_loses_nobody_a_fact(scratch: Scratch) -> None:
    subject = thing()
    async with open_(scratch) as stream:
        await stream.until("event: position")
        await scratch.owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        async with asyncio.timeout(5):
            while True:
                try:
                    await say(scratch, Noted(thing=subject))
                    break
                except Exception:  # noqa: BLE001 -- each connection of the pool finds out by itself
                    await asyncio.sleep(0.05)
        for _ in range(200):
            if stream.is_over or stream.facts:
                break
            await asyncio.sleep(0.05)
    place, heard = stream.last_id, stream.subjects
    async with open_(scratch, after=place, timeout=0) as again:
        await again.end()
    assert heard + again.subjects == [subject]


async def test_one_account_does_not_open_streams_without_end(scratch: Scratch) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(MOST_OPEN):
            await (await stack.enter_async_context(open_(scratch))).until("event: position")
        refused = await scratch.city.get("needs", "/stream", OPERATOR)
        assert refused.status_code == 429
        assert refused.headers["retry-after"]
        async with open_(scratch, HEAD) as other:
            await other.until("event: position")
    async with open_(scratch) as later:
        await later.until("event: position")


async def test_a_client_that_leaves_is_forgotten(scratch: Scratch) -> None:
    async with open_(scratch) as stream:
        await stream.until("event: position")
        assert hub(scratch).count_of(OPERATOR.subject) == 1
    assert hub(scratch).count_of(OPERATOR.subject) == 0
    assert (await scratch.city.get("needs", "/stream", MACHINE)).status_code == 403
