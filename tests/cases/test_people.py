"""Merged files: rows stay as they were written, and one person has one open case at a station."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from shared.kit.clock import wall_clock
from shared.kit.database import Context
from shared.schemas.facts.needs import ResidentsSplit
from tests.cases.people import arrived, done, hear, merged, opened, read, refused
from tests.city import City
from tests.people import HEAD, STATION, WORKER


def split(gone: str, canonical: str) -> ResidentsSplit:
    return ResidentsSplit(canonical_id=UUID(canonical), resident_id=UUID(gone), merge_id=uuid4(), split_at=wall_clock())


async def refuse_second(city: City, need: dict[str, Any]) -> str:
    return (await refused(city, "/cases", WORKER, {"need_id": need["id"]}))[1]


async def cases_of(city: City, resident: str) -> list[str]:
    answer = await city.get("cases", "/cases", HEAD, params={"resident_id": resident, "limit": 200})
    return [row["id"] for row in answer.json()["items"]]


async def test_under_another_file_of_the_person_no_second_case_opens_and_the_need_joins(working: City) -> None:
    case, need = await opened(working), await arrived(working)
    await hear(working, merged(need["resident_id"], case["resident_id"]))
    assert await refuse_second(working, need) == "case-already-open"
    await done(working, f"/cases/{case['id']}/needs", WORKER, {"need_id": need["id"]})
    found = await read(working, case["id"])
    assert [part["need_id"] for part in found["needs"]] == [case["need_id"], need["id"]]
    assert found["resident_id"] == case["resident_id"]


async def test_it_makes_no_difference_which_file_the_case_was_opened_for(working: City) -> None:
    case, need = await opened(working), await arrived(working)
    await hear(working, merged(case["resident_id"], need["resident_id"]))
    assert await refuse_second(working, need) == "case-already-open"
    assert await cases_of(working, need["resident_id"]) == [case["id"]]


async def test_a_need_that_policy_makes_a_case_joins_the_case_of_the_other_file(working: City) -> None:
    case = await opened(working)
    first = await arrived(working)
    await hear(working, merged(first["resident_id"], case["resident_id"]))
    need = await arrived(working, "counselling", resident=None, resident_id=first["resident_id"])
    assert need["id"] in [part["need_id"] for part in (await read(working, case["id"]))["needs"]]


async def test_files_that_were_merged_one_after_the_other_are_all_one_persons(working: City) -> None:
    case, second, third = await opened(working), await arrived(working), await arrived(working)
    await hear(
        working, merged(third["resident_id"], second["resident_id"]), merged(second["resident_id"], case["resident_id"])
    )
    assert await refuse_second(working, third) == "case-already-open"


async def test_undoing_a_merge_makes_two_people_of_them_and_leaves_an_earlier_one(working: City) -> None:
    case, second, third = await opened(working), await arrived(working), await arrived(working)
    await hear(
        working, merged(third["resident_id"], second["resident_id"]), merged(second["resident_id"], case["resident_id"])
    )
    await hear(working, split(second["resident_id"], case["resident_id"]))
    other = await done(working, "/cases", WORKER, {"need_id": second["id"]})
    assert other["id"] != case["id"]
    assert await refuse_second(working, third) == "case-already-open"
    assert await cases_of(working, third["resident_id"]) == [other["id"]]


async def test_two_cases_that_were_open_when_the_files_were_merged_show_each_other(working: City) -> None:
    one, other = await opened(working), await opened(working)
    assert (await read(working, one["id"]))["also_open"] == []
    await hear(working, merged(one["resident_id"], other["resident_id"]))
    assert (await read(working, one["id"]))["also_open"] == [other["id"]]
    assert (await read(working, other["id"]))["also_open"] == [one["id"]]


async def test_who_is_who_is_seen_by_the_look_up_alone(working: City) -> None:
    case, need = await opened(working), await arrived(working)
    await hear(working, merged(need["resident_id"], case["resident_id"]))
    async with working.house("cases").database.work(Context(actor="x", stations=(str(STATION),))) as session:
        assert await session.scalar(text("SELECT count(*) FROM resident_alias")) == 0
        asked = {"wanted": UUID(case["resident_id"])}
        files = await session.scalar(text("SELECT files_of_person(:wanted)"), asked)
    assert set(files) == {UUID(case["resident_id"]), UUID(need["resident_id"])}
