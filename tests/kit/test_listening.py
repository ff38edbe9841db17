"""Listening: each fact takes effect once and in order, whatever the feed and the handlers do (promise R2)."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.clock import now
from shared.kit.database import Database
from shared.kit.feed.listening import HeardFact, Listener, Moved, parked, replay_parked, rewind
from shared.kit.feed.log import announce
from shared.kit.feed.reading import Position
from tests.kit.scratch import SOMEBODY, Counted, Noted, Scratch, heard

SEED = 20261125
FACTS, SUBJECTS, BATCH = 2000, 40, 50
HANG_GUARD = 120
NOTE = text("INSERT INTO effect (subject, n, at) VALUES (:subject, :n, :at)")
COUNT = text(
    "INSERT INTO tally VALUES (:subject, :n, :by) ON CONFLICT (subject)"
    " DO UPDATE SET last = :n, count = tally.count + :by"
)


@dataclass
class Ear:
    """A handler with a projection, and what goes wrong with it."""

    poisoned: set[str] = field(default_factory=set)
    stumbles: set[tuple[str, int]] = field(default_factory=set)
    # What a poisoned subject adds to its count: the table's own rule refuses it.
    by_rule: bool = False
    says_so: bool = False

    async def __call__(self, session: AsyncSession, fact: Noted) -> None:
        poison = fact.thing in self.poisoned
        await session.execute(NOTE, {"subject": fact.thing, "n": fact.n, "at": now(session)})
        by = 2_000_000 if poison and self.by_rule else 1
        if self.says_so:
            announce(session, Counted(thing=f"counted {fact.thing}"))
        await session.execute(COUNT, {"subject": fact.thing, "n": fact.n, "by": by})
        if (fact.thing, fact.n) in self.stumbles:
            self.stumbles.discard((fact.thing, fact.n))
            raise RuntimeError("half done")
        if poison:
            raise ValueError("never")


def listener(database: Database, ear: Ear, publisher: str = "scratch") -> Listener:
    async def fetch(after: str | None) -> Sequence[HeardFact]:
        return await heard(database, after, limit=BATCH)

    return Listener("needs", publisher, database, {Noted.name: (Noted, [ear])}, fetch)


@pytest.fixture
async def clean(scratch: Scratch) -> Scratch:
    """An empty log, an empty projection, nobody has listened yet."""
    await scratch.owner.execute("TRUNCATE fact, effect, tally, parked_fact, listener_position")
    return scratch


async def publish(scratch: Scratch, *things: str) -> None:
    """One fact after another, numbered within its subject."""
    count: dict[str, int] = {}
    for thing in things:
        count[thing] = count.get(thing, 0) + 1
        async with scratch.database.work(SOMEBODY) as session:
            announce(session, Noted(thing=thing, n=count[thing]))


async def effects(scratch: Scratch) -> dict[str, list[int]]:
    """What took effect, by subject, in the order in which it did."""
    rows = await scratch.owner.fetch("SELECT subject, array_agg(n ORDER BY place) AS n FROM effect GROUP BY subject")
    return {row["subject"]: list(row["n"]) for row in rows}


async def tallies(scratch: Scratch) -> list[tuple[str, int, int]]:
    return [tuple(row) for row in await scratch.owner.fetch("SELECT * FROM tally ORDER BY subject")]


async def until_quiet(ear: Listener) -> None:
    while await ear.step():
        pass


async def test_a_fact_takes_effect_at_its_own_time(clean: Scratch) -> None:
    await publish(clean, "a")
    await until_quiet(listener(clean.database, Ear()))
    told = await clean.owner.fetchval("SELECT time FROM fact WHERE subject = 'a'")
    assert await clean.owner.fetchval("SELECT at FROM effect") == told


async def test_the_position_moves_with_the_effects_or_not_at_all(clean: Scratch) -> None:
    await publish(clean, "a", "b")

    class Breaks(Ear):
        async def __call__(self, session: AsyncSession, fact: Noted) -> None:
            await super().__call__(session, fact)
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Exception):  # noqa: B017, PT011 -- whatever the driver calls it, the connection is gone
        await listener(clean.database, Breaks()).step()
    assert await effects(clean) == {}
    assert await clean.owner.fetchval("SELECT count(position) FROM listener_position") == 0
    await until_quiet(listener(clean.database, Ear()))
    assert await effects(clean) == {"a": [1], "b": [1]}


@pytest.mark.parametrize("by_rule", [False, True], ids=["by its handler", "by the database"])
async def test_a_poisoned_subject_is_parked_and_holds_up_nobody(clean: Scratch, by_rule: bool) -> None:
    await publish(clean, "good", "bad", "good", "bad", "other")
    ear = listener(clean.database, Ear(poisoned={"bad"}, by_rule=by_rule))
    await until_quiet(ear)
    await publish(clean, "bad")
    await until_quiet(ear)
    assert await effects(clean) == {"good": [1, 2], "other": [1]}
    async with clean.database.work(SOMEBODY) as session:
        waiting = await parked(session)
    assert [(row.subject, row.sequence) for row in waiting] == [("bad", 1), ("bad", 2), ("bad", 3)]
    assert "ValueError" in waiting[0].error or "Integrity" in waiting[0].error
    assert "waits behind" in waiting[1].error
    assert "never" not in waiting[0].error, "an error's text may hold what is personal"


async def test_parked_facts_take_effect_in_order_once_the_handler_is_mended(clean: Scratch) -> None:
    await publish(clean, "bad", "bad", "bad")
    broken = Ear(poisoned={"bad"})
    ear = listener(clean.database, broken)
    await until_quiet(ear)
    assert await replay_parked(ear, subject="bad") == 0
    broken.poisoned.clear()
    assert await replay_parked(ear, subject="bad") == 3
    assert await replay_parked(ear, subject="bad") == 0
    await publish(clean, "bad")
    await until_quiet(ear)
    assert (await effects(clean))["bad"][:3] == [1, 2, 3]
    assert await clean.owner.fetchval("SELECT count(*) FROM parked_fact") == 0


async def test_a_replay_stops_at_what_still_fails(clean: Scratch) -> None:
    await publish(clean, "bad", "bad", "bad")
    broken = Ear(poisoned={"bad"})
    ear = listener(clean.database, broken)
    await until_quiet(ear)
    broken.poisoned.clear()
    broken.stumbles.add(("bad", 2))
    assert await replay_parked(ear, subject="bad") == 1
    assert await effects(clean) == {"bad": [1]}
    async with clean.database.work(SOMEBODY) as session:
        assert [row.sequence for row in await parked(session, subject="bad")] == [2, 3]


async def test_what_failed_says_nothing(clean: Scratch) -> None:
    await publish(clean, "bad", "good")
    broken = Ear(poisoned={"bad"}, says_so=True)
    ear = listener(clean.database, broken)
    await until_quiet(ear)
    await replay_parked(ear, subject="bad")
    assert await clean.facts("counted bad") == []
    assert await clean.facts("counted good") == [1]
    broken.poisoned.clear()
    await replay_parked(ear, subject="bad")
    assert await clean.facts("counted bad") == [1]


async def test_a_replay_is_of_one_publisher(clean: Scratch) -> None:
    """Two publishers may speak of one subject: a need, say."""
    await publish(clean, "both")
    one, two = (listener(clean.database, Ear(poisoned={"both"}), name) for name in ("scratch", "another"))
    await until_quiet(one)
    await clean.owner.execute("UPDATE parked_fact SET id = gen_random_uuid()")
    await until_quiet(two)
    two.handlers[Noted.name] = (Noted, [Ear()])
    assert await replay_parked(two, subject="both") == 1
    left = await clean.owner.fetch("SELECT publisher FROM parked_fact")
    assert [row["publisher"] for row in left] == ["scratch"]


async def test_a_row_that_somebody_holds_is_waited_for_and_not_parked(clean: Scratch) -> None:
    await publish(clean, "held")

    class Hasty(Ear):
        async def __call__(self, session: AsyncSession, fact: Noted) -> None:
            await session.execute(text("SET LOCAL lock_timeout = '20ms'"))
            await super().__call__(session, fact)

    await clean.owner.execute("INSERT INTO tally VALUES ('held', 0, 0)")
    async with clean.database.work(SOMEBODY) as session:
        await session.execute(text("SELECT 1 FROM tally WHERE subject = 'held' FOR UPDATE"))
        with pytest.raises(Exception, match="lock timeout"):
            await listener(clean.database, Hasty()).step()
    await until_quiet(listener(clean.database, Hasty()))
    assert await effects(clean) == {"held": [1]}
    assert await clean.owner.fetchval("SELECT count(*) FROM parked_fact") == 0


async def test_a_feed_that_answers_the_same_twice_changes_nothing_twice(clean: Scratch) -> None:
    await publish(clean, "a", "a", "b")
    ear = listener(clean.database, Ear())
    batch = list(await heard(clean.database, None))

    async def stutter(_: str | None) -> Sequence[HeardFact]:
        return [batch[0], *batch, *batch]

    ear.fetch = stutter
    for _ in range(3):
        await ear.step()
    assert await effects(clean) == {"a": [1, 2], "b": [1]}


async def test_facts_that_nobody_listens_to_are_passed_by(clean: Scratch) -> None:
    async with clean.database.work(SOMEBODY) as session:
        announce(session, Counted(thing="a"), Noted(thing="a"), Counted(thing="a"))
    await until_quiet(listener(clean.database, Ear()))
    assert await effects(clean) == {"a": [1]}


async def test_of_two_copies_one_takes_a_batch_and_the_other_finds_it_taken(clean: Scratch) -> None:
    await publish(clean, *"abc")
    outcomes = await asyncio.gather(*(listener(clean.database, Ear()).step() for _ in range(2)), return_exceptions=True)
    assert sum(outcome == 3 for outcome in outcomes) == 1
    assert any(isinstance(outcome, Moved) or outcome == 0 for outcome in outcomes)
    assert await effects(clean) == {"a": [1], "b": [1], "c": [1]}


async def test_rewound_to_the_beginning_a_projection_is_built_equal(clean: Scratch) -> None:
    await publish(clean, *"abacabadabacaba")
    await until_quiet(listener(clean.database, Ear()))
    before = await tallies(clean), await effects(clean)
    await clean.owner.execute("TRUNCATE effect, tally")
    async with clean.database.work(SOMEBODY) as session:
        await rewind(session, ["scratch"])
    await until_quiet(listener(clean.database, Ear()))
    assert (await tallies(clean), await effects(clean)) == before


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
async def test_two_thousand_facts_take_effect_once_and_in_order_in_any_weather(clean: Scratch) -> None:
    stumbles = {(f"{writer}.{number}", n) for writer in range(4) for number in range(10) for n in range(1, 50, 7)}
    poisoned = "2.7"
    ear = Ear(poisoned={poisoned}, stumbles={pair for pair in stumbles if pair[0] != poisoned})
    copies = [listener(clean.database, ear) for _ in range(2)]
    for number, copy in enumerate(copies):
        copy.fetch = Weather(clean.database, SEED + number).fetch
    is_over = asyncio.Event()
    async with asyncio.timeout(HANG_GUARD), asyncio.TaskGroup() as group:
        for copy in copies:
            group.create_task(_work(copy, is_over))
        written = await _publish_at_random(clean, SEED)
        is_over.set()
    assert sum(map(len, written.values())) == FACTS
    # What stumbled twice in a batch was parked; an operator lets it be tried again.
    for subject in {row["subject"] for row in await clean.owner.fetch("SELECT subject FROM parked_fact")} - {poisoned}:
        while await clean.owner.fetchval("SELECT count(*) FROM parked_fact WHERE subject = $1", subject):
            await replay_parked(copies[0], subject=subject)
    took = await effects(clean)
    assert took == {thing: numbers for thing, numbers in written.items() if thing != poisoned}, f"seed {SEED}"
    ear.poisoned.clear()
    assert await replay_parked(copies[0], subject=poisoned) == len(written[poisoned])
    assert await effects(clean) == written
    assert await tallies(clean) == sorted((thing, len(n), len(n)) for thing, n in written.items())
    position = Position.parse(await clean.owner.fetchval("SELECT position FROM listener_position"))
    assert position == await clean.end()
