"""A desk sends the needs that it wrote down elsewhere as one file."""

import json
from datetime import datetime
from typing import Any

import httpx

from tests.city import City
from tests.people import OPERATOR, need

TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")


async def send(city: City, rows: list[dict[str, Any]]) -> httpx.Response:
    client = city.client("needs", OPERATOR, now=TUESDAY)
    content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    return await client.post("/needs/batch", content=content, headers={"Content-Type": "application/x-ndjson"})


async def count(city: City, query: str) -> int:
    owner = await city.owner("needs")
    try:
        return int(await owner.fetchval(query))
    finally:
        await owner.close()


async def test_needs_of_a_file_are_registered_once_however_often_it_is_sent(needs_alone: City) -> None:
    rows = [need() | {"client_reference": f"12345-{number}"} for number in range(3)]
    rows[1] = rows[1] | {"division": "361099100"}
    before = await count(needs_alone, "SELECT count(*) FROM need")
    answer = await send(needs_alone, rows)
    assert answer.status_code == 200, answer.text
    first = answer.json()["rows"]
    assert [(row["client_reference"], row["outcome"]) for row in first] == [
        ("12345-0", "created"), ("12345-1", "refused"), ("12345-2", "created"),
    ]  # fmt: skip
    assert all(error["en"] and error["zh"] for error in first[1]["errors"])
    rows[1] = rows[1] | {"division": rows[0]["division"]}
    rows[2] = rows[2] | {"words": "想找人理发。"}
    again = (await send(needs_alone, rows)).json()["rows"]
    assert [row["outcome"] for row in again] == ["unchanged", "created", "refused"]
    assert [row["id"] for row in again][::2] == [row["id"] for row in first][::2]
    assert again[2]["errors"][0]["pointer"] == "#/client_reference"
    assert await count(needs_alone, "SELECT count(*) FROM need") == before + 3
    ours = "subject IN (SELECT need_id::text FROM sent_need)"
    told = f"SELECT count(*) FROM fact WHERE name = 'needs.need_registered.v1' AND {ours}"
    assert await count(needs_alone, told) == 3


async def test_nothing_that_a_file_said_is_readable_in_what_is_kept_of_it(needs_alone: City) -> None:
    row = need() | {"client_reference": "wangxiulan-1952", "words": "夜里一个人害怕。"}
    await send(needs_alone, [row])
    owner = await needs_alone.owner("needs")
    kept = ""
    for table in ("batch", "batch_part", "batch_answers", "sent_need"):
        kept += str(await owner.fetch(f"SELECT * FROM {table}"))
    await owner.close()
    assert OPERATOR.subject in kept
    assert "wangxiulan" not in kept
    assert "害怕" not in kept
