"""Who has looked at a need, through its orders too: a department's reading of the card is one.

The orders of a need are seen by whoever sees the need; the grants of cards only by their provider.
"""

from alembic import op

from shared.kit.migrations import security

revision = "20261129_needs"
down_revision = "20261128_needs_readings"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE FUNCTION readings_of_need(wanted uuid, most integer)
RETURNS TABLE (number bigint, "time" timestamptz, actor varchar, act varchar, purpose varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH about AS (
        SELECT n.id, n.resident_id, n.registered_at FROM public.need n WHERE n.id = wanted
    ), purposes AS (
        SELECT 'need:' || a.id AS purpose FROM about a
        UNION SELECT 'order:' || {orders}
    )
    SELECT e.number, e.time, e.actor, e.act, e.purpose
    FROM public.audit_entry e JOIN about a ON e.subject IN (a.id, a.resident_id)
    WHERE e.outcome = 'read'
      AND (e.purpose IN (SELECT p.purpose FROM purposes p)
           OR e.act IN ('read_resident', 'edit_resident') AND e.time >= a.registered_at)
    ORDER BY e.number DESC LIMIT most
$$;
"""
BY_ORDER = "o.order_id FROM public.need_order o JOIN about a ON o.need_id = a.id"
BY_GRANT = "g.order_id FROM public.card_grant g JOIN about a ON g.need_id = a.id"
NAME = "readings_of_need(uuid, integer)"


def _replace(orders: str) -> None:
    op.execute(f"DROP FUNCTION {NAME}")
    security.script(FUNCTION.format(orders=orders))
    security.hand_over("needs", NAME)


def upgrade() -> None:
    op.execute("GRANT SELECT (order_id, need_id) ON need_order TO needs_lookup")
    _replace(BY_ORDER)


def downgrade() -> None:
    _replace(BY_GRANT)
    op.execute("REVOKE SELECT (order_id, need_id) ON need_order FROM needs_lookup")
