"""Packets of a station that closed, what nobody has by how long, what waits for the county, and who heads a station."""

from alembic import op

from shared.kit.migrations import security

revision = "20261204_cases"
down_revision = "20261203_cases"
branch_labels = None
depends_on = None

# Everything new may be left out by who does not know it yet.
GROWTH = """
ALTER TABLE handover ALTER COLUMN worker_id DROP NOT NULL;
ALTER TABLE handover ADD COLUMN left_station uuid;
CREATE INDEX ix_casework_unowned ON casework (unowned_since, id) WHERE unowned_since IS NOT NULL;
CREATE INDEX ix_approval_county ON approval (case_id) WHERE is_for_county AND decided_at IS NULL;

CREATE TABLE station_head (
    account varchar NOT NULL,
    station_id uuid NOT NULL,
    CONSTRAINT pk_station_head PRIMARY KEY (account, station_id)
);
"""
MACHINES = "app_is_machine('cases.handlers', 'cases.timers')"


def upgrade() -> None:
    security.script(GROWTH)
    # Offers of a station that closes, and offers to it, lapse by themselves.
    op.execute(f"CREATE POLICY transfer_machines ON transfer USING ({MACHINES}) WITH CHECK ({MACHINES})")
    security.protect(
        "station_head", see=f"{MACHINES} OR EXISTS (SELECT 1 FROM station s WHERE s.id = station_id)", write=MACHINES
    )


def downgrade() -> None:
    op.execute("DROP TABLE station_head")
    op.execute("DROP POLICY transfer_machines ON transfer")
    # The old tables have no place for what a closed station left: its cases stay nobody's, and are told of.
    op.execute(
        "UPDATE casework SET handover_id = NULL WHERE handover_id IN (SELECT id FROM handover WHERE worker_id IS NULL)"
    )
    op.execute("DELETE FROM handover WHERE worker_id IS NULL")
    security.script(
        """
        DROP INDEX ix_approval_county;
        DROP INDEX ix_casework_unowned;
        ALTER TABLE handover DROP COLUMN left_station;
        ALTER TABLE handover ALTER COLUMN worker_id SET NOT NULL;
        """
    )
