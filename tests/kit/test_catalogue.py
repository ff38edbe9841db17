"""What the databases themselves enforce, read from their catalogues: the same for every service that is built."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy import databases
from deploy.addresses import BUILT
from deploy.postgres import Cluster

# A table with one of these says whose rows it holds.
SCOPES = ("division", "station_id", "provider", "resident_id", "need_id", "order_id", "audience")
OPEN_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = ANY ($1) AND NOT a.attisdropped)
ORDER BY 1
"""
SEALED_AND_OPEN = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname LIKE '%\\_sealed')
"""
ROLE = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = $1"
OWNED = "SELECT relname FROM pg_class WHERE relowner = $1::regrole AND relkind IN ('r', 'p', 'v', 'm', 'S')"
LOOK_UPS = """
SELECT p.oid::regprocedure::text AS name, p.proowner::regrole::text AS owner, p.proconfig,
       has_function_privilege('public', p.oid, 'EXECUTE') AS for_all,
       has_function_privilege($1, p.oid, 'EXECUTE') AS for_app
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public' AND p.prosecdef
"""
VIEWS = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm')
  AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)
"""


@pytest.fixture(params=BUILT)
async def built(request: pytest.FixtureRequest, cluster: Cluster) -> AsyncIterator[tuple[str, asyncpg.Connection]]:
    """A service's name, and the superuser in its database."""
    connection = await asyncpg.connect(cluster.url(request.param))
    yield request.param, connection
    await connection.close()


Built = tuple[str, asyncpg.Connection]


async def test_every_table_with_a_scope_has_row_level_security_enabled_and_forced(built: Built) -> None:
    _, connection = built
    assert [row["relname"] for row in await connection.fetch(OPEN_TABLES, list(SCOPES))] == []


async def test_every_table_with_a_sealed_cell_has_it_too(built: Built) -> None:
    _, connection = built
    assert [row["relname"] for row in await connection.fetch(SEALED_AND_OPEN)] == []


async def test_a_view_never_sees_with_its_owners_eyes(built: Built) -> None:
    _, connection = built
    assert [row["relname"] for row in await connection.fetch(VIEWS)] == []


async def test_the_service_is_neither_owner_nor_above_the_policies(built: Built) -> None:
    service, connection = built
    for role in (databases.app(service), databases.owner(service), databases.lookup(service)):
        rights = await connection.fetchrow(ROLE, role)
        assert rights is not None
        assert not any(rights), role
    assert await connection.fetch(OWNED, databases.app(service)) == []
    member = "SELECT count(*) FROM pg_auth_members WHERE member = $1::regrole"
    assert await connection.fetchval(member, databases.app(service)) == 0


async def test_nobody_but_the_service_may_look_across(built: Built) -> None:
    service, connection = built
    for found in await connection.fetch(LOOK_UPS, databases.app(service)):
        assert (found["for_all"], found["for_app"]) == (False, True), found["name"]
        assert found["owner"] == databases.lookup(service)
        assert any(setting.startswith("search_path=pg_catalog") for setting in found["proconfig"])


async def test_the_look_up_role_can_not_log_in_and_sees_columns_and_not_tables(built: Built) -> None:
    service, connection = built
    lookup = databases.lookup(service)
    assert not await connection.fetchval("SELECT rolcanlogin FROM pg_roles WHERE rolname = $1", lookup)
    whole = "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    tables = [row["relname"] for row in await connection.fetch(whole)]
    for table in tables:
        assert not await connection.fetchval("SELECT has_table_privilege($1, $2, 'SELECT, INSERT')", lookup, table)


@pytest.mark.parametrize("table", ["fact", "audit_entry"])
async def test_facts_and_the_trail_only_grow(built: Built, cluster: Cluster, table: str) -> None:
    service, _ = built
    as_service = await asyncpg.connect(cluster.url(service, databases.app(service)))
    try:
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"UPDATE {table} SET time = now()"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await as_service.execute(statement)
    finally:
        await as_service.close()


async def test_without_a_context_nothing_is_seen_or_written(built: Built, cluster: Cluster) -> None:
    service, connection = built
    protected = "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'"
    tables = [row["relname"] for row in await connection.fetch(protected)]
    assert tables
    as_service = await asyncpg.connect(cluster.url(service, databases.app(service)))
    try:
        for table in tables:
            assert await as_service.fetchval(f"SELECT count(*) FROM {table}") == 0, table
    finally:
        await as_service.close()


async def test_the_service_lets_no_transaction_stay_open(built: Built, cluster: Cluster) -> None:
    service, _ = built
    as_service = await asyncpg.connect(cluster.url(service, databases.app(service)))
    try:
        for setting in (
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "transaction_timeout",
        ):
            assert await as_service.fetchval(f"SHOW {setting}") not in ("0", ""), setting
    finally:
        await as_service.close()
