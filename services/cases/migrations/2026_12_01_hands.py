"""Whose hands a case went through, and parts that went elsewhere with their need."""

from alembic import op

from shared.kit.migrations import security

revision = "20261201_cases"
down_revision = "20261128_cases"
branch_labels = None
depends_on = None

# Everything new may be left out by who does not know it yet.
GROWTH = """
ALTER TABLE need ADD COLUMN status varchar;
ALTER TABLE need ADD COLUMN reference varchar;
ALTER TABLE need ADD COLUMN heard integer DEFAULT '0' NOT NULL;
ALTER TABLE case_need ADD COLUMN ended_at timestamptz;
ALTER TABLE casework ADD COLUMN reference varchar;
ALTER TABLE casework ADD COLUMN stage_since timestamptz;
ALTER TABLE casework ADD COLUMN alerts integer DEFAULT '0' NOT NULL;
ALTER TABLE approval ADD COLUMN held_by text[];
ALTER TABLE approval ADD COLUMN is_for_county boolean DEFAULT false NOT NULL;

CREATE TABLE case_holder (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    worker_id uuid NOT NULL,
    account varchar NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    CONSTRAINT pk_case_holder PRIMARY KEY (id),
    CONSTRAINT fk_case_holder_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id),
    CONSTRAINT fk_case_holder_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
);
CREATE INDEX ix_case_holder_case_id ON case_holder (case_id);
"""
# Who had it before whoever has it now was not written down.
HOLDERS = """
INSERT INTO case_holder (id, case_id, worker_id, account, since)
SELECT gen_random_uuid(), c.id, w.id, w.account, c.opened_at FROM casework c JOIN worker w ON w.id = c.worker_id
"""
# How the needs of cases ended is known from what happened to them; others are told of by the next fact.
ENDS = """
UPDATE need SET status = split_part(substring(e.fact FROM 'need_(.*)'), '.', 1)
FROM (
    SELECT DISTINCT ON (need_id) need_id, fact FROM case_event
    WHERE fact LIKE 'needs.need!_%' ESCAPE '!' ORDER BY need_id, at DESC
) e
WHERE e.need_id = need.id AND e.fact IN (
    'needs.need_resolved.v1', 'needs.need_closed.v1', 'needs.need_withdrawn.v1', 'needs.need_referred_out.v1',
    'needs.need_joined.v1'
)
"""
MACHINES = "app_is_machine('cases.handlers', 'cases.timers')"
HELD = (
    "EXISTS (SELECT 1 FROM casework c WHERE c.id = case_id AND"
    f" (app_sees_division(c.division) OR app_sees_station(c.station_id) OR {MACHINES}))"
)


def upgrade() -> None:
    security.script(GROWTH)
    security.protect("case_holder", see=HELD)
    op.execute("REVOKE DELETE, TRUNCATE ON case_holder FROM cases_app")
    op.execute("GRANT UPDATE (joined_at, ended_at) ON case_need TO cases_app")
    op.execute(HOLDERS)
    op.execute(ENDS)


def downgrade() -> None:
    op.execute("REVOKE UPDATE (joined_at, ended_at) ON case_need FROM cases_app")
    op.execute("DROP TABLE case_holder")
    security.script(
        """
        ALTER TABLE approval DROP COLUMN is_for_county;
        ALTER TABLE approval DROP COLUMN held_by;
        ALTER TABLE casework DROP COLUMN alerts;
        ALTER TABLE casework DROP COLUMN stage_since;
        ALTER TABLE casework DROP COLUMN reference;
        ALTER TABLE case_need DROP COLUMN ended_at;
        ALTER TABLE need DROP COLUMN heard;
        ALTER TABLE need DROP COLUMN reference;
        ALTER TABLE need DROP COLUMN status;
        """
    )
