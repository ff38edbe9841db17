"""The store of files, as a service's revision makes it beside its own `attachment` table."""

from alembic import op

from shared.kit.migrations import security

STORE = """
CREATE TABLE stored_file (
    digest bytea NOT NULL,
    content bytea NOT NULL,
    size integer NOT NULL,
    stored_at timestamptz NOT NULL,
    CONSTRAINT pk_stored_file PRIMARY KEY (digest)
);
ALTER TABLE stored_file ALTER COLUMN content SET STORAGE EXTERNAL;
"""
# The columns of `AttachmentColumns`, for the service's own CREATE TABLE; sealed content does not compress.
COLUMNS = """
    file bytea,
    name_sealed bytea,
    media_type varchar NOT NULL,
    size integer NOT NULL,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    removed_by varchar,
    removed_at timestamptz
"""


def create(service: str, *, held_by: str) -> None:
    """Make the store: a content is seen by whoever sees a row of `held_by` that holds it, and never changed.

    Anybody signed in may add a content; only the service's timers take one away.
    """
    sweeper = f"app_is_machine('{service}.timers')"
    security.script(STORE)
    op.execute("ALTER TABLE stored_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    held = f"EXISTS (SELECT 1 FROM {held_by} a WHERE a.file = stored_file.digest)"
    op.execute(f"CREATE POLICY stored_file_see ON stored_file FOR SELECT USING ({sweeper} OR {held})")
    op.execute("CREATE POLICY stored_file_add ON stored_file FOR INSERT WITH CHECK (app_setting('actor') IS NOT NULL)")
    op.execute(f"CREATE POLICY stored_file_remove ON stored_file FOR DELETE USING ({sweeper})")
    op.execute("CREATE POLICY stored_file_owner ON stored_file TO CURRENT_USER USING (true) WITH CHECK (true)")
    op.execute(f"REVOKE UPDATE, TRUNCATE ON stored_file FROM {service}_app")
    op.execute(
        f"ALTER TABLE {held_by} ADD CONSTRAINT fk_{held_by}_file_stored_file"
        " FOREIGN KEY(file) REFERENCES stored_file (digest)"
    )


def drop() -> None:
    op.execute("DROP TABLE stored_file")
