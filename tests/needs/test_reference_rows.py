"""Reference rows: nobody's edit vanishes, the past stays, and everybody hears of it."""

import asyncio
from typing import Any

from tests.city import City
from tests.needs.asking import TUESDAY
from tests.people import ADMINISTRATOR, OPERATOR


def closed(day: str, why: str) -> dict[str, Any]:
    body = {"date": day, "is_workday": False, "name_zh": why, "name_en": "Closed"}
    return {"valid_from": "2024-01-01", "source": "临时放假通知（示例）", "body": body}


async def write(city: City, day: str, why: str, version: int) -> int:
    path = f"/reference/calendar_day/{day}"
    return (await city.put("needs", path, ADMINISTRATOR, closed(day, why), version=version, now=TUESDAY)).status_code


async def read(city: City, day: str) -> dict[str, Any]:
    row: dict[str, Any] = (await city.get("needs", f"/reference/calendar_day/{day}", OPERATOR)).json()
    return row


async def test_a_row_is_written_once_and_edited_by_its_version(needs_alone: City) -> None:
    day = "2026-07-01"
    assert [await write(needs_alone, day, "甲", 0), await write(needs_alone, day, "乙", 0)] == [200, 412]
    assert [await write(needs_alone, day, "丙", 1), await write(needs_alone, day, "丁", 1)] == [200, 412]
    row = await read(needs_alone, day)
    assert (row["body"]["name_zh"], row["version"]) == ("丙", 2)


async def test_of_twenty_edits_of_one_version_one_wins_and_nineteen_are_told(needs_alone: City) -> None:
    day = "2026-07-02"
    assert await write(needs_alone, day, "first", 0) == 200
    answers = await asyncio.gather(*(write(needs_alone, day, f"edit {number}", 1) for number in range(20)))
    assert sorted(answers) == [200] + [412] * 19
    row = await read(needs_alone, day)
    assert row["version"] == 2
    assert row["body"]["name_zh"] == f"edit {answers.index(200)}"


async def test_of_twenty_new_rows_of_one_key_one_is_written(needs_alone: City) -> None:
    day = "2026-07-03"
    answers = await asyncio.gather(*(write(needs_alone, day, f"new {number}", 0) for number in range(20)))
    assert sorted(answers) == [200] + [412] * 19
    owner = await needs_alone.owner("needs")
    query = "SELECT array_agg(sequence ORDER BY sequence) FROM fact WHERE subject = $1"
    assert await owner.fetchval(query, f"calendar_day:{day}") == [1]
    await owner.close()


async def test_a_row_that_does_not_fit_its_table_is_refused_with_the_place(needs_alone: City) -> None:
    form = closed("2026-07-04", "甲")
    form["body"]["is_workday"] = "perhaps"
    answer = await needs_alone.put("needs", "/reference/calendar_day/2026-07-04", ADMINISTRATOR, form, version=0)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/body/is_workday"]


async def test_only_the_administrator_edits(needs_alone: City) -> None:
    path = "/reference/calendar_day/2026-07-05"
    assert (await needs_alone.put("needs", path, OPERATOR, closed("2026-07-05", "甲"), version=0)).status_code == 403
