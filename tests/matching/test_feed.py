"""Departments read what happened to their own orders."""

from shared.kit.database import Context
from shared.kit.feed.reading import LoggedFact, read_after
from tests.city import City
from tests.matching.people import FIRST, SECOND, TUESDAY, act, officer, ordered, publish, system, triaged
from tests.people import HEAD

EVERYTHING = 100_000


async def test_a_department_reads_its_own_orders_and_no_others(bare: City) -> None:
    mine = await publish(bare, FIRST, "feed-mine")
    others = await publish(bare, SECOND, "feed-others")
    made = await ordered(bare, await triaged(bare), mine["id"])
    foreign = await ordered(bare, await triaged(bare), others["id"])
    await act(bare, made["id"], "accept", officer(FIRST))
    answer = await bare.get("matching", "/feed", system(FIRST))
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    events = answer.json()
    assert {event["data"]["provider"] for event in events} == {FIRST}
    told = [event["type"] for event in events if event["subject"] == made["id"]]
    assert told == ["matching.order_requested.v1", "matching.order_accepted.v1"]
    assert foreign["id"] not in answer.text
    rest = await bare.get("matching", "/feed", system(FIRST), params={"after": events[-1]["position"]})
    assert rest.json() == []
    assert (await bare.get("matching", "/feed", HEAD)).status_code == 403
    assert (await bare.get("matching", "/feed", system(FIRST), params={"after": "nonsense"})).status_code == 422


async def test_without_the_feeds_own_filter_a_department_still_reads_no_others(bare: City) -> None:
    for provider in (FIRST, SECOND):
        listed = await publish(bare, provider, "feed-unfiltered")
        await ordered(bare, await triaged(bare), listed["id"])
    database = bare.house("matching").database
    async with database.work(Context(actor="system", provider=FIRST)) as session:
        seen = {
            fact.body.get("provider") for fact in await read_after(session, None, limit=100_000) if is_of_order(fact)
        }
    assert seen == {FIRST}
    async with database.work(Context(actor="feed", machine="matching.feed")) as session:
        facts = await read_after(session, None, limit=EVERYTHING)
    assert {fact.body["provider"] for fact in facts if is_of_order(fact)} >= {FIRST, SECOND}


def is_of_order(fact: LoggedFact) -> bool:
    return ".order_" in fact.name


async def test_an_order_names_nobody(bare: City) -> None:
    listed = await publish(bare, FIRST, "nameless")
    await ordered(bare, await triaged(bare), listed["id"], now=TUESDAY)
    assert "王秀兰" not in (await bare.get("matching", "/feed", system(FIRST))).text
