"""Faults in the database of needs."""

from typing import Final

from tests.reconcile.faults.fault import Fault

ORDERS, CARDS = "needs.orders_are_known_as_they_stand", "needs.a_card_is_open_while_its_order_runs"
TOLD, SAY = "needs.a_need_stands_as_it_told", "needs.a_need_stands_as_its_orders_say"
CASE, CONTACT = "needs.a_needs_case_is_known", "needs.a_contact_of_casework_counts"
JUDGED, STATIONS = "needs.a_survey_ends_or_reopens_its_need", "needs.stations_are_known"
CLOCKS, MESSAGES = "needs.a_running_clock_is_told_of", "needs.a_message_is_sent"


def order(status: str) -> str:
    return f"SELECT order_id::text, need_id::text FROM need_order WHERE status IN ({status})"


def card(where: str) -> str:
    return f"SELECT order_id::text, need_id::text FROM card_grant WHERE {where}"


def need(where: str) -> str:
    return f"SELECT id::text, id::text FROM need WHERE {where}"


OF_ORDER, OF_NEED = "WHERE order_id::text = $1", "WHERE id::text = $1"
EVENT = "DELETE FROM fact WHERE subject = $1 AND name = 'needs.need_{}.v1'"
SEAT = "SELECT key, key FROM reference_row WHERE table_name = 'station_told'"
OF_SEAT = "WHERE table_name = 'station_told' AND key = $1"
CONTACTED = need("id IN (SELECT need_id FROM contact WHERE by LIKE 'case:%')")
HEADLINE = "WHERE need_id::text = $1 AND kind = 'first_contact'"
GHOST = "SELECT gen_random_uuid()::text, 'ghost'"

NEEDS: Final = (
    Fault(ORDERS, order("'requested'"), (f"DELETE FROM need_order {OF_ORDER}",)),
    Fault(ORDERS, order("'completed'"), (f"DELETE FROM need_order {OF_ORDER}",)),
    Fault(ORDERS, order("'accepted'"), (f"UPDATE need_order SET status = 'requested' {OF_ORDER}",)),
    Fault(ORDERS, order("'requested'"), (f"UPDATE need_order SET status = 'completed' {OF_ORDER}",)),
    Fault(ORDERS, order("'completed'"), (f"UPDATE need_order SET status = 'in_progress' {OF_ORDER}",)),
    Fault(ORDERS, order("'completed', 'requested'"), (f"UPDATE need_order SET provider = 'nobody' {OF_ORDER}",)),
    Fault(
        ORDERS, "SELECT gen_random_uuid()::text, need_id::text FROM need_order WHERE status = 'completed'",
        ("INSERT INTO need_order SELECT $1::uuid, id, 1, 'health', 'cancelled' FROM need LIMIT 1",), stays=True,
    ),
    Fault(CARDS, card("ended_at IS NOT NULL"), (f"UPDATE card_grant SET ended_at = NULL {OF_ORDER}",)),
    Fault(CARDS, card("ended_at IS NULL"), (f"UPDATE card_grant SET ended_at = granted_at {OF_ORDER}",)),
    Fault(CARDS, card("ended_at IS NULL"), (f"DELETE FROM card_grant {OF_ORDER}",)),
    Fault(CARDS, card("ended_at IS NULL"), (f"UPDATE card_grant SET provider = 'nobody' {OF_ORDER}",)),
    Fault(
        CARDS, GHOST,
        (
            ("INSERT INTO card_grant SELECT $1::uuid, id, resident_id, 'health', 'meals', registered_at, NULL FROM need"
            " WHERE resident_id IS NOT NULL LIMIT 1"),
        ),
    ),
    Fault(TOLD, need("status = 'in_service'"), (f"UPDATE need SET status = 'waiting' {OF_NEED}",)),
    Fault(TOLD, need("status = 'ordered'"), (f"UPDATE need SET status = 'triaged' {OF_NEED}",)),
    Fault(TOLD, need("status = 'resolved'"), (f"UPDATE need SET status = 'in_service' {OF_NEED}",)),
    Fault(TOLD, need("status = 'withdrawn'"), (f"UPDATE need SET status = 'ordered' {OF_NEED}",)),
    Fault(
        SAY, need("status = 'in_service' AND id IN (SELECT need_id FROM need_order WHERE status = 'accepted')"),
        (f"UPDATE need SET status = 'ordered' {OF_NEED}", EVENT.format("started")),
    ),
    Fault(CASE, need("case_id IS NOT NULL"), (f"UPDATE need SET case_id = NULL {OF_NEED}",)),
    Fault(CASE, need("case_id IS NOT NULL"), (f"UPDATE need SET case_id = gen_random_uuid() {OF_NEED}",)),
    Fault(CASE, need("case_id IS NULL"), (f"UPDATE need SET case_id = gen_random_uuid() {OF_NEED}",)),
    Fault(CONTACT, CONTACTED, ("DELETE FROM contact WHERE need_id::text = $1 AND by LIKE 'case:%'",)),
    Fault(CONTACT, CONTACTED, (f"UPDATE clock SET met_at = NULL, first_met_at = NULL {HEADLINE}",)),
    Fault(
        JUDGED, need("status = 'closed'"), (f"UPDATE need SET status = 'resolved' {OF_NEED}", EVENT.format("closed")),
        also=("insights.needs_are_as_told",), alone=True,
    ),
    Fault(
        JUDGED, need("status = 'triaged' AND episode = 2"),
        (
            f"UPDATE need SET status = 'resolved', episode = 1, reopened_at = NULL, reopen_reason = NULL {OF_NEED}",
            EVENT.format("reopened"),
            "DELETE FROM clock WHERE need_id::text = $1 AND episode = 2",
        ),
        alone=True,
    ),
    Fault(STATIONS, SEAT, (f"UPDATE reference_row SET version = 0, body = body || '{{\"version\": 0}}' {OF_SEAT}",)),
    Fault(STATIONS, SEAT, (f"UPDATE reference_row SET body = body || '{{\"division\": \"361099\"}}' {OF_SEAT}",)),
    Fault(STATIONS, SEAT, (f"UPDATE reference_row SET body = body || '{{\"is_active\": false}}' {OF_SEAT}",)),
    Fault(STATIONS, SEAT, (f"DELETE FROM reference_row {OF_SEAT}",)),
    Fault(
        CLOCKS,
        "SELECT c.id::text, c.need_id::text FROM clock c JOIN timer t ON t.subject = c.id::text"
        " WHERE c.met_at IS NULL AND c.stopped_at IS NULL AND c.told_percent < 100",
        ("DELETE FROM timer WHERE subject = $1 AND kind = 'tell_clock'",),
    ),
    Fault(
        MESSAGES, "SELECT id::text, id::text FROM message WHERE sent_at IS NOT NULL",
        (f"UPDATE message SET sent_at = NULL {OF_NEED}", f"DELETE FROM twin_message {OF_NEED}"),
    ),
)  # fmt: skip
