"""Who has looked at a need: told to those who answer for it, and only of needs that they see."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from shared.kit.database import Context
from shared.schemas.access import Role
from tests.city import City, Person
from tests.needs.asking import TUESDAY, asked, judged
from tests.needs.matching_by_hand import MatchingByHand
from tests.people import COUNTY, HEAD, OTHER_HEAD, OTHER_STATION, WORKER

LATER = TUESDAY + timedelta(hours=1)
OFFICER = Person.of(Role.PROVIDER_OFFICER, "officer-looks", provider="civil_affairs")
AUDITOR = Person.of(Role.AUDITOR)


@pytest.fixture(scope="module")
def matching(needs_alone: City) -> MatchingByHand:
    return MatchingByHand(needs_alone)


async def triaged(city: City) -> dict[str, Any]:
    made = await asked(city, consents_to_departments=True)
    await judged(city, made)
    return made


async def readings(city: City, made: dict[str, Any], by: Person = HEAD) -> list[tuple[str, str, str]]:
    """Who, what and what for, newest first."""
    answer = await city.get("needs", f"/needs/{made['id']}/readings", by)
    assert answer.status_code == 200, answer.text
    return [(each["by"], each["act_zh"], each["purpose"]) for each in answer.json()["items"]]


async def test_nobody_has_looked_at_what_nobody_read(needs_alone: City) -> None:
    assert await readings(needs_alone, await triaged(needs_alone)) == []


async def test_words_card_and_file_are_told_with_who_read_them(needs_alone: City, matching: MatchingByHand) -> None:
    made = await triaged(needs_alone)
    order = await matching.accepted(made, TUESDAY)
    await needs_alone.get("needs", f"/needs/{made['id']}/words", WORKER, now=LATER)
    await needs_alone.post("needs", "/residents/cards", OFFICER, {"order_id": str(order)}, now=LATER)
    file = await needs_alone.get(
        "needs", f"/residents/{made['resident_id']}", HEAD, params={"purpose": "verification"}, now=LATER
    )
    assert file.status_code == 200, file.text
    assert await readings(needs_alone, made) == [
        (HEAD.subject, "查看居民档案", "verification"),
        (OFFICER.subject, "查看信息卡", f"order:{order}"),
        (WORKER.subject, "查看原话", f"need:{made['id']}"),
    ]


async def test_what_was_read_for_another_need_of_the_person_is_not_told(needs_alone: City) -> None:
    first = await triaged(needs_alone)
    second = await asked(needs_alone, resident=None, resident_id=first["resident_id"])
    await needs_alone.get("needs", f"/needs/{second['id']}/words", WORKER, now=LATER)
    assert await readings(needs_alone, first) == []
    assert len(await readings(needs_alone, second)) == 1


async def test_the_county_and_the_auditor_are_told_and_others_are_not(needs_alone: City) -> None:
    made = await triaged(needs_alone)
    await needs_alone.get("needs", f"/needs/{made['id']}/words", WORKER, now=LATER)
    assert await readings(needs_alone, made, COUNTY) == await readings(needs_alone, made, AUDITOR) != []
    for who, status in ((WORKER, 403), (OTHER_HEAD, 404)):
        assert (await needs_alone.get("needs", f"/needs/{made['id']}/readings", who)).status_code == status


async def test_the_database_itself_tells_nothing_of_a_need_that_is_not_seen(needs_alone: City) -> None:
    made = await triaged(needs_alone)
    await needs_alone.get("needs", f"/needs/{made['id']}/words", WORKER, now=LATER)
    elsewhere = Context(actor="somebody", stations=(str(OTHER_STATION),))
    here = Context(actor="somebody", divisions=("361002",))
    found = {}
    for context in (elsewhere, here):
        async with needs_alone.house("needs").database.work(context) as session:
            query = text("SELECT count(*) FROM readings_of_need(:id, 10)")
            found[context] = await session.scalar(query, {"id": made["id"]})
            assert await session.scalar(text("SELECT count(*) FROM audit_entry")) == 0
    assert found == {elsewhere: 0, here: 1}
