"""Reference rows in memory: read once for all who ask at once, anew after an edit, never from what was undone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.kit.database import Database
from shared.kit.reference import Snapshot, gather_rows, put_row, reference, write_gathered
from shared.kit.rows import driver
from tests.kit.scratch import SOMEBODY, Scratch

DAY = date(2026, 3, 10)
ROW: dict[str, Any] = {"valid_from": date(2024, 1, 1), "valid_to": None, "source": "示例"}


async def snapshot_of(database: Database) -> Snapshot:
    async with database.work(SOMEBODY) as session:
        return await reference(session)


async def put(database: Database, name: str, version: int, *, fails: bool = False) -> None:
    async with database.work(SOMEBODY) as session:
        await put_row(session, "scratch", "a", body={"name": name}, version=version, **ROW)
        if fails:
            raise RuntimeError


def name_in(snapshot: Snapshot) -> str | None:
    row = snapshot.dated("scratch", "a", DAY)
    return row.body["name"] if row else None


@contextmanager
def loads(database: Database) -> Iterator[list[str]]:
    """How often all rows are read."""
    assert isinstance(database.bind, AsyncEngine)
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *rest: Any) -> None:
        if "FROM reference_row ORDER BY" in " ".join(statement.split()):
            seen.append(statement)

    event.listen(database.bind.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.bind.sync_engine, "before_cursor_execute", note)


async def test_an_edit_is_seen_as_soon_as_it_is_committed(scratch: Scratch) -> None:
    for version, name in enumerate(("one", "two", "three"), 1):
        await put(scratch.database, name, version)
        assert name_in(await snapshot_of(scratch.database)) == name


async def test_an_edit_that_was_undone_was_never_there(scratch: Scratch) -> None:
    await put(scratch.database, "kept", 11)
    await snapshot_of(scratch.database)
    with pytest.raises(RuntimeError):
        await put(scratch.database, "undone", 12, fails=True)
    assert name_in(await snapshot_of(scratch.database)) == "kept"


async def test_while_nothing_changes_nothing_is_read_again(scratch: Scratch) -> None:
    await snapshot_of(scratch.database)
    with loads(scratch.database) as seen:
        assert len({id(await snapshot_of(scratch.database)) for _ in range(20)}) == 1
    assert seen == []


async def test_after_an_edit_all_who_ask_at_once_wait_for_one_reading(scratch: Scratch) -> None:
    await put(scratch.database, "busy", 21)
    with loads(scratch.database) as seen:
        snapshots = await asyncio.gather(*(snapshot_of(scratch.database) for _ in range(20)))
    assert {name_in(snapshot) for snapshot in snapshots} == {"busy"}
    assert len(seen) == 1


async def test_rows_that_are_gathered_are_written_together_and_read_before_that(scratch: Scratch) -> None:
    count = "SELECT count(*) FROM reference_row WHERE table_name = 'gathered'"
    async with scratch.database.work(SOMEBODY) as session:
        gather_rows(session)
        for number in (1, 2, 3):
            body, key = {"name": f"number {number}"}, f"key {number % 2}"
            await put_row(session, "gathered", key, body=body, version=number, **ROW)
        connection = await driver(session)
        assert await connection.fetchval(count) == 0
        # Nobody reads a memory in which they are missing.
        scratch.database.memory.pop("reference", None)
        held = await reference(session)
        assert [held.latest("gathered", key)["name"] for key in ("key 0", "key 1")] == ["number 2", "number 3"]
        await put_row(session, "gathered", "late", body={}, version=1, **ROW)
        await write_gathered(session)
    assert await scratch.owner.fetchval(count) == 3
