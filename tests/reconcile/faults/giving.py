"""Faults in the database of matching."""

from typing import Final

from tests.reconcile.faults.fault import Fault

NEED, PERSON, CONSENT = "matching.needs_are_known", "matching.people_are_known", "matching.consents_are_known"
REASON = "matching.lawful_reasons_are_known"
STATION, LEDGER = "matching.stations_are_known", "matching.a_column_is_the_sum_of_its_entries"
RESERVED, ENDED = "matching.what_is_reserved_is_what_orders_hold", "matching.no_order_outlives_its_need"
SILENCE, CLOCKS = "matching.silence_ends", "matching.a_running_clock_is_told_of"
PACKAGE, CONSENTED = "matching.a_package_ends_with_its_quarter", "matching.no_order_goes_on_without_consent"
ANY_ORDER = (
    "needs.orders_are_known_as_they_stand", "insights.orders_are_as_told", "needs.a_need_stands_as_its_orders_say",
    RESERVED, SILENCE, "insights.what_is_taken_is_what_orders_take",
)  # fmt: skip


def need(where: str = "true") -> str:
    return f"SELECT id::text, id::text FROM need WHERE {where}"


def order(where: str) -> str:
    return f"SELECT id::text, need_id::text FROM service_order WHERE {where}"


OF_ID, OF_PERSON = "WHERE id::text = $1", "WHERE resident_id::text = $1"
PEOPLE = "SELECT resident_id::text, resident_id::text FROM {}"
SEAT = "SELECT key, key FROM reference_row WHERE table_name = 'station_told'"
OF_SEAT = "WHERE table_name = 'station_told' AND key = $1"
# So much that what orders hold beside it cannot make up for it by chance.
ACCOUNT = "SELECT id::text, id::text FROM account WHERE remaining > 20"
RELEASED = "id IN (SELECT order_id FROM ledger_entry WHERE kind = 'release')"

MATCHING: Final = (
    Fault(NEED, need(), (f"DELETE FROM need {OF_ID}",)),
    Fault(NEED, need("status = 'ordered'"), (f"UPDATE need SET status = 'withdrawn' {OF_ID}",), also=(ENDED,)),
    Fault(NEED, need("status = 'withdrawn'"), (f"UPDATE need SET status = 'triaged' {OF_ID}",)),
    Fault(NEED, need("status IN ('resolved', 'closed')"), (f"UPDATE need SET status = 'ordered' {OF_ID}",)),
    Fault(NEED, need(), (f"UPDATE need SET station_id = gen_random_uuid() {OF_ID}",)),
    Fault(NEED, need("episode = 1"), (f"UPDATE need SET episode = 0 {OF_ID}",)),
    Fault(NEED, need("category IS NOT NULL"), (f"UPDATE need SET category = 'counselling-not' {OF_ID}",)),
    Fault(PERSON, PEOPLE.format("person"), (f"DELETE FROM person {OF_PERSON}",)),
    Fault(PERSON, PEOPLE.format("person"), (f"UPDATE person SET version = version + 7 {OF_PERSON}",)),
    Fault(PERSON, PEOPLE.format("person"), (f"UPDATE person SET division = '361099' {OF_PERSON}",)),
    Fault(CONSENT, PEOPLE.format("consent"), (f"DELETE FROM consent {OF_PERSON}",)),
    Fault(CONSENT, PEOPLE.format("consent WHERE given"), (f"UPDATE consent SET given = false {OF_PERSON}",)),
    Fault(
        REASON, "SELECT need_id::text, need_id::text FROM consent_override",
        ("DELETE FROM consent_override WHERE need_id::text = $1",),
    ),
    Fault(STATION, SEAT, (f"UPDATE reference_row SET body = body || '{{\"serves\": []}}' {OF_SEAT}",)),
    Fault(STATION, SEAT, (f"DELETE FROM reference_row {OF_SEAT}",)),
    Fault(LEDGER, ACCOUNT, (f"UPDATE account SET remaining = remaining + 1001 {OF_ID}",)),
    Fault(LEDGER, ACCOUNT, (f"UPDATE account SET remaining = 0 {OF_ID}",)),
    Fault(
        RESERVED, "SELECT gen_random_uuid()::text, 'orphan ' || id FROM account WHERE remaining > 5",
        (
            ("INSERT INTO ledger_entry (account_id, kind, quantity, order_id, by, at)"
            " SELECT id, 'reserve', 1, $1::uuid, 'nobody', created_at FROM account WHERE remaining > 5 LIMIT 1"),
        ),
        also=(LEDGER,),
    ),
    Fault(
        RESERVED, order(RELEASED), ("DELETE FROM ledger_entry WHERE order_id::text = $1 AND kind = 'release'",),
        also=(LEDGER,),
    ),
    Fault(
        RESERVED, order("status IN ('requested', 'accepted')"),
        ("DELETE FROM ledger_entry WHERE order_id::text = $1 AND kind = 'reserve'",), also=(LEDGER,),
    ),
    Fault(
        ENDED, order("status = 'cancelled' AND cancellation = 'need_ended'"),
        (f"UPDATE service_order SET status = 'requested', ended_at = NULL {OF_ID}",), also=ANY_ORDER, alone=True,
    ),
    Fault(
        SILENCE, order("status = 'requested'"),
        ("DELETE FROM timer WHERE subject = $1 AND kind = 'order_deadline'",),
    ),
    Fault(
        CLOCKS,
        "SELECT c.id::text, c.order_id::text FROM clock c JOIN timer t ON t.subject = c.id::text"
        " WHERE c.met_at IS NULL AND c.stopped_at IS NULL AND c.told_percent < 100",
        ("DELETE FROM timer WHERE subject = $1 AND kind = 'tell_clock'",),
    ),
    Fault(
        PACKAGE,
        "SELECT t.subject, 'expiry ' || t.subject FROM timer t JOIN account a ON a.id::text = t.subject"
        " WHERE t.kind = 'expire_package' AND a.remaining > 0",
        ("DELETE FROM timer WHERE subject = $1 AND kind = 'expire_package'",),
    ),
)  # fmt: skip
