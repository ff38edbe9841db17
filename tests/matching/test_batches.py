"""Departments send what they give as one file: read, written in pieces, answered row by row."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
from sqlalchemy import select
from starlette.requests import ClientDisconnect

from shared.kit.bulk.tables import Batch, BatchPart
from shared.kit.bulk.working import Bulk
from shared.kit.database import Context
from tests.city import City
from tests.matching.people import FIRST, TOWNSHIP, TUESDAY, resource, system

LINES = "application/x-ndjson"
LATER = {"Prefer": "respond-async"}
HEADER = "external_id,name,category,unit,areas,division,point.lng,point.lat,capacity"
# Facts that a reader of the feed sees: those of no transaction that another one may still undercut.
IN_THE_FEED = """
SELECT count(*) FROM fact WHERE name = 'matching.resource_published.v1' AND body ->> 'category' = 'start_up'
  AND xid < pg_snapshot_xmin(pg_current_snapshot())
"""


async def send(city: City, content: Any, kind: str = LINES, **headers: str) -> httpx.Response:
    client = city.client("matching", system(FIRST), now=TUESDAY)
    path = f"/providers/{FIRST}/resources/batch"
    return await client.post(path, content=content, headers={"Content-Type": kind} | headers)


async def read(city: City, path: str, **options: Any) -> httpx.Response:
    return await city.client("matching", system(FIRST)).get(path, **options)


def lines(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def hands(city: City) -> Bulk:
    """A process's hands on the files, as it has them when it has just begun."""
    house = city.house("matching")
    assert house.bulk is not None
    return Bulk("matching", house.database, house.bulk.kinds)


async def count(city: City, query: str, *values: Any) -> int:
    owner = await city.owner("matching")
    try:
        return int(await owner.fetchval(query, *values))
    finally:
        await owner.close()


async def shown(city: City, wanted: int) -> int:
    """What a reader of the feed sees, once nobody elsewhere in the cluster holds it up."""
    for _ in range(200):
        if (seen := await count(city, IN_THE_FEED)) >= wanted:
            break
        await asyncio.sleep(0.05)
    return seen


async def test_the_same_rows_are_the_same_in_json_and_in_any_table_that_excel_saves(giving: City) -> None:
    row = {
        "external_id": "t-1", "name": "上顿渡镇𤇃氏食堂", "category": "meals", "unit": "person_time",
        "areas": [TOWNSHIP, "361002101"], "division": TOWNSHIP, "point": {"lng": 116.3, "lat": 27.9}, "capacity": 40,
    }  # fmt: skip
    table = (
        f'{HEADER}\r\nt-1,上顿渡镇𤇃氏食堂,meals,person_time,"{TOWNSHIP};361002101",{TOWNSHIP},116.3,27.9,40\r\n\r\n'
    )
    assert (await send(giving, lines([row]))).json()["counts"]["created"] == 1
    for letters, kind in (
        ("utf-8", "text/csv"), ("utf-8-sig", "text/csv"), ("gb18030", "text/csv"),
        ("gb18030", "text/csv; charset=GB18030"),
    ):  # fmt: skip
        answer = await send(giving, table.encode(letters), kind)
        assert answer.status_code == 200, answer.text
        (told,) = answer.json()["rows"]
        assert (told["number"], told["client_reference"], told["outcome"]) == (2, "t-1", "unchanged")
    assert (await send(giving, table.replace(",40", ";40").encode(), "text/csv")).json()["counts"]["refused"] == 1


async def test_a_column_that_nobody_knows_is_named_and_nothing_is_kept(giving: City) -> None:
    kept = await count(giving, "SELECT count(*) FROM batch")
    answer = await send(giving, "external_id,名称\na-1,助餐\n".encode(), "text/csv")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/名称"
    assert await count(giving, "SELECT count(*) FROM batch") == kept


async def test_a_file_is_written_in_pieces_and_goes_on_after_a_death(giving: City) -> None:
    """Each piece by a process that just began, as if the one before had been killed."""
    rows = [resource(external_id=f"p-{number}", category="start_up", areas=["361030"]) for number in range(2300)]
    rows[2200] = rows[3] | {"name": "另一个"}
    begun = await send(giving, lines(rows), **LATER)
    assert begun.status_code == 202, begun.text
    place = begun.headers["location"].removeprefix("/matching/v1")
    assert (begun.json()["status"], begun.json()["answered"]) == ("working", 0)
    before, seen = await count(giving, IN_THE_FEED), []
    while (now := (await read(giving, place)).json())["status"] == "working":
        await hands(giving).step()
        answered = (await read(giving, place)).json()["answered"]
        seen.append(await shown(giving, before + min(answered, 2299)) - before)
    # Readers of the feed need not wait for the end, and no piece is longer than a thousand.
    assert seen == [1000, 2000, 2299]
    assert now["counts"] == {"created": 2299, "changed": 0, "unchanged": 0, "refused": 1}
    (twice,) = (await read(giving, f"{place}/rows", params={"outcome": "refused"})).json()["items"]
    assert (twice["number"], twice["client_reference"], twice["errors"][0]["pointer"]) == (2201, "p-3", "#/external_id")
    assert await count(giving, "SELECT count(*) FROM batch_part") == 0
    again = (await send(giving, lines(rows))).json()
    assert again["counts"] == {"created": 0, "changed": 0, "unchanged": 2299, "refused": 1}
    assert await count(giving, IN_THE_FEED) - before == 2299
    assert await count(giving, "SELECT count(*) FROM resource WHERE category = 'start_up' AND version > 1") == 0


