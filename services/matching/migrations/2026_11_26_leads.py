"""Orders stand still with a reason, and parts of an order are counted across departments: no lead ends before them."""

from alembic import op

from shared.kit.migrations import security

revision = "20261126_matching"
down_revision = "20261125_matching"
branch_labels = None
depends_on = None

# A department that leads sees no other department's orders, and must know that one is still open.
LOOK_UP = """
CREATE FUNCTION open_parts_of(wanted uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT count(*) FROM public.service_order o WHERE o.part_of = wanted
      AND o.status IN ('requested', 'accepted', 'in_progress', 'on_hold') $$;
"""
NAME = "open_parts_of(uuid)"


def upgrade() -> None:
    op.execute("ALTER TABLE service_order ADD COLUMN hold_reason varchar, ADD COLUMN held_at timestamptz")
    op.execute("CREATE INDEX ix_service_order_part_of ON service_order (part_of)")
    security.script(LOOK_UP)
    op.execute("GRANT SELECT (part_of, status) ON service_order TO matching_lookup")
    security.hand_over("matching", NAME)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {NAME}")
    op.execute("REVOKE SELECT (part_of, status) ON service_order FROM matching_lookup")
    op.execute("DROP INDEX ix_service_order_part_of")
    op.execute("ALTER TABLE service_order DROP COLUMN hold_reason, DROP COLUMN held_at")
