"""Timers: each takes effect once, survives its failure, and a played year unfolds in order."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.clock import now
from shared.kit.database import Database
from shared.kit.feed.log import announce
from shared.kit.timers import MOST_ATTEMPTS, TOGETHER, Timer, TimerLoop, cancel_timers, given_up, set_timer
from tests.kit.scratch import SOMEBODY, Noted, Scratch

KIND = "scratch"
START = datetime.fromisoformat("2026-02-13T16:00:00+08:00")
NOTE = text("INSERT INTO effect (subject, n, at) VALUES (:subject, :n, :at)")
Act = Callable[[AsyncSession, Timer], Awaitable[None]]


async def note(session: AsyncSession, timer: Timer) -> None:
    await session.execute(NOTE, {"subject": timer.subject, "n": timer.payload.get("n", 0), "at": now(session)})
    announce(session, Noted(thing=f"timer {timer.subject}"))


def loop(database: Database, act: Act = note) -> TimerLoop:
    return TimerLoop("needs", database, {KIND: act})


@pytest.fixture
async def clean(scratch: Scratch) -> Scratch:
    """No timers, no effects."""
    await scratch.owner.execute("TRUNCATE timer, effect")
    return scratch


async def set_all(scratch: Scratch, *dues: tuple[str, datetime], **payload: Any) -> None:
    async with scratch.database.work(SOMEBODY) as session:
        for subject, due in dues:
            await set_timer(session, KIND, subject, due=due, **payload)


async def effects(scratch: Scratch) -> list[tuple[str, datetime]]:
    return [(row["subject"], row["at"]) for row in await scratch.owner.fetch("SELECT * FROM effect ORDER BY place")]


async def test_two_loops_at_once_fire_each_timer_once(clean: Scratch) -> None:
    await set_all(clean, *((str(number), START) for number in range(100)))
    loops = [loop(clean.database) for _ in range(4)]
    counts = await asyncio.gather(*(each.fire_until(START) for each in loops))
    assert sorted(subject for subject, _ in await effects(clean)) == sorted(map(str, range(100)))
    assert sum(counts) == 100
    assert sum(count > 0 for count in counts) > 1, "they work side by side"


async def test_a_timer_that_somebody_works_on_is_left_to_them(clean: Scratch) -> None:
    await set_all(clean, ("slow", START), ("next", START + timedelta(seconds=1)))
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slowly(session: AsyncSession, timer: Timer) -> None:
        began.set()
        await may_end.wait()
        await note(session, timer)

    async with asyncio.timeout(10):
        slow = asyncio.create_task(loop(clean.database, slowly).fire_next(START))
        await began.wait()
        assert await loop(clean.database).fire_until(START + timedelta(hours=1)) == 1
        assert [subject for subject, _ in await effects(clean)] == ["next"]
        may_end.set()
        await slow
    assert [subject for subject, _ in await effects(clean)] == ["next", "slow"]


async def test_played_timers_fire_in_the_order_of_their_times_each_at_its_own(clean: Scratch) -> None:
    dues = [("c", START + timedelta(days=9)), ("a", START), ("b", START + timedelta(hours=1))]
    await set_all(clean, *dues)
    assert await loop(clean.database).fire_until(START + timedelta(days=30)) == 3
    assert await effects(clean) == sorted(dues, key=lambda due: due[1])
    told = await clean.owner.fetch("SELECT subject, time FROM fact WHERE subject LIKE 'timer _' ORDER BY number")
    assert [row["time"] for row in told[-3:]] == [due for _, due in sorted(dues, key=lambda due: due[1])]


async def test_a_timer_that_a_timer_sets_takes_its_turn(clean: Scratch) -> None:
    async def again(session: AsyncSession, timer: Timer) -> None:
        await note(session, timer)
        if timer.subject == "first":
            await set_timer(session, KIND, "between", due=now(session) + timedelta(hours=1))

    await set_all(clean, ("first", START), ("last", START + timedelta(days=1)))
    await loop(clean.database, again).fire_until(START + timedelta(days=2))
    assert [subject for subject, _ in await effects(clean)] == ["first", "between", "last"]


async def test_nothing_fires_before_its_time(clean: Scratch) -> None:
    await set_all(clean, ("later", START))
    assert await loop(clean.database).fire_until(START - timedelta(seconds=1)) == 0
    assert await loop(clean.database).fire_until(START) == 1


async def test_what_was_cancelled_never_fires(clean: Scratch) -> None:
    await set_all(clean, ("gone", START), ("stays", START))
    async with clean.database.work(SOMEBODY) as session:
        await cancel_timers(session, "gone", kind="another")
        await cancel_timers(session, "gone", kind=KIND)
    await loop(clean.database).fire_until(START)
    assert [subject for subject, _ in await effects(clean)] == ["stays"]


async def test_a_timer_set_by_what_was_rolled_back_never_fires(clean: Scratch) -> None:
    async def fail() -> None:
        async with clean.database.work(SOMEBODY) as session:
            await set_timer(session, KIND, "undone", due=START)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await loop(clean.database).fire_until(START) == 0


async def test_many_in_one_transaction_fire_as_if_each_were_alone(clean: Scratch) -> None:
    """In the order of their times, each at its own, with what they set and cancel meanwhile."""

    async def act(session: AsyncSession, timer: Timer) -> None:
        await note(session, timer)
        if timer.subject == "first":
            await set_timer(session, KIND, "between", due=now(session) + timedelta(hours=1))
            await cancel_timers(session, "gone")

    last = START + timedelta(days=1)
    await set_all(clean, ("first", START), ("gone", START + timedelta(minutes=1)), ("last", last))
    many = [(f"later {number:03}", last + timedelta(minutes=number)) for number in range(1, 2 * TOGETHER)]
    await set_all(clean, *many)
    fired = await loop(clean.database, act).fire_until(START + timedelta(days=9), together=True)
    expected = [("first", START), ("between", START + timedelta(hours=1)), ("last", last), *many]
    assert await effects(clean) == expected
    assert fired == len(expected)
    assert await clean.owner.fetchval("SELECT count(DISTINCT xmin::text) FROM effect") <= 4
    told = await clean.owner.fetch("SELECT time FROM fact WHERE subject LIKE 'timer later%' ORDER BY number")
    assert [row["time"] for row in told[-len(many) :]] == [due for _, due in many]


async def test_one_that_fails_among_many_is_put_off_alone(clean: Scratch) -> None:
    async def never(session: AsyncSession, timer: Timer) -> None:
        await note(session, timer)
        if timer.subject == "bad":
            raise ValueError

    await set_all(clean, ("good", START), ("bad", START + timedelta(seconds=1)), ("other", START + timedelta(hours=1)))
    assert await loop(clean.database, never).fire_until(START + timedelta(seconds=2), together=True) == 2
    assert await effects(clean) == [("good", START)]
    left = await clean.owner.fetch("SELECT subject, attempts FROM timer ORDER BY due")
    assert [tuple(row) for row in left] == [("bad", 1), ("other", 0)]


@pytest.mark.parametrize("at_commit", [False, True], ids=["in its function", "at its commit"])
async def test_a_failure_is_rolled_back_and_put_off_and_holds_up_nobody(clean: Scratch, at_commit: bool) -> None:
    tries = 0

    async def stumble(session: AsyncSession, timer: Timer) -> None:
        nonlocal tries
        await note(session, timer)
        tries += timer.subject == "bad"
        if timer.subject == "bad" and tries == 1:
            if not at_commit:
                raise ValueError("personal")
            await session.execute(text("INSERT INTO note VALUES (gen_random_uuid(), 'x', now(), gen_random_uuid())"))

    await set_all(clean, ("bad", START), ("good", START + timedelta(seconds=1)))
    stumbling = loop(clean.database, stumble)
    await stumbling.fire_until(START + timedelta(seconds=1))
    assert [subject for subject, _ in await effects(clean)] == ["good"]
    waiting = await clean.owner.fetchrow("SELECT due, attempts, given_up FROM timer")
    assert waiting is not None
    assert (waiting["attempts"], waiting["given_up"]) == (1, None)
    assert waiting["due"] > START + timedelta(seconds=1)
    await stumbling.fire_until(START + timedelta(minutes=1))
    assert [subject for subject, _ in await effects(clean)] == ["good", "bad"]
    assert await clean.owner.fetchval("SELECT count(*) FROM timer") == 0


async def test_after_eight_failures_it_is_given_up_and_left_to_be_seen(clean: Scratch) -> None:
    tries: list[datetime] = []

    async def never(session: AsyncSession, timer: Timer) -> None:
        tries.append(now(session))
        raise ValueError("personal")

    await set_all(clean, ("bad", START))
    hopeless = loop(clean.database, never)
    for hour in range(12):
        await hopeless.fire_until(START + timedelta(hours=hour))
    assert len(tries) == MOST_ATTEMPTS == 8
    assert tries == sorted(tries)
    async with clean.database.work(SOMEBODY) as session:
        assert await given_up(session) == 1
    assert await clean.owner.fetchval("SELECT given_up FROM timer") == "builtins.ValueError"


async def test_live_a_timer_fires_at_the_clock_of_the_wall(clean: Scratch) -> None:
    await set_all(clean, ("live", START))
    moment = START + timedelta(days=5)
    assert await loop(clean.database).fire_next(moment)
    assert await effects(clean) == [("live", moment)]


async def test_a_kind_that_this_service_does_not_know_is_left_alone(clean: Scratch) -> None:
    async with clean.database.work(SOMEBODY) as session:
        await set_timer(session, "of a later version", "x", due=START)
    assert await loop(clean.database).fire_until(START) == 0
    assert await clean.owner.fetchval("SELECT count(*) FROM timer") == 1