async def test_what_breaks_off_half_way_leaves_nothing(giving: City) -> None:
    async def breaks_off() -> AsyncIterator[bytes]:
        for number in range(1500):
            yield lines([resource(external_id=f"gone-{number}")]) + b"\n"
        raise ClientDisconnect

    everything = "SELECT (SELECT count(*) FROM batch) + (SELECT count(*) FROM batch_part)"
    kept = await count(giving, everything)
    assert (await send(giving, breaks_off())).status_code == 400
    assert await count(giving, everything) == kept
    assert await count(giving, "SELECT count(*) FROM resource WHERE external_id LIKE 'gone-%'") == 0


async def test_a_large_file_is_followed_where_its_answer_says(giving: City) -> None:
    begun = await send(giving, b"{}\n" * 5001)
    assert begun.status_code == 202
    place = begun.headers["location"].removeprefix("/matching/v1")
    while await hands(giving).step():
        pass
    assert (await read(giving, place)).json()["counts"]["refused"] == 5001
    page = (await read(giving, f"{place}/rows", params={"after": 4990, "limit": 10})).json()
    assert ([row["number"] for row in page["items"]], page["next"]) == ([*range(4991, 5001)], "5000")
    last = (await read(giving, f"{place}/rows", params={"after": page["next"], "limit": 10})).json()
    assert ([row["number"] for row in last["items"]], last["next"]) == ([5001], None)


async def test_all_answers_come_as_lines_or_as_a_table_for_people(giving: City) -> None:
    rows = [resource(external_id="r-1"), resource(external_id="r-2", category="moonlight", unit="cup"), {"name": "无"}]
    place = f"/batches/{(await send(giving, lines(rows))).json()['id']}/report"
    told = [json.loads(line) for line in (await read(giving, place)).text.splitlines()]
    assert [(row["number"], row["outcome"]) for row in told] == [(1, "created"), (2, "refused"), (3, "refused")]
    answer = await read(giving, place, params={"outcome": "refused"}, headers={"Accept": "text/csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [table[0][name] for name in ("number", "client_reference", "pointer")] == ["2", "r-2", "#/unit"]
    assert {row["number"] for row in table} == {"2", "3"}
    assert all(row["en"] and row["zh"] for row in table)


async def test_what_waits_to_be_written_is_unreadable_and_only_its_senders(giving: City) -> None:
    name = "临川区王秀兰定向助餐"
    begun = await send(giving, lines([resource(external_id="secret-1", name=name)]), **LATER)
    owner = await giving.owner("matching")
    parts = await owner.fetch("SELECT content FROM batch_part")
    await owner.close()
    assert parts
    assert not any(name.encode() in row["content"] or b"secret-1" in row["content"] for row in parts)
    other = Context(actor="system-health", provider="health")
    async with giving.house("matching").database.work(other) as session:
        seen = await session.scalars(select(Batch.id).union_all(select(BatchPart.batch_id)))
        assert seen.all() == []
    hands_on = hands(giving)
    while await hands_on.step():
        pass
    assert (await read(giving, f"/batches/{begun.json()['id']}")).json()["status"] == "done"


async def test_a_listing_is_warned_of_a_fortnight_before_and_suspended_when_nobody_vouches_any_more(
    giving: City,
) -> None:
    rows = [resource(external_id=f"ends-{number}", assured_until="2026-04-30") for number in range(2)]
    kept = resource(external_id="renewed", assured_until="2026-04-30")
    await send(giving, lines([*rows, kept]))
    await send(giving, lines([kept | {"assured_until": "2026-06-30"}]))
    timers = giving.house("matching").timers
    told = "SELECT coalesce(sum((body ->> 'listings')::int), 0) FROM fact WHERE name = 'matching.assurance_ending.v1'"
    await timers.fire_until(TUESDAY.replace(month=4, day=16, hour=8))
    assert await count(giving, told) == 0
    await timers.fire_until(TUESDAY.replace(month=4, day=16))
    assert await count(giving, told) == 2
    suspended = (
        "SELECT count(*) FROM resource WHERE external_id IN ('ends-0', 'ends-1', 'renewed') AND status <> 'active'"
    )
    await timers.fire_until(TUESDAY.replace(month=4, day=30, hour=23))
    assert await count(giving, suspended) == 0
    await timers.fire_until(TUESDAY.replace(month=5, day=1))
    assert await count(giving, suspended) == 2
    assert (await send(giving, lines([rows[0]]))).json()["counts"]["unchanged"] == 1
    renewed = await send(giving, lines([rows[0] | {"assured_until": "2026-07-31"}]))
    assert renewed.json()["counts"]["changed"] == 1
    assert await count(giving, suspended) == 1


async def test_answers_are_forgotten_after_a_month(giving: City) -> None:
    id = (await send(giving, lines([resource(external_id="old-1")]))).json()["id"]
    await hands(giving).sweep()
    assert (await read(giving, f"/batches/{id}")).status_code == 200
    owner = await giving.owner("matching")
    await owner.execute("UPDATE batch SET due_at = due_at - interval '31 days' WHERE id = $1", id)
    await owner.close()
    await hands(giving).sweep()
    assert (await read(giving, f"/batches/{id}")).status_code == 404
    assert await count(giving, "SELECT count(*) FROM batch_answers WHERE batch_id = $1", id) == 0
