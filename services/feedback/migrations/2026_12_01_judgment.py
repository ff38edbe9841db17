"""Who had a hand in a need through its case, what accounts are, and surveys of needs that were errors."""

from alembic import op

from shared.kit.migrations import security

revision = "20261201_feedback"
down_revision = "20261128_feedback"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE survey ADD COLUMN voided_at timestamptz;

CREATE TABLE case_part (
    case_id uuid NOT NULL,
    need_id uuid NOT NULL,
    CONSTRAINT pk_case_part PRIMARY KEY (case_id, need_id)
);

CREATE TABLE case_hand (
    case_id uuid NOT NULL,
    kind varchar NOT NULL,
    holder varchar NOT NULL,
    CONSTRAINT pk_case_hand PRIMARY KEY (case_id, kind, holder)
);

CREATE TABLE account_hand (
    account varchar NOT NULL,
    kind varchar NOT NULL,
    holder varchar NOT NULL,
    CONSTRAINT pk_account_hand PRIMARY KEY (account, kind, holder)
);
"""
MACHINES = "app_is_machine('feedback.handlers', 'feedback.timers')"
# Whoever assigns a complaint asks what its handler is; it is no secret before those who judge.
JUDGES = f"{MACHINES} OR coalesce(app_setting('divisions'), '') <> ''"


def upgrade() -> None:
    security.script(TABLES)
    security.protect("case_part", see=MACHINES)
    security.protect("case_hand", see=MACHINES)
    security.protect("account_hand", see=JUDGES, write=MACHINES)


def downgrade() -> None:
    for table in ("account_hand", "case_hand", "case_part"):
        op.execute(f"DROP TABLE {table}")
    op.execute("UPDATE survey SET status = 'not_asked' WHERE status = 'void'")
    op.execute("ALTER TABLE survey DROP COLUMN voided_at")
