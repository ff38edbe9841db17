"""People by all their files: what one of a person's files says is seen by whoever works for another of them."""

from alembic import op

from shared.kit.migrations import security

revision = "20261127_matching"
down_revision = "20261126_matching"
branch_labels = None
depends_on = None

LOOK_UPS = """
CREATE FUNCTION file_that_counts(wanted uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE chain(id, step) AS (
        SELECT wanted, 0
        UNION ALL SELECT a.canonical_id, c.step + 1 FROM chain c JOIN public.resident_alias a ON a.resident_id = c.id
        WHERE c.step < 16
    )
    SELECT c.id FROM chain c ORDER BY c.step DESC LIMIT 1
$$;

CREATE FUNCTION files_of_person(wanted uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE files(id, step) AS (
        SELECT public.file_that_counts(wanted), 0
        UNION ALL SELECT a.resident_id, f.step + 1 FROM files f JOIN public.resident_alias a ON a.canonical_id = f.id
        WHERE f.step < 16
    )
    SELECT DISTINCT f.id FROM files f
$$;
"""
NAMES = ("files_of_person(uuid)", "file_that_counts(uuid)")
MACHINES = "app_is_machine('matching.handlers', 'matching.timers')"
OF_FILE = f"{MACHINES} OR EXISTS (SELECT 1 FROM need n WHERE n.resident_id = {{table}}.resident_id)"
OF_PERSON = (
    f"{MACHINES} OR EXISTS (SELECT 1 FROM need n"
    " WHERE n.resident_id IN (SELECT files_of_person({table}.resident_id)))"
)
TABLES = ("person", "consent")


def upgrade() -> None:
    op.execute("GRANT SELECT (resident_id, canonical_id) ON resident_alias TO matching_lookup")
    op.execute("CREATE POLICY resident_alias_lookup ON resident_alias FOR SELECT TO matching_lookup USING (true)")
    security.script(LOOK_UPS)
    security.hand_over("matching", *NAMES)
    for table in TABLES:
        op.execute(f"ALTER POLICY {table}_see ON {table} USING ({OF_PERSON.format(table=table)})")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER POLICY {table}_see ON {table} USING ({OF_FILE.format(table=table)})")
    for name in NAMES:
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP POLICY resident_alias_lookup ON resident_alias")
    op.execute("REVOKE SELECT (resident_id, canonical_id) ON resident_alias FROM matching_lookup")
