"""Row-level security in migrations: enabled, forced, and told in the words of `Context`.

The functions are SQL, stable, and read the settings that each transaction sets for itself.
"""

import re

from alembic import op

FUNCTIONS = """
CREATE FUNCTION app_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.' || name, true), '') $$;

CREATE FUNCTION app_sees_division(code text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT EXISTS (
    SELECT 1 FROM unnest(string_to_array(public.app_setting('divisions'), ',')) AS prefix
    WHERE prefix = '*' OR (prefix <> '' AND starts_with(code, prefix))
) $$;

CREATE FUNCTION app_sees_station(id uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(id::text = ANY (string_to_array(public.app_setting('stations'), ',')), false) $$;

CREATE FUNCTION app_is_machine(VARIADIC names text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(public.app_setting('machine') = ANY (names), false) $$;
"""


def script(statements: str) -> None:
    """Run several statements one by one: the driver takes one at a time. Bodies between $$ stay whole."""
    for statement in re.findall(r"(?:\$\$.*?\$\$|[^;])+", statements, flags=re.DOTALL):
        if statement.strip():
            op.execute(statement.strip())


def create_functions() -> None:
    script(FUNCTIONS)


def drop_functions() -> None:
    op.execute("DROP FUNCTION app_is_machine, app_sees_station, app_sees_division, app_setting")


def protect(table: str, *, see: str, write: str | None = None) -> None:
    """Enable and force row-level security: rows are seen where `see` holds, written where `write` (or `see`) does.

    Removing and changing take both: a row must be seen, and be one that may be written.
    """
    write = write or see
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_see ON {table} FOR SELECT USING ({see})")
    op.execute(f"CREATE POLICY {table}_add ON {table} FOR INSERT WITH CHECK ({write})")
    op.execute(f"CREATE POLICY {table}_change ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write})")
    op.execute(f"CREATE POLICY {table}_remove ON {table} FOR DELETE USING ({write})")
    # The owner migrates data; under FORCE it needs a policy of its own.
    op.execute(f"CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)")


def hand_over(service: str, *functions: str) -> None:
    """Let a service's look-up functions run as its look-up role, callable by the application and nobody else."""
    for function in functions:
        # Before the owner changes: afterwards revoking is only a warning, and everybody keeps it.
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {service}_app")
        op.execute(f"ALTER FUNCTION {function} OWNER TO {service}_lookup")
