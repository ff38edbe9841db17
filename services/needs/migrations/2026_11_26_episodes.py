"""Episodes, referrals, pauses with proof, the case that a need belongs to, and files that were merged."""

from alembic import op

from shared.kit.migrations import security

revision = "20261126_needs"
down_revision = "20261125_needs"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE need
    ADD COLUMN referral varchar,
    ADD COLUMN referred_to_sealed bytea,
    ADD COLUMN reopened_at timestamptz,
    ADD COLUMN reopen_reason varchar,
    ADD COLUMN awaits_county boolean DEFAULT false NOT NULL,
    ADD COLUMN case_id uuid;

CREATE TABLE need_pause (
    id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    reason varchar NOT NULL,
    proof_sealed bytea NOT NULL,
    started_by varchar NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_need_pause PRIMARY KEY (id),
    CONSTRAINT fk_need_pause_need_id_need FOREIGN KEY(need_id) REFERENCES need (id)
);
CREATE INDEX ix_need_pause_need_id ON need_pause (need_id);

-- No way to pause was published before: a stretch that is there all the same was written by hand, without who and why.
DELETE FROM clock_pause;
ALTER TABLE clock_pause DROP COLUMN proof_sealed;
ALTER TABLE clock_pause
    ADD COLUMN pause_id uuid NOT NULL,
    ADD COLUMN step integer NOT NULL,
    ADD CONSTRAINT fk_clock_pause_pause_id_need_pause FOREIGN KEY(pause_id) REFERENCES need_pause (id);
CREATE INDEX ix_clock_pause_pause_id ON clock_pause (pause_id);

CREATE TABLE resident_alias (
    resident_id uuid NOT NULL,
    canonical_id uuid NOT NULL,
    CONSTRAINT pk_resident_alias PRIMARY KEY (resident_id)
);
CREATE INDEX ix_resident_alias_canonical_id ON resident_alias (canonical_id);
"""
MACHINES = "app_is_machine('needs.handlers', 'needs.timers')"
OF_NEED = "EXISTS (SELECT 1 FROM need n WHERE n.id = need_id)"
# A provider with a grant sees the need, and writes nothing beside it.
WORKS_ON_NEED = (
    "EXISTS (SELECT 1 FROM need n WHERE n.id = need_id AND (app_sees_division(n.division)"
    f" OR app_sees_station(n.station_id) OR n.registered_by = app_setting('owner') OR {MACHINES}))"
)


def upgrade() -> None:
    security.script(TABLES)
    security.protect("need_pause", see=OF_NEED, write=WORKS_ON_NEED)
    security.protect(
        "resident_alias",
        see=f"{MACHINES} OR EXISTS (SELECT 1 FROM resident r WHERE r.id = resident_id)",
        write=MACHINES,
    )


def downgrade() -> None:
    op.execute("DROP TABLE resident_alias")
    op.execute("ALTER TABLE clock_pause DROP COLUMN pause_id, DROP COLUMN step, ADD COLUMN proof_sealed bytea")
    op.execute("DROP TABLE need_pause")
    op.execute(
        "ALTER TABLE need DROP COLUMN referral, DROP COLUMN referred_to_sealed, DROP COLUMN reopened_at,"
        " DROP COLUMN reopen_reason, DROP COLUMN awaits_county, DROP COLUMN case_id"
    )
