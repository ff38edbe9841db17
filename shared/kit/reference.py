"""Reference rows: dated data with a source, the same uniform store in every service, held in memory to be read.

They are edited in one place and copied to the others by facts. A row is valid from a day (inclusive) until a
day (exclusive, or open); of several rows of one key, the day decides. What a table's rows look like is said by
its model in the contract.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.rows import driver
from shared.kit.tables import KitTable

# A process forgets at once what it changed itself; what another process changed is seen after this long.
FRESH_SECONDS = 5.0
Row = TypeVar("Row", bound=BaseModel)


class StoredRow(KitTable):
    """One dated row of a reference table."""

    __tablename__ = "reference_row"

    table: Mapped[str] = mapped_column("table_name", primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    body: Mapped[dict[str, Any]]
    source: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")


@dataclass(frozen=True, slots=True)
class Dated:
    """A row in memory."""

    key: str
    valid_from: date
    valid_to: date | None
    body: dict[str, Any]
    source: str
    version: int

    def is_valid(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Snapshot:
    """All reference rows of a service at one time, typed when asked for."""

    def __init__(self, rows: dict[str, dict[str, list[Dated]]]) -> None:
        self._rows = rows
        self._typed: dict[tuple[type[BaseModel], str, str, date], BaseModel] = {}
        self._made: dict[object, Any] = {}

    def dated(self, table: str, key: str, day: date) -> Dated | None:
        """The row of a key that is valid on a day."""
        valid = [row for row in self._rows.get(table, {}).get(key, ()) if row.is_valid(day)]
        return valid[-1] if valid else None

    def latest(self, table: str, key: str) -> dict[str, Any]:
        """The body of a key's newest row, whatever day it is."""
        return self._rows[table][key][-1].body

    def keys(self, table: str) -> list[str]:
        return list(self._rows.get(table, {}))

    def every(self, table: str, day: date) -> Iterator[Dated]:
        """All rows of a table that are valid on a day."""
        for key in self._rows.get(table, {}):
            row = self.dated(table, key, day)
            if row is not None:
                yield row

    def get(self, kind: type[Row], table: str, key: str, day: date) -> Row | None:
        """A typed row, or None where there is none on that day."""
        row = self.dated(table, key, day)
        return self._as(kind, table, row) if row is not None else None

    def all(self, kind: type[Row], table: str, day: date) -> list[Row]:
        """All typed rows of a table on a day."""
        return [self._as(kind, table, row) for row in self.every(table, day)]

    def _as(self, kind: type[Row], table: str, row: Dated) -> Row:
        place = (kind, table, row.key, row.valid_from)
        found = self._typed.get(place)
        if found is None:
            found = self._typed[place] = kind.model_validate(row.body)
        assert isinstance(found, kind)
        return found

    def made(self, name: object, make: Any) -> Any:
        """Something costly computed from the rows, kept as long as they are."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]


# Rows are only ever added or raised in version, so this pair changes with every edit.
STAMP = select(func.count(), func.sum(StoredRow.version)).select_from(StoredRow)


async def reference(session: AsyncSession) -> Snapshot:
    """The reference rows, from memory where they are fresh."""
    memory: dict[str, Any] = session.info["memory"]
    held = _fresh(memory)
    if held is not None:
        return held
    # Whoever waits below holds a connection already, and so does whoever reads: else they would wait for each other.
    await session.connection()
    # One reads for all who ask at once; side by side, twenty would read for seconds after each edit.
    async with memory.setdefault("reference_reading", asyncio.Lock()):
        return _fresh(memory) or await _read_anew(session, memory)


def _fresh(memory: dict[str, Any]) -> Snapshot | None:
    held: tuple[float, Snapshot] | None = memory.get("reference")
    return held[1] if held is not None and time.monotonic() - held[0] < FRESH_SECONDS else None


async def _read_anew(session: AsyncSession, memory: dict[str, Any]) -> Snapshot:
    held: tuple[float, Snapshot] | None = memory.get("reference")
    edits = memory.get("reference_edits", 0)
    await write_gathered(session)
    stamp = tuple((await session.execute(STAMP)).one())
    is_same = held is not None and memory.get("reference_stamp") == stamp
    snapshot = held[1] if held is not None and is_same else await _load(session)
    # What was edited while it was read may be missing in it: good for this once, not to be remembered.
    if memory.get("reference_edits", 0) == edits:
        memory["reference"], memory["reference_stamp"] = (time.monotonic(), snapshot), stamp
    return snapshot


async def _load(session: AsyncSession) -> Snapshot:
    rows: dict[str, dict[str, list[Dated]]] = {}
    query = select(StoredRow.__table__).order_by(StoredRow.table, StoredRow.key, StoredRow.valid_from)
    for row in await session.execute(query):
        rows.setdefault(row[0], {}).setdefault(row[1], []).append(Dated(*row[1:]))
    return Snapshot(rows)


def forget(session: AsyncSession) -> None:
    """After this transaction's commit, read the rows anew."""
    memory: dict[str, Any] = session.info["memory"]
    if session.info.setdefault("forgets_reference", False):
        return
    session.info["forgets_reference"] = True

    def edited() -> None:
        memory.pop("reference", None)
        memory["reference_edits"] = memory.get("reference_edits", 0) + 1

    session.info["after_commit"].append(edited)


