"""Many new rows in one step: one statement, straight to the driver, inside the session's own transaction.

For the busiest writes only. A statement of SQLAlchemy costs three to five times what the same statement costs
the driver, and each round trip costs again (both measured by `make bench`). Tables, columns and types still
come from the models.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

Row = Mapping[str, Any]


async def driver(session: AsyncSession) -> Any:
    """The driver's own connection, inside this session's transaction (which has begun: its context was told)."""
    held = session.info.get("driver")
    if held is None:
        # A session of the edge has one transaction, so its connection stays the same.
        connection = await session.connection()
        held = session.info["driver"] = (await connection.get_raw_connection()).driver_connection
    return held


def columns(row: Any) -> dict[str, Any]:
    """A model that was made and not added, as the row to insert; what was not set is null or the table's default."""
    given = vars(row)
    return {key: given.get(key) for key, has_default in _keys(row.__table__) if key in given or not has_default}


@lru_cache(maxsize=256)
def _keys(table: Table) -> tuple[tuple[str, bool], ...]:
    return tuple((column.key, column.server_default is not None) for column in table.columns)


async def insert_rows(session: AsyncSession, *batches: tuple[Any, Sequence[Row]]) -> None:
    """Insert new rows of several tables at once; all rows of a table name the same columns, by attribute.

    One statement sees none of its own rows: what a row-level policy must find first (a clock's need) is
    written by a call before. Foreign keys are checked at the statement's end.
    """
    filled = [(model.__table__, rows) for model, rows in batches if rows]
    if not filled:
        return
    statement = _statement(tuple((table, tuple(rows[0]), len(rows)) for table, rows in filled))
    values = [_value(table, key, row[key]) for table, rows in filled for row in rows for key in rows[0]]
    await (await driver(session)).execute(statement, *values)


async def insert_many(session: AsyncSession, model: Any, rows: Sequence[Row]) -> None:
    """Insert new rows of one table, however many: the driver sends them all without waiting for each."""
    if not rows:
        return
    table, keys = model.__table__, tuple(rows[0])
    documents = _documents(table)
    values = [tuple(_value(table, key, row[key]) if key in documents else row[key] for key in keys) for row in rows]
    await (await driver(session)).executemany(_statement(((table, keys, 1),)), values)


def _value(table: Table, key: str, value: Any) -> Any:
    """A value as the driver takes it: documents as JSON text, everything else as it is."""
    return orjson.dumps(value).decode() if key in _documents(table) else value


@lru_cache(maxsize=256)
def _documents(table: Table) -> frozenset[str]:
    return frozenset(column.key for column in table.columns if isinstance(column.type, JSONB))


@lru_cache(maxsize=512)
def _statement(batches: tuple[tuple[Table, tuple[str, ...], int], ...]) -> str:
    """The INSERT of all tables: each but the last in a WITH."""
    inserts, place = [], 0
    for table, keys, count in batches:
        names = ", ".join(table.c[key].name for key in keys)
        places = []
        for _ in range(count):
            places.append("(" + ", ".join(f"${place + number}" for number in range(1, len(keys) + 1)) + ")")
            place += len(keys)
        # Names come from the models, never from a caller.
        inserts.append(f"INSERT INTO {table.name} ({names}) VALUES {', '.join(places)}")  # noqa: S608
    *first, last = inserts
    before = ", ".join(f"i{number} AS ({insert})" for number, insert in enumerate(first))
    return f"WITH {before} {last}" if first else last
