"""A department hands many stations their packages at once."""

import asyncio
import json
from typing import Any

import httpx

from services.matching.service.capacity import EXPIRE, reconcile
from shared.kit.database import Context
from shared.kit.timers import timers_of
from tests.city import City, Person
from tests.matching.people import FIRST, SECOND, STATION, TUESDAY, officer, publish, system
from tests.people import HEAD, OTHER_STATION

SYSTEM = system(FIRST)
MACHINE = Context(actor="matching.timers", machine="matching.timers")


def row(external_id: str, quota: int = 5, **changes: Any) -> dict[str, Any]:
    return {"external_id": external_id, "station_id": str(STATION), "quarter": "2026Q1", "quota": quota} | changes


async def send(city: City, *rows: dict[str, Any] | str, by: Person = SYSTEM) -> httpx.Response:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in rows]
    headers = {"Content-Type": "application/x-ndjson"}
    client = city.client("matching", by, now=TUESDAY)
    return await client.post("/packages/batch", content="\n".join(lines).encode(), headers=headers)


async def outcomes(city: City, *rows: dict[str, Any] | str) -> list[str]:
    answer = await send(city, *rows)
    assert answer.status_code == 200, answer.text
    return [each["outcome"] for each in answer.json()["rows"]]


async def free(city: City, resource: dict[str, Any]) -> int:
    body = (await city.get("matching", f"/resources/{resource['id']}", HEAD)).json()
    left: int = body["capacity"]["available"]
    return left


async def written(city: City) -> tuple[int, ...]:
    owner = await city.owner("matching")
    counts = [
        await owner.fetchval(f"SELECT count(*) FROM {table}") for table in ("account", "ledger_entry", "timer", "fact")
    ]
    await owner.close()
    return tuple(counts)


async def in_balance(city: City) -> bool:
    async with city.house("matching").database.work(MACHINE, now=TUESDAY) as session:
        return await reconcile(session) == {}


async def test_packages_are_handed_out_of_the_capacity_and_end_with_their_quarter(giving: City) -> None:
    listed = await publish(giving, FIRST, "handed", capacity=20)
    answer = await send(giving, row("handed", 5), row("handed", 8, station_id=str(OTHER_STATION)))
    assert answer.json()["counts"] == {"created": 2, "changed": 0, "unchanged": 0, "refused": 0}
    id = answer.json()["rows"][0]["package_id"]
    ledger = (await giving.get("matching", f"/packages/{id}/ledger", HEAD)).json()
    assert [(entry["kind"], entry["quantity"]) for entry in ledger["entries"]] == [("grant", 5)]
    assert (ledger["remaining"], await free(giving, listed)) == (5, 7)
    async with giving.house("matching").database.work(MACHINE, now=TUESDAY) as session:
        (timer,) = await timers_of(session, id, kind=EXPIRE)
    assert timer.due.isoformat() == "2026-03-31T16:00:00+00:00"
    assert await in_balance(giving)


async def test_the_same_file_again_writes_nothing(giving: City) -> None:
    await publish(giving, FIRST, "twice", capacity=20)
    assert await outcomes(giving, row("twice")) == ["created"]
    before = await written(giving)
    assert await outcomes(giving, row("twice")) == ["unchanged"]
    assert await written(giving) == before


async def test_a_line_says_how_much_in_all_so_more_is_added_and_less_is_refused(giving: City) -> None:
    listed = await publish(giving, FIRST, "in-all", capacity=20)
    by_hand = {"resource_id": listed["id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": 4}
    made = await giving.post("matching", "/packages", officer(FIRST), by_hand, now=TUESDAY)
    answer = await send(giving, row("in-all", 9))
    assert [(each["package_id"], each["outcome"]) for each in answer.json()["rows"]] == [(made.json()["id"], "changed")]
    assert await free(giving, listed) == 11
    assert await outcomes(giving, row("in-all", 8)) == ["refused"]
    assert await free(giving, listed) == 11
    assert await in_balance(giving)


async def test_a_bad_line_spoils_none_of_the_others(giving: City) -> None:
    listed = await publish(giving, FIRST, "scarce", capacity=10)
    await publish(giving, FIRST, "endless", capacity=None)
    await publish(giving, SECOND, "of-another", capacity=10)
    answer = await send(
        giving, "{", row("scarce", 6), row("scarce", 6), row("scarce", 5, station_id=str(OTHER_STATION)),
        row("nobody-lists-this"), row("of-another"), row("endless"), row("scarce", quarter="2026"),
        row("scarce", 4, station_id="0197f0c4-6f3a-7b5e-9d2b-0c7f3a1e5d10"),
    )  # fmt: skip
    rows = answer.json()["rows"]
    assert [each["outcome"] for each in rows] == ["refused", "created", *["refused"] * 7]
    assert [error["pointer"] for each in rows for error in each["errors"]] == [
        "#", "#", "#/quota", "#/external_id", "#/external_id", "#/external_id", "#/quarter", "#/station_id",
    ]  # fmt: skip
    assert all(error["zh"] and error["en"] for each in rows for error in each["errors"])
    assert await free(giving, listed) == 4


async def test_two_files_at_once_never_hand_out_more_than_there_is(giving: City) -> None:
    listed = await publish(giving, FIRST, "both", capacity=10)
    files = [row("both", 7), row("both", 7, station_id=str(OTHER_STATION))]
    answers = await asyncio.gather(*(send(giving, each) for each in files))
    assert sorted(answer.json()["rows"][0]["outcome"] for answer in answers) == ["created", "refused"]
    assert await free(giving, listed) == 3
    assert await in_balance(giving)


async def test_what_another_department_lists_is_refused_line_by_line_and_nothing_is_written(giving: City) -> None:
    await publish(giving, FIRST, "the-firsts", capacity=10)
    before = await written(giving)
    answer = await send(giving, row("the-firsts"), by=officer(SECOND))
    assert [each["outcome"] for each in answer.json()["rows"]] == ["refused"]
    assert await written(giving) == before


async def test_only_who_gives_hands_out(giving: City) -> None:
    await publish(giving, FIRST, "not-the-stations", capacity=10)
    assert (await send(giving, row("not-the-stations"), by=HEAD)).status_code == 403