async def hold_row(session: AsyncSession, table: str, key: str, *, valid_from: date) -> int:
    """Hold a key against other editors until the commit; the version of its row of that day, 0 where there is none.

    What is remembered may be seconds old, and a row that is not there yet cannot be locked: so the key itself is.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{table}\x1f{key}", 0))))
    wanted = (StoredRow.table == table, StoredRow.key == key, StoredRow.valid_from == valid_from)
    return await session.scalar(select(StoredRow.version).where(*wanted)) or 0


PUT = """
INSERT INTO reference_row (table_name, key, valid_from, valid_to, body, source, version)
SELECT r.table_name, r.key, r.valid_from, r.valid_to, r.body::jsonb, r.source, r.version
FROM unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::text[], $6::text[], $7::int[])
     AS r(table_name, key, valid_from, valid_to, body, source, version)
ON CONFLICT (table_name, key, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, body = excluded.body, source = excluded.source, version = excluded.version
"""
GATHERED: Final = "gathered_reference_rows"


async def put_row(
    session: AsyncSession, table: str, key: str, *, valid_from: date, valid_to: date | None,
    body: dict[str, Any], source: str, version: int,
) -> None:  # fmt: skip
    """Write a row as it now is; where rows are gathered, with all the others."""
    row = (table, key, valid_from, valid_to, orjson.dumps(body).decode(), source, version)
    gathered: dict[object, tuple[Any, ...]] | None = session.info.get(GATHERED)
    if gathered is not None:
        gathered[table, key, valid_from] = row
    else:
        await _put(session, [row])
    forget(session)


def gather_rows(session: AsyncSession) -> None:
    """Put rows by together from now on: a service that starts hears some three thousand, one fact each.

    Whoever gathers writes them before the commit, and takes nothing back half-way.
    """
    session.info[GATHERED] = {}


async def write_gathered(session: AsyncSession) -> None:
    """Write what was put by."""
    gathered: dict[object, tuple[Any, ...]] = session.info.get(GATHERED, {})
    rows = [*gathered.values()]
    gathered.clear()
    if rows:
        await _put(session, rows)


async def _put(session: AsyncSession, rows: Sequence[tuple[Any, ...]]) -> None:
    await (await driver(session)).execute(PUT, *map(list, zip(*rows, strict=True)))


async def put_rows(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> set[tuple[str, str, date]]:
    """Write many rows where there are none yet; which ones were written."""
    statement = insert(StoredRow).values([row | {"version": 1} for row in rows]).on_conflict_do_nothing()
    added = await session.execute(statement.returning(StoredRow.table, StoredRow.key, StoredRow.valid_from))
    forget(session)
    return {(table, key, day) for table, key, day in added}
