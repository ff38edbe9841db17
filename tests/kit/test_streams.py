"""Streams: each hears what is theirs, from where they stopped, without loss and without doubles."""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Any

from shared.kit.feed.log import announce, write_announced
from shared.kit.feed.reading import Position
from shared.schemas.access import Role
from tests.city import Person
from tests.kit.scratch import SOMEBODY, Counted, Noted, Scratch, Weighed, asked
from tests.kit.scratch_streams import ELSEWHERE, HERE, TOWNSHIP, hub, moment, open_, say, thing
from tests.people import COUNTY, FRONT_END, OPERATOR


async def test_a_stream_begins_now_and_tells_where_that_is(scratch: Scratch) -> None:
    before, after = thing(), thing()
    await say(scratch, Noted(thing=before))
    async with open_(scratch) as stream:
        await stream.until("event: position")
        position = stream.last_id
        await say(scratch, Noted(thing=after))
        await stream.until(1)
        assert stream.subjects == [after]
    assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert stream.headers["cache-control"] == "no-store"
    async with open_(scratch, after=position, timeout=0) as again:
        await again.end()
    assert again.subjects == [after]


async def test_an_event_is_a_cloud_event_under_its_position(scratch: Scratch) -> None:
    subject = thing()
    async with open_(scratch, subject=subject) as stream:
        await stream.until("event: position")
        await say(scratch, Noted(thing=subject, n=7))
        await stream.until(1)
    (event,) = stream.facts
    assert (event.name, event.id) == ("scratch.noted.v1", event.data["position"])
    assert event.data["data"] == {"thing": subject, "n": 7}
    assert event.data["specversion"] == "1.0"


async def test_the_header_counts_before_the_address(scratch: Scratch) -> None:
    """A browser that comes again asks for the same address, and adds the header."""
    first, second = thing(), thing()
    start = str(await moment(scratch))
    await say(scratch, Noted(thing=first))
    middle = str(await moment(scratch))
    await say(scratch, Noted(thing=second))
    async with open_(scratch, after=start, timeout=0, headers={"Last-Event-ID": middle}) as stream:
        await stream.end()
    assert stream.subjects == [second]


async def test_a_position_of_another_cluster_or_of_none_is_refused_as_at_the_feed(scratch: Scratch) -> None:
    end = await moment(scratch)
    foreign = str(Position(end.cluster - 1, end.xid, end.number))
    for position, status, kind in ((foreign, 409, "foreign-position"), ("1.2.x", 422, "bad-position")):
        for asked_by in ({"params": {"after": position}}, {"headers": {"Last-Event-ID": position}}):
            answer = await scratch.city.get("needs", "/stream", OPERATOR, **asked_by)
            assert (answer.status_code, answer.json()["type"]) == (status, f"urn:fuzhou:problem:{kind}")


async def _write(scratch: Scratch, subject: str, count: int, dice: random.Random) -> None:
    """Facts in transactions of all lengths: some that began early commit late."""

    async def one(n: int) -> None:
        async with scratch.database.work(SOMEBODY) as session:
            announce(session, Noted(thing=f"{subject}-{n}", n=n))
            if dice.random() < 0.3:
                await write_announced(session)
                await asyncio.sleep(dice.random() / 20)

    for begin in range(0, count, 4):
        await asyncio.gather(*(one(n) for n in range(begin, begin + 4)))


async def test_whoever_comes_and_goes_hears_everything_once_and_in_order(scratch: Scratch) -> None:
    dice, subject, count = random.Random(7), thing(), 200
    start = str(await moment(scratch))

    async def come_and_go() -> list[str]:
        heard: list[str] = []
        place, mine = start, random.Random(dice.random())
        while len(heard) < count:
            async with open_(scratch, headers={"Last-Event-ID": place}) as stream:
                await asyncio.wait([asyncio.create_task(stream.until(mine.randint(1, 25)))], timeout=mine.random() / 2)
                heard += stream.subjects
                place = stream.last_id or place
        return heard

    writing = asyncio.create_task(_write(scratch, subject, count, dice))
    async with asyncio.timeout(60):
        everyone = await asyncio.gather(*(come_and_go() for _ in range(6)))
        await writing
    true = await scratch.read(Position.parse(start), limit=1000)
    assert len(true) == len(set(true)) == count
    assert all(heard == true for heard in everyone)


async def test_each_sees_what_is_theirs_and_nothing_else(scratch: Scratch) -> None:
    here, elsewhere = thing(), thing(ELSEWHERE)
    county, whole = Person.of(Role.COUNTY_MANAGER, divisions=("361021",)), OPERATOR
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(open_(scratch, who)) for who in (TOWNSHIP, county, whole, FRONT_END)]
        for stream in streams:
            await stream.until("event: position")
        await say(scratch, Noted(thing=here), Noted(thing=elsewhere))
        await streams[2].until(2)
        # Whoever sees it all was told last or first; a second fact that all could see would show a leak.
        await asyncio.sleep(0.5)
    assert [stream.subjects for stream in streams] == [[here], [elsewhere], [here, elsewhere], []]


