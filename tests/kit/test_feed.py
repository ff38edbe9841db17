"""The feed: nothing is overtaken, nothing is read twice, positions know their cluster."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.bell import Bell, Ticket
from shared.kit.database import Context, Database
from shared.kit.feed.log import announce, write_announced
from shared.kit.feed.reading import LOOK_AGAIN_SECONDS, LOOK_SOON_SECONDS, Position, wait_for_facts
from shared.schemas.access import Role
from tests.city import Person
from tests.kit.scratch import SOMEBODY, Noted, Scratch, write_note
from tests.people import OPERATOR

MACHINE = Person.of(Role.SERVICE)
HANG_GUARD = 10
TAKE_ROW = text("SELECT 1 FROM tally WHERE subject = :subject FOR UPDATE")


@pytest.mark.parametrize("number_first", [True, False], ids=["lower number", "higher number"])
async def test_a_slow_commit_with_a_lower_transaction_is_not_overtaken(scratch: Scratch, number_first: bool) -> None:
    start, slow, quick = await scratch.end(), f"slow {uuid4()}", f"quick {uuid4()}"
    async with scratch.database.work(SOMEBODY) as session:
        await session.execute(text("SELECT pg_current_xact_id()"))
        announce(session, Noted(thing=slow))
        if number_first:
            await write_announced(session)
        async with scratch.database.work(SOMEBODY) as other:
            announce(other, Noted(thing=quick))
        assert await scratch.read(start) == [], "a reader that saw the quick one now would never see the slow one"
    assert await scratch.read(start) == [slow, quick]


async def test_a_transaction_that_is_rolled_back_holds_nobody_up_afterwards(scratch: Scratch) -> None:
    start, quick = await scratch.end(), f"quick {uuid4()}"

    async def fail() -> None:
        async with scratch.database.work(SOMEBODY) as session:
            await write_note(session, "undone")
            async with scratch.database.work(SOMEBODY) as other:
                announce(other, Noted(thing=quick))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await scratch.read(start) == [quick]


async def test_pages_of_any_size_give_each_fact_once_and_in_order(scratch: Scratch) -> None:
    start, subject = await scratch.end(), str(uuid4())
    for n in range(0, 30, 3):
        async with scratch.database.work(SOMEBODY) as session:
            announce(session, *(Noted(thing=subject, n=n + more) for more in range(3)))
    client = scratch.internal()
    for limit in (1, 2, 7, 1000):
        read, after = [], str(start)
        while True:
            params: dict[str, str | int] = {"after": after, "limit": limit}
            batch = (await client.get("/facts", params=params, headers=MACHINE.header())).json()
            if not batch:
                break
            read += batch
            after = batch[-1]["position"]
        assert [event["data"]["n"] for event in read] == list(range(30))
        assert [event["sequence"] for event in read] == list(range(1, 31))


async def test_a_fact_travels_as_a_cloud_event(scratch: Scratch) -> None:
    start = await scratch.end()
    async with scratch.database.work(SOMEBODY) as session:
        announce(session, Noted(thing="event", n=7))
    answer = await scratch.internal().get("/facts", params={"after": str(start)}, headers=MACHINE.header())
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    (event,) = answer.json()
    assert {key: event[key] for key in ("specversion", "type", "subject", "source", "data")} == {
        "specversion": "1.0", "type": "scratch.noted.v1", "subject": "event", "source": "/needs",
        "data": {"thing": "event", "n": 7},
    }  # fmt: skip


async def test_a_position_of_another_cluster_is_a_conflict_that_says_what_to_do(scratch: Scratch) -> None:
    end = await scratch.end()
    assert end is not None
    foreign = Position(end.cluster - 1, end.xid, end.number)
    answer = await scratch.internal().get("/facts", params={"after": str(foreign)}, headers=MACHINE.header())
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:fuzhou:problem:foreign-position")
    assert "fuzhou facts rewind" in answer.json()["detail"]


@pytest.mark.parametrize("written", ["x", "1.2", "1.2.3.4", "1.-2.3", "１.2.3", "{cluster}.1." + "9" * 20])
async def test_a_position_that_is_none_cannot_be_taken(scratch: Scratch, written: str) -> None:
    end = await scratch.end()
    assert end is not None
    after = written.replace("{cluster}", str(end.cluster))
    answer = await scratch.internal().get("/facts", params={"after": after}, headers=MACHINE.header())
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:fuzhou:problem:bad-position")


async def test_nobody_but_a_service_reads_the_feed_and_nobody_at_all_from_outside(scratch: Scratch) -> None:
    assert (await scratch.internal().get("/facts", headers=OPERATOR.header())).status_code == 403
    assert (await scratch.internal().get("/facts")).status_code == 401
    outside = await scratch.city.client("needs", MACHINE).get("http://door/needs/facts")
    assert outside.status_code == 404


async def test_a_waiting_reader_is_woken_by_the_commit(scratch: Scratch) -> None:
    start = await scratch.end()
    params: dict[str, str | int] = {"after": str(start), "timeout": 60}
    async with asyncio.timeout(HANG_GUARD):
        reading = asyncio.create_task(scratch.internal().get("/facts", params=params, headers=MACHINE.header()))
        await asyncio.sleep(0.1)
        assert not reading.done()
        async with scratch.database.work(SOMEBODY) as session:
            announce(session, Noted(thing="woken"))
        assert [event["subject"] for event in (await reading).json()] == ["woken"]


async def test_without_news_a_reader_gets_an_empty_batch_when_its_time_is_over(scratch: Scratch) -> None:
    params: dict[str, str | float] = {"after": str(await scratch.end()), "timeout": 0.05}
    async with asyncio.timeout(HANG_GUARD):
        answer = await scratch.internal().get("/facts", params=params, headers=MACHINE.header())
    assert answer.json() == []


async def test_the_bell_wakes_all_who_wait_long_before_they_would_look_again() -> None:
    bell = Bell()
    async with asyncio.timeout(HANG_GUARD):
        waiting = [asyncio.create_task(bell.wait(bell.listen(), 3600)) for _ in range(3)]
        await asyncio.sleep(0)
        bell.ring()
        await asyncio.gather(*waiting)


class Deaf(Bell):
    """A bell of readers who never look again by themselves."""

    async def wait(self, ticket: Ticket, seconds: float) -> bool:
        return await super().wait(ticket, 3600)


class Meanwhile(Database):
    """A database in which somebody commits just after the first look, before the reader waits."""

    looks = 0

    @asynccontextmanager
    async def work(self, context: Context, *, now: datetime | None = None) -> AsyncIterator[AsyncSession]:
        async with super().work(context, now=now) as session:
            yield session
        self.looks += 1
        if self.looks == 1:
            async with super().work(SOMEBODY) as session:
                announce(session, Noted(thing="meanwhile"))


async def test_a_commit_between_looking_and_waiting_is_heard(scratch: Scratch) -> None:
    start, database = await scratch.end(), Meanwhile(scratch.database.bind, bell=Deaf())
    async with asyncio.timeout(HANG_GUARD):
        facts = await wait_for_facts(database, SOMEBODY, start, timeout=3600)
    assert [fact.subject for fact in facts] == ["meanwhile"]


async def test_in_quiet_a_reader_looks_ever_more_seldom_and_soon_again_after_a_ring(scratch: Scratch) -> None:
    """What was just committed may show only when an older transaction has ended."""
    waited: list[float] = []

    class EnoughWaiting(Exception):
        pass

    class Told(Bell):
        async def wait(self, ticket: Ticket, seconds: float) -> bool:
            waited.append(seconds)
            if len(waited) == 10:
                raise EnoughWaiting
            return len(waited) == 7

    database = Database(scratch.database.bind, bell=Told())
    with pytest.raises(EnoughWaiting):
        await wait_for_facts(database, SOMEBODY, await scratch.end(), timeout=60)
    quiet = [LOOK_SOON_SECONDS * 2**n for n in range(5)]
    assert waited == [*quiet, LOOK_AGAIN_SECONDS, LOOK_AGAIN_SECONDS, *quiet[:3]]


async def test_numbers_of_a_subject_have_no_gaps_under_many_writers(scratch: Scratch) -> None:
    subjects = [f"gap {number} {uuid4()}" for number in range(3)]
    for subject in subjects:
        await scratch.owner.execute("INSERT INTO tally VALUES ($1, 0, 0)", subject)

    async def write(turn: int) -> None:
        subject = subjects[turn % 3]
        async with scratch.database.work(SOMEBODY) as session:
            await session.execute(TAKE_ROW, {"subject": subject})
            announce(session, Noted(thing=subject, n=turn), Noted(thing=subject, n=turn))
            if turn % 7 == 0:
                raise RuntimeError

    outcomes = await asyncio.gather(*(write(turn) for turn in range(60)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {type(None), RuntimeError}
    for number, subject in enumerate(subjects):
        written = sum(2 for turn in range(60) if turn % 3 == number and turn % 7)
        assert await scratch.facts(subject) == list(range(1, written + 1))
