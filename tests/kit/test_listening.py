"""Listening: each fact takes effect once and in order, whatever the handlers do, and what fails is parked."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.database import Context, Database
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import Moved, parked, replay_parked, rewind
from shared.kit.feed.log import announce
from tests.kit.ears import Ear, effects, listener, publish, tallies, until_quiet
from tests.kit.scratch import SOMEBODY, Counted, Noted, Scratch, heard


async def test_a_fact_takes_effect_at_its_own_time(unheard: Scratch) -> None:
    await publish(unheard, "a")
    await until_quiet(listener(unheard.database, Ear()))
    told = await unheard.owner.fetchval("SELECT time FROM fact WHERE subject = 'a'")
    assert await unheard.owner.fetchval("SELECT at FROM effect") == told


async def test_the_position_moves_with_the_effects_or_not_at_all(unheard: Scratch) -> None:
    await publish(unheard, "a", "b")

    class Breaks(Ear):
        async def __call__(self, session: AsyncSession, fact: Noted) -> None:
            await super().__call__(session, fact)
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Exception):  # noqa: B017, PT011 -- whatever the driver calls it, the connection is gone
        await listener(unheard.database, Breaks()).step()
    assert await effects(unheard) == {}
    assert await unheard.owner.fetchval("SELECT count(position) FROM listener_position") == 0
    await until_quiet(listener(unheard.database, Ear()))
    assert await effects(unheard) == {"a": [1], "b": [1]}


@pytest.mark.parametrize("by_rule", [False, True], ids=["by its handler", "by the database"])
async def test_a_poisoned_subject_is_parked_and_holds_up_nobody(unheard: Scratch, by_rule: bool) -> None:
    await publish(unheard, "good", "bad", "good", "bad", "other")
    ear = listener(unheard.database, Ear(poisoned={"bad"}, by_rule=by_rule))
    await until_quiet(ear)
    await publish(unheard, "bad")
    await until_quiet(ear)
    assert await effects(unheard) == {"good": [1, 2], "other": [1]}
    async with unheard.database.work(SOMEBODY) as session:
        waiting = await parked(session)
    assert [(row.subject, row.sequence) for row in waiting] == [("bad", 1), ("bad", 2), ("bad", 3)]
    assert "ValueError" in waiting[0].error or "Integrity" in waiting[0].error
    assert "waits behind" in waiting[1].error
    assert "never" not in waiting[0].error, "an error's text may hold what is personal"


async def test_a_value_that_no_column_takes_is_parked_and_not_tried_for_ever(unheard: Scratch) -> None:
    await publish(unheard, "bad", "good")

    class TooLarge(Ear):
        async def __call__(self, session: AsyncSession, fact: Noted) -> None:
            n = 2**40 if fact.thing == "bad" else fact.n
            await super().__call__(session, fact.model_copy(update={"n": n}))

    await until_quiet(listener(unheard.database, TooLarge()))
    assert await effects(unheard) == {"good": [1]}
    assert await unheard.owner.fetchval("SELECT subject FROM parked_fact") == "bad"


async def test_parked_facts_take_effect_in_order_once_the_handler_is_mended(unheard: Scratch) -> None:
    await publish(unheard, "bad", "bad", "bad")
    broken = Ear(poisoned={"bad"})
    ear = listener(unheard.database, broken)
    await until_quiet(ear)
    assert await replay_parked(ear, subject="bad") == 0
    broken.poisoned.clear()
    assert await replay_parked(ear, subject="bad") == 3
    assert await replay_parked(ear, subject="bad") == 0
    await publish(unheard, "bad")
    await until_quiet(ear)
    assert (await effects(unheard))["bad"][:3] == [1, 2, 3]
    assert await unheard.owner.fetchval("SELECT count(*) FROM parked_fact") == 0


async def test_a_replay_stops_at_what_still_fails(unheard: Scratch) -> None:
    await publish(unheard, "bad", "bad", "bad")
    broken = Ear(poisoned={"bad"})
    ear = listener(unheard.database, broken)
    await until_quiet(ear)
    broken.poisoned.clear()
    broken.stumbles.add(("bad", 2))
    assert await replay_parked(ear, subject="bad") == 1
    assert await effects(unheard) == {"bad": [1]}
    async with unheard.database.work(SOMEBODY) as session:
        assert [row.sequence for row in await parked(session, subject="bad")] == [2, 3]


async def test_what_failed_says_nothing(unheard: Scratch) -> None:
    await publish(unheard, "bad", "good")
    broken = Ear(poisoned={"bad"}, says_so=True)
    ear = listener(unheard.database, broken)
    await until_quiet(ear)
    await replay_parked(ear, subject="bad")
    assert await unheard.facts("counted bad") == []
    assert await unheard.facts("counted good") == [1]
    broken.poisoned.clear()
    await replay_parked(ear, subject="bad")
    assert await unheard.facts("counted bad") == [1]


async def test_a_replay_is_of_one_publisher(unheard: Scratch) -> None:
    """Two publishers may speak of one subject: a need, say."""
    await publish(unheard, "both")
    one, two = (listener(unheard.database, Ear(poisoned={"both"}), name) for name in ("scratch", "another"))
    await until_quiet(one)
    await unheard.owner.execute("UPDATE parked_fact SET id = gen_random_uuid()")
    await until_quiet(two)
    two.handlers[Noted.name] = (Noted, [Ear()])
    assert await replay_parked(two, subject="both") == 1
    left = await unheard.owner.fetch("SELECT publisher FROM parked_fact")
    assert [row["publisher"] for row in left] == ["scratch"]


async def test_a_row_that_somebody_holds_is_waited_for_and_not_parked(unheard: Scratch) -> None:
    await publish(unheard, "held")

    class Hasty(Ear):
        async def __call__(self, session: AsyncSession, fact: Noted) -> None:
            await session.execute(text("SET LOCAL lock_timeout = '20ms'"))
            await super().__call__(session, fact)

    await unheard.owner.execute("INSERT INTO tally VALUES ('held', 0, 0)")
    async with unheard.database.work(SOMEBODY) as session:
        await session.execute(text("SELECT 1 FROM tally WHERE subject = 'held' FOR UPDATE"))
        with pytest.raises(Exception, match="lock timeout"):
            await listener(unheard.database, Hasty()).step()
    await until_quiet(listener(unheard.database, Hasty()))
    assert await effects(unheard) == {"held": [1]}
    assert await unheard.owner.fetchval("SELECT count(*) FROM parked_fact") == 0


async def test_a_feed_that_answers_the_same_twice_changes_nothing_twice(unheard: Scratch) -> None:
    await publish(unheard, "a", "a", "b")
    ear = listener(unheard.database, Ear())
    batch = list(await heard(unheard.database, None))

    async def stutter(_: str | None) -> Sequence[HeardFact]:
        return [batch[0], *batch, *batch]

    ear.fetch = stutter
    for _ in range(3):
        await ear.step()
    assert await effects(unheard) == {"a": [1, 2], "b": [1]}


async def test_facts_that_nobody_listens_to_are_passed_by(unheard: Scratch) -> None:
    async with unheard.database.work(SOMEBODY) as session:
        announce(session, Counted(thing="a"), Noted(thing="a"), Counted(thing="a"))
    await until_quiet(listener(unheard.database, Ear()))
    assert await effects(unheard) == {"a": [1]}


async def test_of_two_copies_one_takes_a_batch_and_the_other_finds_it_taken(unheard: Scratch) -> None:
    await publish(unheard, *"abc")
    outcomes = await asyncio.gather(
        *(listener(unheard.database, Ear()).step() for _ in range(2)), return_exceptions=True
    )
    assert sum(outcome == 3 for outcome in outcomes) == 1
    assert any(isinstance(outcome, Moved) or outcome == 0 for outcome in outcomes)
    assert await effects(unheard) == {"a": [1], "b": [1], "c": [1]}


async def test_rewound_to_the_beginning_a_projection_is_built_equal(unheard: Scratch) -> None:
    await publish(unheard, *"abacabadabacaba")
    await until_quiet(listener(unheard.database, Ear()))
    before = await tallies(unheard), await effects(unheard)
    await unheard.owner.execute("TRUNCATE effect, tally")
    async with unheard.database.work(SOMEBODY) as session:
        await rewind(session, ["scratch"])
    await until_quiet(listener(unheard.database, Ear()))
    assert (await tallies(unheard), await effects(unheard)) == before


@pytest.mark.parametrize("more", [(), ("later",)], ids=["in quiet", "before more is said"])
async def test_an_ear_that_knows_where_it_stands_hears_again_what_others_rewound(
    unheard: Scratch, more: tuple[str, ...]
) -> None:
    ear = listener(unheard.database, Ear())
    await publish(unheard, *"aba")
    await until_quiet(ear)
    await publish(unheard, "c")
    assert await ear.step() == 1
    assert ear.stands is not None
    await unheard.owner.execute("TRUNCATE effect, tally")
    async with unheard.database.work(SOMEBODY) as session:
        await rewind(session, ["scratch"])
    await publish(unheard, *more)
    await until_quiet(ear)
    assert await effects(unheard) == {"a": [1, 2], "b": [1], "c": [1]} | {thing: [1] for thing in more}


async def test_an_ear_asks_where_it_stands_once_and_not_before_each_batch(unheard: Scratch) -> None:
    asked = 0

    class Asked(Database):
        @asynccontextmanager
        async def work(self, context: Context, *, now: datetime | None = None) -> AsyncIterator[AsyncSession]:
            nonlocal asked
            asked += 1
            async with super().work(context, now=now) as session:
                yield session

    ear = listener(unheard.database, Ear())
    ear.database = Asked(unheard.database.bind)
    for thing in "abc":
        await publish(unheard, thing)
        assert await ear.step() == 1
    assert asked == 1 + 3
