"""Retrying is always safe: one key is one effect, however often and however fast it comes."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.kit.scratch import Scratch
from tests.people import HEAD, OPERATOR


async def add(scratch: Scratch, word: str, key: str | None) -> httpx.Response:
    return await scratch.city.post("needs", "/notes", OPERATOR, {"word": word}, key=key)


async def test_fifty_at_once_are_one_effect(scratch: Scratch) -> None:
    key = str(uuid4())
    answers = await asyncio.gather(*(add(scratch, "fifty", key) for _ in range(50)))
    assert len(await scratch.notes("fifty")) == 1
    assert await scratch.facts("fifty") == [1]
    done = [answer for answer in answers if answer.status_code == 201]
    assert {answer.json()["id"] for answer in done} == {str((await scratch.notes("fifty"))[0]["id"])}
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert sum("Idempotent-Replay" not in answer.headers for answer in done) == 1
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert all(
        answer.json()["type"].endswith("still-in-flight") and answer.headers["Retry-After"] for answer in waiting
    )


async def test_the_same_key_and_body_give_the_same_answer(scratch: Scratch) -> None:
    key = str(uuid4())
    first, again = await add(scratch, "again", key), await add(scratch, "again", key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotent-Replay"] == "true"
    assert len(await scratch.notes("again")) == 1


async def test_the_same_key_with_another_body_is_refused(scratch: Scratch) -> None:
    key = str(uuid4())
    await add(scratch, "mine", key)
    assert (await add(scratch, "other", key)).json()["type"].endswith("key-reused")
    assert await scratch.notes("other") == []


async def test_the_same_key_with_other_parameters_is_refused(scratch: Scratch) -> None:
    key = str(uuid4())
    await add(scratch, "parameters", key)
    answer = await scratch.city.post("needs", "/notes?other=1", OPERATOR, {"word": "parameters"}, key=key)
    assert answer.status_code == 422


async def test_the_same_key_of_another_caller_is_another_intention(scratch: Scratch) -> None:
    key = str(uuid4())
    mine = await add(scratch, "shared key", key)
    theirs = await scratch.city.post("needs", "/notes", HEAD, {"word": "shared key"}, key=key)
    assert (mine.json()["by"], theirs.json()["by"]) == (OPERATOR.subject, HEAD.subject)
    assert len(await scratch.notes("shared key")) == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "钥匙".encode().decode("latin-1"), "x" * 129])
async def test_without_a_good_key_nothing_is_created(scratch: Scratch, key: str) -> None:
    client = scratch.city.client("needs", OPERATOR)
    headers = {b"Idempotency-Key": key.encode("latin-1")} if key else {}
    answer = await client.post("/notes", json={"word": "keyless"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:fuzhou:problem:key-needed")
    assert await scratch.notes("keyless") == []


async def test_a_kept_answer_can_not_be_read_in_the_database(scratch: Scratch) -> None:
    key = str(uuid4())
    answer = await add(scratch, "kept", key)
    kept = await scratch.owner.fetchval("SELECT answer FROM idempotency WHERE key = $1", key)
    assert answer.json()["id"].encode() not in kept
