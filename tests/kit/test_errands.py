"""Errands: what asks a peer does so outside any transaction, and is run again when it dies on the way."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.peers import Peers
from shared.kit.settings import SharedSettings
from shared.kit.timers import LEASE, MOST_ATTEMPTS, Errand, Running, Timer, TimerLoop, given_up, set_timer
from tests.kit.scratch import SOMEBODY, Scratch

KIND = "scratch"
START = datetime.fromisoformat("2026-02-13T16:00:00+08:00")


def loop(scratch: Scratch, run: Running) -> TimerLoop:
    settings = SharedSettings(database_url=SecretStr("postgresql://nowhere"), keys_file=Path("nowhere"))
    return TimerLoop("needs", scratch.database, {}, {KIND: run}, Peers("needs", settings))


@pytest.fixture
async def clean(scratch: Scratch) -> Scratch:
    """One errand is due."""
    await scratch.owner.execute("TRUNCATE timer, effect")
    async with scratch.database.work(SOMEBODY) as session:
        await set_timer(session, KIND, "one", due=START)
    return scratch


async def test_while_an_errand_runs_no_transaction_is_open_and_nobody_else_runs_it(clean: Scratch) -> None:
    seen: list[object] = []

    async def run(errand: Errand) -> None:
        held = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND datname = current_database()"
        seen.append(await clean.owner.fetchval(held))
        seen.append(await loop(clean, run).fire_next(START))
        async with errand.work() as session:
            await errand.done(session)

    assert await loop(clean, run).fire_until(START + timedelta(days=1)) == 1
    assert seen == [0, False]
    assert await clean.owner.fetchval("SELECT count(*) FROM timer") == 0


async def test_an_errand_whose_runner_died_is_run_again_when_its_lease_is_over(clean: Scratch) -> None:
    runs: list[datetime] = []

    async def die(errand: Errand) -> None:
        runs.append(errand.at)

    assert await loop(clean, die).fire_next(START, at_due_time=True)
    assert not await loop(clean, die).fire_next(START + LEASE / 2)
    assert await loop(clean, die).fire_next(START + LEASE, at_due_time=True)
    assert runs == [START, START + LEASE]


async def test_an_errand_that_fails_is_put_off_and_at_last_left_to_be_seen(clean: Scratch) -> None:
    attempts: list[int] = []

    async def fail(errand: Errand) -> None:
        attempts.append(errand.attempts)
        raise OSError

    for hours in range(MOST_ATTEMPTS + 2):
        await loop(clean, fail).fire_until(START + timedelta(hours=hours))
    assert attempts == list(range(MOST_ATTEMPTS))
    async with clean.database.work(SOMEBODY) as session:
        assert await given_up(session) == 1


async def test_among_timers_that_fire_together_an_errand_runs_in_its_turn(clean: Scratch) -> None:
    told: list[tuple[str, datetime]] = []

    async def run(errand: Errand) -> None:
        told.append((errand.subject, errand.at))
        async with errand.work() as session:
            await errand.done(session)

    async def fire(session: AsyncSession, timer: Timer) -> None:
        told.append((timer.subject, timer.due))
        assert timer.payload == {"of": timer.subject}

    minute = timedelta(minutes=1)
    expected = [("first", START - minute), ("second", START - minute / 2), ("one", START), ("third", START + minute)]
    async with clean.database.work(SOMEBODY) as session:
        for subject, due in expected:
            if subject != "one":
                await set_timer(session, "plain", subject, due=due, of=subject)
    both = loop(clean, run)
    both.firings = {"plain": fire}
    assert await both.fire_until(START + minute, together=True) == len(expected)
    assert told == expected
