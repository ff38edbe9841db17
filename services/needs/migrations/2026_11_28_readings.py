"""Who has looked at a need: found in the trail for those who see the need, and for nobody else."""

from alembic import op

from shared.kit.migrations import security

revision = "20261128_needs_readings"
down_revision = "20261128_needs"
branch_labels = None
depends_on = None

# It runs as the look-up role, for whom the trail is open and the need is not: whether the need is seen is decided by
# its own policy, in the caller's scope. Of the person's file only what says no other purpose, since the need came.
FUNCTION = """
CREATE FUNCTION readings_of_need(wanted uuid, most integer)
RETURNS TABLE (number bigint, "time" timestamptz, actor varchar, act varchar, purpose varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH about AS (
        SELECT n.id, n.resident_id, n.registered_at FROM public.need n WHERE n.id = wanted
    ), purposes AS (
        SELECT 'need:' || a.id AS purpose FROM about a
        UNION SELECT 'order:' || g.order_id FROM public.card_grant g JOIN about a ON g.need_id = a.id
    )
    SELECT e.number, e.time, e.actor, e.act, e.purpose
    FROM public.audit_entry e JOIN about a ON e.subject IN (a.id, a.resident_id)
    WHERE e.outcome = 'read'
      AND (e.purpose IN (SELECT p.purpose FROM purposes p)
           OR e.act IN ('read_resident', 'edit_resident') AND e.time >= a.registered_at)
    ORDER BY e.number DESC LIMIT most
$$;
"""
NAME = "readings_of_need(uuid, integer)"


def upgrade() -> None:
    security.script(FUNCTION)
    op.execute("GRANT SELECT (number, time, actor, act, purpose, subject, outcome) ON audit_entry TO needs_lookup")
    op.execute("CREATE POLICY audit_entry_lookup ON audit_entry FOR SELECT TO needs_lookup USING (true)")
    op.execute(
        "GRANT SELECT (id, resident_id, registered_at, division, station_id, registered_by) ON need TO needs_lookup"
    )
    # The need's policy and the function itself ask for these.
    op.execute("GRANT SELECT (need_id, order_id, provider, ended_at) ON card_grant TO needs_lookup")
    security.hand_over("needs", NAME)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {NAME}")
    op.execute("REVOKE SELECT (need_id, order_id, provider, ended_at) ON card_grant FROM needs_lookup")
    op.execute(
        "REVOKE SELECT (id, resident_id, registered_at, division, station_id, registered_by) ON need FROM needs_lookup"
    )
    op.execute("DROP POLICY audit_entry_lookup ON audit_entry")
    op.execute("REVOKE SELECT (number, time, actor, act, purpose, subject, outcome) ON audit_entry FROM needs_lookup")
