"""The edge: what is answered has happened, what is refused has not, and a transaction has one clock."""

import asyncio
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from deploy.postgres import Cluster
from shared.kit.bell import Bell
from shared.kit.database import Database
from tests.kit.scratch import SOMEBODY, Scratch, scratch_service, write_note
from tests.people import OPERATOR, WORKER

TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
WAYS_TO_FAIL = [("refuse", 409), ("break", 500), ("fail at commit", 500)]
WANTED = "If-Match, Authorization, Fuzhou-Deadline-Ms"


async def add(scratch: Scratch, word: str, *, then: str = "", key: str | None = None) -> httpx.Response:
    return await scratch.city.post("needs", "/notes", OPERATOR, {"word": word, "then": then}, key=key)


@pytest.mark.parametrize(("then", "status"), WAYS_TO_FAIL)
async def test_what_goes_wrong_is_never_answered_as_done(scratch: Scratch, then: str, status: int) -> None:
    answer = await add(scratch, "one", then=then)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "a bug" not in answer.text
    assert "note" not in answer.text


@pytest.mark.parametrize(("then", "_"), WAYS_TO_FAIL)
async def test_what_goes_wrong_leaves_no_row_no_fact_and_no_kept_answer(scratch: Scratch, then: str, _: int) -> None:
    word, key = f"two {then}", str(uuid4())
    await add(scratch, word, then=then, key=key)
    assert await scratch.notes(word) == []
    assert await scratch.facts(word) == []
    assert not await scratch.owner.fetchval("SELECT count(*) FROM idempotency WHERE key = $1", key)


async def test_after_a_failure_the_same_key_works(scratch: Scratch) -> None:
    key = str(uuid4())
    await add(scratch, "three", then="break", key=key)
    assert (await add(scratch, "three", key=key)).status_code == 201
    assert len(await scratch.notes("three")) == 1


async def test_what_was_done_is_there_before_the_answer_is(scratch: Scratch) -> None:
    assert (await add(scratch, "four")).status_code == 201
    assert (len(await scratch.notes("four")), await scratch.facts("four")) == (1, [1])


async def test_a_transaction_that_fails_rings_no_bell(scratch: Scratch) -> None:
    class Counting(Bell):
        rung = 0

        def ring(self) -> None:
            self.rung += 1

    bell = Counting()
    database = Database(scratch.database.bind, bell=bell)

    async def fail() -> None:
        async with database.work(SOMEBODY) as session:
            await write_note(session, "five")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert bell.rung == 0
    async with database.work(SOMEBODY) as session:
        await write_note(session, "five")
        assert bell.rung == 0, "readers are woken when there is something to read"
    assert bell.rung == 1
    async with database.work(SOMEBODY) as session:
        await session.execute(text("SELECT 1"))
    assert bell.rung == 1, "nothing was announced"


async def test_a_request_that_is_cancelled_leaves_nothing_and_returns_its_connection(scratch: Scratch) -> None:
    async def endless() -> None:
        async with scratch.database.work(SOMEBODY) as session:
            await write_note(session, "six")
            await asyncio.sleep(60)

    tasks = [asyncio.create_task(endless()) for _ in range(10)]
    await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await scratch.notes("six") == []
    assert (await add(scratch, "six")).status_code == 201


async def test_in_tests_a_request_brings_its_own_time(scratch: Scratch) -> None:
    await scratch.city.post("needs", "/notes", OPERATOR, {"word": "seven"}, now=TUESDAY)
    assert [row["at"] for row in await scratch.notes("seven")] == [TUESDAY]
    assert await scratch.owner.fetchval("SELECT time FROM fact WHERE subject = 'seven'") == TUESDAY


@pytest.mark.parametrize("written", ["yesterday", "2026-03-10T10:00:00", "2026-03-10", "", "0001-01-01T00:00:00+14:00"])
async def test_a_time_without_an_offset_or_outside_the_calendar_is_refused(scratch: Scratch, written: str) -> None:
    answer = await scratch.city.post("needs", "/notes", WORKER, {"word": "late"}, headers={"Fuzhou-Now": written})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("bad-clock")


async def test_production_refuses_a_request_that_brings_its_own_time(cluster: Cluster, folder: Path) -> None:
    async with scratch_service(cluster, folder, environment="production") as production:
        refused = await production.city.post("needs", "/notes", OPERATOR, {"word": "eight"}, now=TUESDAY)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:fuzhou:problem:clock-not-yours")
        assert await production.notes("eight") == []
        assert (await add(production, "eight")).status_code == 201


async def test_a_transaction_has_one_clock(scratch: Scratch) -> None:
    async with scratch.database.work(SOMEBODY) as session:
        await write_note(session, "nine")
        await asyncio.sleep(0.05)
        await write_note(session, "nine")
    moments = {row["at"] for row in await scratch.notes("nine")}
    moments |= {row["time"] for row in await scratch.owner.fetch("SELECT time FROM fact WHERE subject = 'nine'")}
    assert len(moments) == 1


async def test_too_many_from_one_caller_are_told_when_to_come_back(scratch: Scratch) -> None:
    answers = [await scratch.city.post("needs", "/asked", OPERATOR) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    other = await scratch.city.post("needs", "/asked", WORKER)
    assert other.status_code == 200, "one caller's haste is not another's"


async def test_too_many_from_one_address_are_told_when_to_come_back(scratch: Scratch) -> None:
    answers = [await scratch.city.get("needs", f"/open/{number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60


async def test_only_the_pages_of_named_sites_may_call(cluster: Cluster, folder: Path) -> None:
    allowed = {"allowed_origins": ("https://front.example",)}
    async with scratch_service(cluster, folder, **allowed) as scratch:
        client = scratch.city.client("needs")
        asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": WANTED}
        named = await client.options("/notes", headers={"Origin": "https://front.example"} | asked)
        assert (named.status_code, named.headers["access-control-allow-origin"]) == (200, "https://front.example")
        other = await client.options("/notes", headers={"Origin": "https://elsewhere.example"} | asked)
        assert "access-control-allow-origin" not in other.headers


async def test_no_other_site_may_call_unless_one_is_named(scratch: Scratch) -> None:
    answer = await scratch.city.client("needs").get("/notes", headers={"Origin": "https://front.example"})
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers
