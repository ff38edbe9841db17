"""Files that were merged are one person: consent and codes of the one that counts hold for work under the other."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import handle
from shared.schemas.facts import Fact
from shared.schemas.facts.needs import ResidentsMerged, ResidentsSplit
from tests.city import City
from tests.matching.people import FIRST, HEAD, OPERATOR, TUESDAY, order, ordered, orders_of, publish, triaged
from tests.people import OTHER_TOWNSHIP, need, person


async def hear(city: City, *facts: Fact, at: Any = TUESDAY) -> None:
    for fact in facts:
        listener = next(each for each in city.house("matching").listeners if fact.name in each.handlers)
        heard = HeardFact("", uuid4(), fact.name, fact.subject, 1, at, fact.model_dump(mode="json"))
        async with listener.database.work(listener.context) as session:
            await handle(session, heard, listener.handlers)


async def resident_of(city: City, need_id: str) -> UUID:
    return UUID((await city.get("needs", f"/needs/{need_id}", HEAD)).json()["resident_id"])


async def elsewhere(city: City, *, consent: bool) -> UUID:
    """Somebody's file at another station, where the head of this one sees nothing; its id."""
    body = need(division=OTHER_TOWNSHIP, consents_to_departments=consent)
    made = (await city.post("needs", "/needs", OPERATOR, body, now=TUESDAY)).json()
    await city.settle()
    return UUID(made["resident_id"])


def merged(one: UUID, into: UUID) -> ResidentsMerged:
    return ResidentsMerged(canonical_id=into, resident_id=one, merge_id=uuid4(), merged_at=TUESDAY)


def split(one: UUID, off: UUID) -> ResidentsSplit:
    return ResidentsSplit(canonical_id=off, resident_id=one, merge_id=uuid4(), split_at=TUESDAY)


async def test_consent_of_the_file_that_counts_holds_until_they_are_two_people_again(bare: City) -> None:
    listed = await publish(bare, FIRST, "merged-consent")
    need_id, counts = await triaged(bare, consent=False), await elsewhere(bare, consent=True)
    old = await resident_of(bare, need_id)
    assert (await order(bare, need_id, listed["id"])).status_code == 409
    await hear(bare, merged(old, counts), merged(old, counts))
    assert (await order(bare, need_id, listed["id"])).status_code == 201
    other = await triaged(bare, consent=False, resident=None, resident_id=str(old))
    await hear(bare, split(old, counts), split(old, counts))
    assert (await order(bare, other, listed["id"])).status_code == 409


async def test_the_last_word_on_consent_counts_in_whichever_file_it_was_said(bare: City) -> None:
    listed = await publish(bare, FIRST, "merged-last-word")
    need_id, counts = await triaged(bare), await elsewhere(bare, consent=False)
    old = await resident_of(bare, need_id)
    await hear(bare, merged(old, counts))
    await ordered(bare, need_id, listed["id"])
    word, path = {"given": False, "evidence": "本人来电"}, f"/residents/{counts}/consents"
    said = await bare.post("needs", path, OPERATOR, word, now=TUESDAY + timedelta(hours=1))
    assert said.status_code == 201
    await bare.settle()
    await bare.let_time_pass(TUESDAY + timedelta(hours=1))
    assert [row["status"] for row in await orders_of(bare, need_id)] == ["cancelled"]
    again = await order(bare, need_id, listed["id"], now=TUESDAY + timedelta(hours=2))
    assert (again.status_code, again.json()["type"]) == (409, "urn:fuzhou:problem:consent-missing")


async def test_the_codes_are_those_of_the_file_that_counts(bare: City) -> None:
    listed = await publish(bare, FIRST, "merged-codes")
    young = person(birth_date="1990-05-06", codes={})
    need_id, counts = await triaged(bare, resident=young, groups=[]), await elsewhere(bare, consent=True)
    path = f"/needs/{need_id}/candidates/{listed['id']}"
    before = (await bare.get("matching", path, HEAD, now=TUESDAY)).json()
    await hear(bare, merged(await resident_of(bare, need_id), counts))
    after = (await bare.get("matching", path, HEAD, now=TUESDAY)).json()
    assert (before != after, "60" in str(before), "60周岁" in str(after)) == (True, True, False)
