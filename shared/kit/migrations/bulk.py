"""The tables of bulk, as a service's revision makes them where it takes files of many rows."""

from alembic import op

from shared.kit.migrations import security

TABLES = """
CREATE TABLE batch (
    id uuid NOT NULL,
    kind varchar NOT NULL,
    scope varchar NOT NULL,
    caller varchar NOT NULL,
    provider varchar,
    acts_as jsonb NOT NULL,
    status varchar NOT NULL,
    moment timestamptz,
    received_at timestamptz NOT NULL,
    ended_at timestamptz,
    due_at timestamptz NOT NULL,
    parts integer NOT NULL DEFAULT 0,
    parts_done integer NOT NULL DEFAULT 0,
    rows integer NOT NULL DEFAULT 0,
    answered integer NOT NULL DEFAULT 0,
    counts jsonb NOT NULL DEFAULT '{}',
    attempts integer NOT NULL DEFAULT 0,
    CONSTRAINT pk_batch PRIMARY KEY (id)
);
CREATE INDEX ix_batch_due ON batch (due_at, id) WHERE status IN ('receiving', 'working');
CREATE TABLE batch_part (
    batch_id uuid NOT NULL,
    number integer NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT pk_batch_part PRIMARY KEY (batch_id, number),
    CONSTRAINT fk_batch_part_batch_id_batch FOREIGN KEY(batch_id) REFERENCES batch (id) ON DELETE CASCADE
);
CREATE TABLE batch_answers (
    batch_id uuid NOT NULL,
    number integer NOT NULL,
    last integer NOT NULL,
    counts jsonb NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT pk_batch_answers PRIMARY KEY (batch_id, number),
    CONSTRAINT fk_batch_answers_batch_id_batch FOREIGN KEY(batch_id) REFERENCES batch (id) ON DELETE CASCADE
);
ALTER TABLE batch_part ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE batch_answers ALTER COLUMN content SET STORAGE EXTERNAL;
"""


def create(service: str) -> None:
    """Make the tables: whose file it is sees and writes it, and the machine that looks for what is left to do."""
    own = "caller = app_setting('actor') OR provider = app_setting('provider')"
    security.script(TABLES)
    security.protect("batch", see=f"{own} OR app_is_machine('{service}.bulk')")
    for table in ("batch_part", "batch_answers"):
        security.protect(table, see=f"EXISTS (SELECT 1 FROM batch b WHERE b.id = {table}.batch_id)")


def drop() -> None:
    for table in ("batch_answers", "batch_part", "batch"):
        op.execute(f"DROP TABLE {table}")
