"""Many new rows in few steps: inserts that go straight to the driver, inside the session's own transaction.

For the busiest writes only. A statement of SQLAlchemy costs three to five times what the same statement costs
the driver (measured by `make bench`); tables and columns still come from the models, and so do types.
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
    connection = await session.connection()
    return (await connection.get_raw_connection()).driver_connection


async def insert_rows(session: AsyncSession, *batches: tuple[Any, Sequence[Row]]) -> None:
    """Insert new rows, table by table; all rows of one table name the same columns, by their attribute's key."""
    connection = await driver(session)
    for model, rows in batches:
        if not rows:
            continue
        statement, keys, documents = _statement(model.__table__, tuple(rows[0]))
        values = [[orjson.dumps(row[key]).decode() if key in documents else row[key] for key in keys] for row in rows]
        if len(values) == 1:
            await connection.execute(statement, *values[0])
        else:
            await connection.executemany(statement, values)


@lru_cache(maxsize=256)
def _statement(table: Table, keys: tuple[str, ...]) -> tuple[str, tuple[str, ...], frozenset[str]]:
    """The INSERT, the order of its values, and which of them are JSON documents."""
    columns = [table.c[key] for key in keys]
    names = ", ".join(column.name for column in columns)
    places = ", ".join(f"${place}" for place in range(1, len(keys) + 1))
    documents = frozenset(key for key in keys if isinstance(table.c[key].type, JSONB))
    # Names come from the models, never from a caller.
    return f"INSERT INTO {table.name} ({names}) VALUES ({places})", keys, documents  # noqa: S608
