"""Two thousand facts from a feed in any weather, to two copies of a listener that stumbles (promise R2)."""

import asyncio
import random
from collections.abc import Sequence

import httpx
import pytest

from shared.kit.database import Database
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import Listener, Moved, replay_parked
from shared.kit.feed.log import announce
from shared.kit.feed.reading import Position
from tests.figures import Figure
from tests.kit.ears import BATCH, Ear, effects, listener, tallies
from tests.kit.scratch import SOMEBODY, Noted, Scratch, heard

SEED = 20261125
FACTS, SUBJECTS = 2000, 40
HANG_GUARD = 120


class Weather:
    """Everything that can happen to a call of the feed, by seed."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.chance, self.before = database, random.Random(seed), list[HeardFact]()

    async def fetch(self, after: str | None) -> Sequence[HeardFact]:
        match self.chance.choices(["fine", "times out", "again", "cut"], [6, 1, 1, 2])[0]:
            case "times out":
                raise httpx.ReadTimeout("no answer")
            case "again":
                return self.before
            case "cut":
                batch = list(await heard(self.database, after, limit=BATCH))
                return batch[: max(len(batch) // 2, 1)]
        self.before = list(await heard(self.database, after, limit=BATCH))
        return self.before


async def _publish_at_random(scratch: Scratch, seed: int) -> dict[str, list[int]]:
    """Facts of many subjects from four writers at once; some writers undo what they wrote."""
    chance, written = random.Random(seed), dict[str, list[int]]()
    by_writer = [[f"{writer}.{number}" for number in range(SUBJECTS // 4)] for writer in range(4)]

    async def write(mine: list[str]) -> None:
        left = FACTS // 4
        while left:
            piece = [chance.choice(mine) for _ in range(min(chance.randint(1, 9), left))]
            undone = chance.random() < 0.1
            numbers = {thing: len(written.get(thing, ())) for thing in mine}
            try:
                async with scratch.database.work(SOMEBODY) as session:
                    for thing in piece:
                        numbers[thing] += 1
                        announce(session, Noted(thing=thing, n=numbers[thing]))
                    if undone:
                        await session.flush()
                        raise RuntimeError("undone")
            except RuntimeError:
                continue
            for thing in piece:
                written.setdefault(thing, []).append(len(written.get(thing, ())) + 1)
            left -= len(piece)

    await asyncio.gather(*(write(mine) for mine in by_writer))
    return written


async def _work(copy: Listener, is_over: asyncio.Event) -> None:
    """One copy of a listener, as its loop would run, until all is published and nothing new comes."""
    quiet = 0
    while quiet < 5:
        try:
            taken = await copy.step()
        except (Moved, httpx.ReadTimeout):
            taken = 1
        quiet = quiet + 1 if is_over.is_set() and not taken else 0
        await asyncio.sleep(0)


@pytest.mark.slow
async def test_two_thousand_facts_take_effect_once_and_in_order_in_any_weather(
    unheard: Scratch, figure: Figure
) -> None:
    stumbles = {(f"{writer}.{number}", n) for writer in range(4) for number in range(10) for n in range(1, 50, 7)}
    poisoned = "2.7"
    ear = Ear(poisoned={poisoned}, stumbles={pair for pair in stumbles if pair[0] != poisoned})
    copies = [listener(unheard.database, ear) for _ in range(2)]
    for number, copy in enumerate(copies):
        copy.fetch = Weather(unheard.database, SEED + number).fetch
    is_over = asyncio.Event()
    async with asyncio.timeout(HANG_GUARD), asyncio.TaskGroup() as group:
        for copy in copies:
            group.create_task(_work(copy, is_over))
        written = await _publish_at_random(unheard, SEED)
        is_over.set()
    assert sum(map(len, written.values())) == FACTS
    # What stumbled twice in a batch was parked; an operator lets it be tried again.
    for subject in {row["subject"] for row in await unheard.owner.fetch("SELECT subject FROM parked_fact")} - {
        poisoned
    }:
        while await unheard.owner.fetchval("SELECT count(*) FROM parked_fact WHERE subject = $1", subject):
            await replay_parked(copies[0], subject=subject)
    took = await effects(unheard)
    assert took == {thing: numbers for thing, numbers in written.items() if thing != poisoned}, f"seed {SEED}"
    ear.poisoned.clear()
    assert await replay_parked(copies[0], subject=poisoned) == len(written[poisoned])
    assert await effects(unheard) == written
    assert await tallies(unheard) == sorted((thing, len(n), len(n)) for thing, n in written.items())
    position = Position.parse(await unheard.owner.fetchval("SELECT position FROM listener_position"))
    assert position == await unheard.end()
    figure("R2", facts=FACTS, lost=0, applied_twice=0, out_of_order=0)
