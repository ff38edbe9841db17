"""Each service's database and roles, made or mended by the superuser; safe to repeat.

`S_owner` owns the tables and runs migrations. `S_app` is the service: neither owner nor superuser, so that row-level
security holds for it. `S_lookup` owns the few functions that look across scopes, and can not log in.
"""

from collections.abc import Callable, Iterable

import asyncpg

# Any number that nothing else locks: two preparations wait for each other.
PREPARING = 4_200_010_100
APP_LIMITS = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "15s",
    "transaction_timeout": "30s",
}
# The builtin provider sorts the same on every machine, whatever its C library.
LOCALE = "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"


def owner(service: str) -> str:
    """The role that owns a service's tables."""
    return f"{service}_owner"


def app(service: str) -> str:
    """The role as which a service works."""
    return f"{service}_app"


def lookup(service: str) -> str:
    """The role that owns the functions which look across scopes."""
    return f"{service}_lookup"


def roles(services: Iterable[str]) -> list[str]:
    """The roles that log in, and therefore have passwords."""
    return [role for service in services for role in (owner(service), app(service))]


async def prepare(superuser_url: str, services: Iterable[str], *, password_of: Callable[[str], str]) -> None:
    """Make what is missing and mend what differs, in PostgreSQL 17 or later."""
    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", PREPARING)
        for service in services:
            await _make_roles(connection, service, password_of)
            await _make_database(connection, service)
            await _grant_inside(superuser_url, service)
        await connection.execute("REVOKE ALL ON DATABASE postgres FROM PUBLIC")
    finally:
        await connection.close()


async def are_made(superuser_url: str, services: Iterable[str]) -> bool:
    """Whether any of the services already has a database, and so perhaps data."""
    connection = await asyncpg.connect(superuser_url)
    try:
        return bool(
            await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = ANY($1)", list(services))
        )
    finally:
        await connection.close()


async def _make_roles(connection: asyncpg.Connection, service: str, password_of: Callable[[str], str]) -> None:
    for role in (owner(service), app(service), lookup(service)):
        if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
            await connection.execute(f"CREATE ROLE {role}")
    rights = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION"
    for role in (owner(service), app(service)):
        await connection.execute(f"ALTER ROLE {role} LOGIN {rights} PASSWORD {_literal(password_of(role))}")
    await connection.execute(f"ALTER ROLE {lookup(service)} NOLOGIN {rights}")
    # The owner may hand a function over, but does not see through the look-up's policies itself.
    await connection.execute(f"GRANT {lookup(service)} TO {owner(service)} WITH INHERIT FALSE, SET TRUE")
    for name, value in APP_LIMITS.items():
        await connection.execute(f"ALTER ROLE {app(service)} SET {name} = {_literal(value)}")


async def _make_database(connection: asyncpg.Connection, service: str) -> None:
    if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", service):
        await connection.execute(f"CREATE DATABASE {service} OWNER {owner(service)} TEMPLATE template0 {LOCALE}")
    await connection.execute(f"ALTER DATABASE {service} OWNER TO {owner(service)}")
    await connection.execute(f"REVOKE ALL ON DATABASE {service} FROM PUBLIC")
    await connection.execute(f"GRANT CONNECT ON DATABASE {service} TO {app(service)}")


async def _grant_inside(superuser_url: str, service: str) -> None:
    connection = await asyncpg.connect(superuser_url, database=service)
    privileges = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner(service)} IN SCHEMA public GRANT"
    try:
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        await connection.execute(f"GRANT USAGE ON SCHEMA public TO {app(service)}")
        # A role can own a function only where it may create one.
        await connection.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {lookup(service)}")
        await connection.execute(f"{privileges} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app(service)}")
        await connection.execute(f"{privileges} USAGE, SELECT ON SEQUENCES TO {app(service)}")
    finally:
        await connection.close()


def _literal(value: str) -> str:
    """Role statements take no parameters."""
    return "'" + value.replace("'", "''") + "'"
