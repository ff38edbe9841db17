"""Sealing anew, while everybody works: cells that an old key or another cipher sealed, in small batches.

What is left to do is told by the cells themselves, so a run that was cut off goes on where it was. A batch is one
short statement: it takes only rows that nobody holds, and only where the cell is still the one that was read; what
it had to pass over is found by the next pass. Versions stay, because nothing that a reader sees has changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.orm import DeclarativeBase

from shared.kit.bulk.tables import BatchAnswers, BatchPart, answers_place, part_place
from shared.kit.crypto import HEADER_BYTES, CannotOpen, Keyring, Place
from shared.kit.files.keeping import StoredFile, content_place
from shared.kit.idempotency import IdempotencyRow, answer_place
from shared.kit.sealed import Sealed

BATCH = 200
# Whole files: a few at a time fit in memory.
CONTENT_BATCH = 4
DIALECT = PGDialect()  # type: ignore[no-untyped-call]
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed cells, and the place that each was sealed for, by the row's key."""

    table: Table
    column: str
    place: Callable[[asyncpg.Record], Place]
    batch: int = BATCH

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column}"

    @cached_property
    def _keys(self) -> list[str]:
        return [column.name for column in self.table.primary_key]

    @cached_property
    def _types(self) -> list[str]:
        return [column.type.compile(DIALECT) for column in self.table.primary_key]

    def read(self, *, goes_on: bool) -> str:
        """The next cells under another header, by key: `$1` the header, `$2` how many, then the last key read."""
        keys = ", ".join(self._keys)
        last = ", ".join(f"${number}::{kind}" for number, kind in enumerate(self._types, 3))
        after = f"AND ({keys}) > ({last})" if goes_on else ""
        # Names come from the models, never from a caller.
        return (
            f"SELECT {keys}, {self.column} AS cell FROM {self.table.name}"  # noqa: S608
            f" WHERE substr({self.column}, 1, {HEADER_BYTES}) <> $1 {after} ORDER BY {keys} LIMIT $2"
        )

    def write(self) -> str:
        """Put cells in the place of those that were read: `$1` those, `$2` the new ones, then the keys."""
        keys, here = ", ".join(self._keys), self.column
        given = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(self._types, 3))
        same = " AND ".join(f"t.{key} = f.{key}" for key in self._keys)
        held = " AND ".join(f"f.{key} = h.{key}" for key in self._keys)
        return (
            f"WITH f AS (SELECT * FROM unnest($1::bytea[], $2::bytea[], {given}) AS f(was, fresh, {keys})),"  # noqa: S608
            f" h AS (SELECT {', '.join(f't.{key}' for key in self._keys)} FROM {self.table.name} t JOIN f ON {same}"
            f" WHERE t.{here} = f.was FOR NO KEY UPDATE OF t SKIP LOCKED)"
            f" UPDATE {self.table.name} t SET {here} = f.fresh FROM f, h WHERE {same} AND {held} AND t.{here} = f.was"
        )

    def key_of(self, row: asyncpg.Record) -> list[Any]:
        return [row[key] for key in self._keys]


@dataclass(slots=True)
class Pass:
    """What one look at a column came to."""

    resealed: int = 0
    # Held by somebody just then, or changed meanwhile.
    passed_over: int = 0
    unreadable: int = 0

    def __add__(self, other: "Pass") -> "Pass":
        return Pass(
            self.resealed + other.resealed, self.passed_over + other.passed_over, self.unreadable + other.unreadable
        )

    @property
    def is_clean(self) -> bool:
        return not self.resealed and not self.passed_over


def sealed_columns(models: type[DeclarativeBase]) -> Iterator[SealedColumn]:
    """Every column of a service that holds sealed cells: its models' own, and those of the plumbing."""
    for mapper in sorted(models.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        for name in _sealed_names(mapper.class_):
            yield _column_of(mapper.class_.__table__, name)
    yield SealedColumn(_table(IdempotencyRow), "answer", lambda row: answer_place(row["caller"], row["key"]))
    yield SealedColumn(_table(StoredFile), "content", lambda row: content_place(row["digest"]), batch=CONTENT_BATCH)
    for model, place in ((BatchPart, part_place), (BatchAnswers, answers_place)):
        yield SealedColumn(_table(model), "content", _numbered(place), batch=CONTENT_BATCH)


def _numbered(place: Callable[[object, int], Place]) -> Callable[[asyncpg.Record], Place]:
    return lambda row: place(row["batch_id"], row["number"])


def _sealed_names(model: type) -> list[str]:
    return sorted({name for kind in model.__mro__ for name, thing in vars(kind).items() if isinstance(thing, Sealed)})


def _column_of(table: Table, name: str) -> SealedColumn:
    return SealedColumn(table, f"{name}_sealed", lambda row: Place(table.name, name, row["id"]))


def _table(model: type[DeclarativeBase]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


async def reseal(connection: Connection, column: SealedColumn, keyring: Keyring) -> Pass:
    """One pass over a column, as the tables' owner: what is not under the current key and cipher is sealed anew."""
    total, last = Pass(), list[Any]()
    if await connection.fetchval("SELECT to_regclass($1)", column.table.name) is None:
        return total
    while True:
        rows = await connection.fetch(column.read(goes_on=bool(last)), keyring.header, column.batch, *last)
        if not rows:
            return total
        last = column.key_of(rows[-1])
        total += await _reseal_batch(connection, column, keyring, rows)


async def _reseal_batch(
    connection: Connection, column: SealedColumn, keyring: Keyring, rows: list[asyncpg.Record]
) -> Pass:
    fresh = [(row, cell) for row in rows if (cell := _anew(keyring, row["cell"], column.place(row))) is not None]
    unreadable = len(rows) - len(fresh)
    if not fresh:
        return Pass(unreadable=unreadable)
    keys = zip(*(column.key_of(row) for row, _ in fresh), strict=True)
    told = await connection.execute(
        column.write(), [row["cell"] for row, _ in fresh], [cell for _, cell in fresh], *(list(key) for key in keys)
    )
    done = int(told.rpartition(" ")[2])
    return Pass(done, len(fresh) - done, unreadable)


def _anew(keyring: Keyring, cell: bytes, place: Place) -> bytes | None:
    try:
        return keyring.seal_bytes(keyring.open_bytes(cell, place), place)
    except CannotOpen:
        return None


async def left_under_other_keys(connection: Connection, column: SealedColumn, keyring: Keyring) -> bool:
    """Whether a column still has a cell that the current key did not seal."""
    if await connection.fetchval("SELECT to_regclass($1)", column.table.name) is None:
        return False
    return await connection.fetchrow(column.read(goes_on=False), keyring.header, 1) is not None
