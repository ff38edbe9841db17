"""The state that the first landed version made: its revisions, its rows, its keys.

`landed/<service>.sql` are the rows that its own code wrote, while a city of a few needs, an order, surveys and a case
was played with it; reference rows and places in logs are left out, for they are a cluster's own.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import asyncpg

from shared.kit.feed.reading import Position

FOLDER: Final = Path(__file__).parent / "landed"
# Where each service's tables stood when they first ran anywhere; the console came later.
FIRST: Final = {
    "needs": "20261126_needs",
    "matching": "20261126_matching",
    "cases": "20261125_cases",
    "feedback": "20261125_feedback",
    "insights": "20261125_insights",
    "identity": "20261125_identity",
}
TABLES: Final = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
COLUMNS: Final = """
SELECT a.attname FROM pg_attribute a
WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
# Whatever a table is: its columns, its indexes and constraints, who may see and write it, and what functions there are.
SHAPE: Final = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
       pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL SELECT 'policy', tablename, policyname, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', ''
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, pg_get_function_identity_arguments(oid), prosrc, proowner::regrole::text,
       (SELECT string_agg(each::text, ' ' ORDER BY each::text) FROM unnest(proacl) each)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2, 3, 4, 5
"""


async def lay_in(connection: "asyncpg.Connection[asyncpg.Record]", service: str) -> None:
    """Put the rows where they were, as a restored backup would: without their triggers and in any order."""
    await connection.execute("SET session_replication_role = replica")
    await connection.execute((FOLDER / f"{service}.sql").read_text("utf-8"))
    await connection.execute(
        "SELECT setval(pg_get_serial_sequence('fact', 'number'), (SELECT max(number) + 1 FROM fact))"
    )
    await connection.execute(
        "SELECT setval(pg_get_serial_sequence('audit_entry', 'number'), (SELECT max(number) + 1 FROM audit_entry))"
    )
    await connection.execute("SET session_replication_role = origin")


async def end_of_log(connection: "asyncpg.Connection[asyncpg.Record]") -> Position | None:
    """The place of a service's last fact."""
    row = await connection.fetchrow(
        "SELECT (SELECT system_identifier FROM pg_control_system()), xid, number FROM fact"
        " ORDER BY xid DESC, number DESC LIMIT 1"
    )
    return Position(*row) if row else None


async def listen_from(connection: "asyncpg.Connection[asyncpg.Record]", ends: Mapping[str, Position]) -> None:
    """Everything that was told had been heard."""
    for publisher, end in ends.items():
        await connection.execute("INSERT INTO listener_position VALUES ($1, $2, now())", publisher, str(end))


async def grow(connection: "asyncpg.Connection[asyncpg.Record]", rows: int) -> None:
    """Readings beside those that are there: the table that grows most."""
    await connection.execute(
        "INSERT INTO audit_entry (time, actor, act, purpose, subject, fields, outcome, request_id)"
        " SELECT now(), 'many', 'read', 'casework', gen_random_uuid(), '{name}', 'shown', n::text"
        " FROM generate_series(1, $1::integer) n",
        rows,
    )


async def grow_needs(connection: "asyncpg.Connection[asyncpg.Record]", rows: int) -> None:
    """Needs beside those that are there, each like the first one."""
    columns = [row["attname"] for row in await connection.fetch(COLUMNS, "need")]
    own = {
        "id": "gen_random_uuid()",
        "reference": "'M' || n",
        "tracking_index": "substring(sha256(n::text::bytea) FOR 16)",
    }
    told = ", ".join(own.get(name, name) for name in columns)
    await connection.execute(
        f"INSERT INTO need ({', '.join(columns)}) SELECT {told}"
        " FROM (SELECT * FROM need ORDER BY id LIMIT 1) first, generate_series(1, $1::integer) n",
        rows,
    )


async def shape(connection: "asyncpg.Connection[asyncpg.Record]") -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await connection.fetch(SHAPE)]


async def columns_of(connection: "asyncpg.Connection[asyncpg.Record]") -> dict[str, list[str]]:
    """The columns of each table."""
    tables = [row["relname"] for row in await connection.fetch(TABLES)]
    return {
        table: [row["attname"] for row in await connection.fetch(COLUMNS, table)]
        for table in tables
        if table != "alembic_version"
    }


async def content(
    connection: "asyncpg.Connection[asyncpg.Record]", columns: Mapping[str, list[str]]
) -> dict[str, tuple[int, str]]:
    """Of each table, how many rows there are, and a sum over what these columns hold."""
    found = {}
    for table, names in columns.items():
        told = ", ".join(f'"{name}"' for name in names)
        row = await connection.fetchrow(
            f"SELECT count(*), coalesce(md5(string_agg(h, '' ORDER BY h)), '')"
            f" FROM (SELECT md5(ROW({told})::text) AS h FROM {table}) t"
        )
        assert row is not None
        found[table] = (row[0], row[1])
    return found
