"""Files that were merged are one person's: counted once, called and written to under the one that counts."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.postgres import Cluster
from shared.schemas.access import Role
from shared.schemas.facts.needs import ResidentsMerged, ResidentsSplit
from tests.city import City, Person, running
from tests.feedback.asking import ended, hear, links
from tests.needs.asking import TUESDAY, asked, moment
from tests.people import COUNTY, OPERATOR, OTHER_TOWNSHIP, TOWNSHIP, person

CITY = Person.of(Role.CITY_MANAGER, divisions=("3610",))


@pytest.fixture
async def patient(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    async with running(cluster, folder, ("needs", "feedback")) as city:
        await city.settle()
        yield city


def merged(one: UUID, into: UUID) -> ResidentsMerged:
    return ResidentsMerged(canonical_id=into, resident_id=one, merge_id=uuid4(), merged_at=TUESDAY)


def split(one: UUID, off: UUID) -> ResidentsSplit:
    return ResidentsSplit(canonical_id=off, resident_id=one, merge_id=uuid4(), split_at=TUESDAY)


async def people(city: City, who: Person = CITY, query: str = "") -> int:
    answer = await city.get("feedback", f"/figures?period=2026-03{query}", who)
    assert answer.status_code == 200, answer.text
    count: int = answer.json()["per_person_served"]["denominator"]
    return count


async def test_merged_files_are_counted_as_one_person_until_they_are_split(patient: City) -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    await hear(patient, *(ended(resident_id=each) for each in (one, two, three)))
    assert await people(patient) == 3
    await hear(patient, merged(one, two), merged(one, two))
    assert await people(patient) == 2
    await hear(patient, merged(two, three))
    assert await people(patient, COUNTY) == 1, "what was merged before goes along"
    await hear(patient, split(two, three), split(two, three))
    assert await people(patient) == 2
    await hear(patient, split(one, two))
    assert await people(patient) == 3, "and comes back"


async def test_complaints_are_set_against_the_people_served_in_the_same_division(patient: City) -> None:
    await hear(patient, ended(), ended(), ended(division=OTHER_TOWNSHIP))
    for place in (TOWNSHIP, OTHER_TOWNSHIP):
        body = {"words": "无人接听。", "division": place}
        assert (await patient.post("feedback", "/complaints", OPERATOR, body, now=TUESDAY)).status_code == 201
    shown = (await patient.get("feedback", f"/figures?period=2026Q1&division={TOWNSHIP}", CITY)).json()
    assert (shown["complaints"], shown["per_person_served"]) == (
        1, {"numerator": 1, "denominator": 2, "rate": 0.5},
    )  # fmt: skip
    assert await people(patient, COUNTY) == 2


async def test_who_was_merged_is_written_to_and_called_under_the_file_that_counts(patient: City) -> None:
    with_phone = UUID((await asked(patient, resident=person(phones=[{"number": "13600000051"}])))["resident_id"])
    old, without = uuid4(), UUID((await asked(patient, resident=person(phones=[])))["resident_id"])
    await hear(patient, merged(old, with_phone), ended(resident_id=old))
    gone = uuid4()
    await hear(patient, merged(gone, without), ended(resident_id=gone))
    await patient.let_time_pass(moment("03-10 10:01"))
    assert len(await links(patient, "13600000051")) == 1
    items = (await patient.get("feedback", "/callbacks?limit=200", OPERATOR)).json()["items"]
    assert [item["resident_id"] for item in items] == [str(without)]