async def test_what_was_missed_is_filtered_as_what_comes(scratch: Scratch) -> None:
    here, elsewhere, start = thing(), thing(ELSEWHERE), str(await moment(scratch))
    await say(scratch, Noted(thing=here), Noted(thing=elsewhere))
    async with open_(scratch, TOWNSHIP, after=start, timeout=0) as stream:
        await stream.end()
    assert stream.subjects == [here]


async def test_a_fact_that_takes_another_action_comes_to_those_who_may_do_that(scratch: Scratch) -> None:
    subject, start = thing(), str(await moment(scratch))
    await say(scratch, Weighed(thing=subject), Counted(thing=subject))
    told = {}
    for who in (COUNTY, TOWNSHIP):
        async with open_(scratch, who, after=start, timeout=0) as stream:
            await stream.end()
        told[who.subject] = [event.name for event in stream.facts]
    assert told == {COUNTY.subject: ["scratch.weighed.v1"], TOWNSHIP.subject: []}
    refused = await scratch.city.get("needs", "/stream?facts=scratch.weighed.v1", TOWNSHIP)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:fuzhou:problem:not-yours")


async def test_one_may_ask_for_some_facts_some_things_and_some_places(scratch: Scratch) -> None:
    one, other, elsewhere, start = thing(), thing(), thing(ELSEWHERE), str(await moment(scratch))
    await say(scratch, Noted(thing=one), Weighed(thing=other), Noted(thing=elsewhere))
    wishes: list[tuple[dict[str, Any], list[str]]] = [
        ({"facts": "scratch.weighed.v1"}, [other]),
        ({"facts": ["scratch.weighed.v1", "scratch.noted.v1"]}, [one, other, elsewhere]),
        ({"subject": [one, elsewhere]}, [one, elsewhere]),
        ({"division": "361021"}, [elsewhere]),
        ({"subject": [one], "division": "361021"}, []),
    ]
    county = Person.of(Role.HEAD_STATION, divisions=("3610",))
    for query, wanted in wishes:
        async with open_(scratch, county, after=start, timeout=0, **query) as stream:
            await stream.end()
        assert stream.subjects == wanted, query
        async with open_(scratch, county, after=start, **query) as live:
            await live.until("event: position")
            last = thing(ELSEWHERE)
            await say(scratch, Noted(thing=last))
            is_wanted = query.get("division") == "361021" and "subject" not in query
            is_wanted = is_wanted or "scratch.noted.v1" in query.get("facts", "")
            await live.until(len(wanted) + is_wanted)
        start = str(await moment(scratch)) if not wanted else start
        await scratch.owner.execute("DELETE FROM fact WHERE subject = $1", last)


async def test_a_fact_that_is_kept_back_cannot_be_asked_for(scratch: Scratch) -> None:
    for name in ("scratch.counted.v1", "nothing.like_it.v1"):
        answer = await scratch.city.get("needs", f"/stream?facts={name}", OPERATOR)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:fuzhou:problem:not-streamed")
        assert "scratch.noted.v1" in answer.json()["detail"]


async def test_who_sees_the_same_is_asked_about_once(scratch: Scratch) -> None:
    subject = thing()
    async with AsyncExitStack() as stack:
        people = [Person.of(Role.TOWNSHIP_MANAGER, f"manager {n}", divisions=(HERE,)) for n in range(5)]
        streams = [await stack.enter_async_context(open_(scratch, who)) for who in people]
        for stream in streams:
            await stream.until("event: position")
        await asyncio.sleep(0.2)
        asked.clear()
        await say(scratch, Noted(thing=subject))
        for stream in streams:
            await stream.until(1)
    assert asked == [[subject]]


async def test_a_quiet_stream_gets_a_sign_of_life_that_carries_the_place(scratch: Scratch) -> None:
    hub(scratch).sign_of_life_seconds = 0
    async with open_(scratch, TOWNSHIP) as stream:
        await stream.until("event: position")
        began = Position.parse(stream.last_id)
        await say(scratch, Noted(thing=thing(ELSEWHERE)))
        await stream.until(": still here\nid: ")
        await asyncio.sleep(2.5)
        assert Position.parse(stream.last_id) > began
        missed = thing()
    await say(scratch, Noted(thing=missed))
    async with open_(scratch, TOWNSHIP, after=stream.last_id, timeout=0) as again:
        await again.end()
    assert again.subjects == [missed]
    hub(scratch).sign_of_life_seconds = 15
