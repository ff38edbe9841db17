"""Roles and databases: the service's role can do its work and nothing beyond."""

from collections.abc import Iterator

import asyncpg
import pytest

from deploy import databases
from deploy.postgres import Cluster, throwaway


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    passwords = {role: f"secret's of {role}" for role in databases.roles(["needs", "matching"])}
    with throwaway(port=25600, passwords=passwords) as started:
        yield started


async def prepared(cluster: Cluster, service: str, role: str) -> "asyncpg.Connection[asyncpg.Record]":
    await databases.prepare(cluster.url(), ["needs", "matching"], password_of=cluster.password_of)
    return await asyncpg.connect(cluster.url(service, role))


async def what_there_is(cluster: Cluster) -> list[tuple[object, ...]]:
    """Roles with their rights, and databases with their owners and who may enter."""
    connection = await asyncpg.connect(cluster.url())
    try:
        roles = await connection.fetch(
            "SELECT rolname, rolsuper, rolcanlogin, rolbypassrls, rolconfig FROM pg_roles ORDER BY 1"
        )
        databases_ = await connection.fetch("SELECT datname, datdba::regrole::text, datacl FROM pg_database ORDER BY 1")
    finally:
        await connection.close()
    return [tuple(row) for row in (*roles, *databases_)]


async def test_preparing_twice_changes_nothing(cluster: Cluster) -> None:
    await (await prepared(cluster, "needs", "needs_app")).close()
    before = await what_there_is(cluster)
    await (await prepared(cluster, "needs", "needs_app")).close()
    assert await what_there_is(cluster) == before


async def test_the_service_reads_and_writes_what_its_owner_makes_but_makes_nothing_itself(cluster: Cluster) -> None:
    owner = await prepared(cluster, "needs", "needs_owner")
    app = await asyncpg.connect(cluster.url("needs", "needs_app"))
    await owner.execute("CREATE TABLE IF NOT EXISTS thing (number bigint GENERATED ALWAYS AS IDENTITY, word text)")
    await app.execute("INSERT INTO thing (word) VALUES ('助餐')")
    assert await app.fetchval("SELECT word FROM thing") == "助餐"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("CREATE TABLE other (number bigint)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("ALTER TABLE thing DISABLE ROW LEVEL SECURITY")
    await app.close()
    await owner.close()


async def test_a_service_does_not_reach_another_ones_database(cluster: Cluster) -> None:
    await (await prepared(cluster, "needs", "needs_app")).close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(cluster.url("matching", "needs_app"))


async def test_the_services_role_is_bound_by_time_and_by_row_level_security(cluster: Cluster) -> None:
    app = await prepared(cluster, "needs", "needs_app")
    assert await app.fetchval("SHOW transaction_timeout") == "30s"
    assert await app.fetchval("SHOW idle_in_transaction_session_timeout") == "15s"
    rights = await app.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    assert rights is not None
    assert not any(rights.values())
    await app.close()


async def test_the_owner_can_hand_a_look_up_function_to_its_own_role(cluster: Cluster) -> None:
    owner = await prepared(cluster, "needs", "needs_owner")
    async with owner.transaction():
        await owner.execute("CREATE FUNCTION seen() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1")
        await owner.execute("REVOKE ALL ON FUNCTION seen() FROM PUBLIC")
        await owner.execute("GRANT EXECUTE ON FUNCTION seen() TO needs_app")
        await owner.execute("ALTER FUNCTION seen() OWNER TO needs_lookup")
    app = await asyncpg.connect(cluster.url("needs", "needs_app"))
    assert await app.fetchval("SELECT seen()") == 1
    await app.close()
    await owner.close()
