"""Faults that may befall every service: in its copies, in what it could not take in, in whose access ended."""

from typing import Final

from deploy.addresses import BUILT
from tests.reconcile.faults.fault import Fault

ROW = "SELECT table_name || ':' || key, table_name || ':' || key FROM reference_row WHERE table_name = 'station'"
OF_ROW = "WHERE table_name || ':' || key = $1"
COPIERS = ("matching", "cases", "feedback", "insights", "identity")


def _of_copies(service: str) -> tuple[Fault, ...]:
    promise = f"{service}.reference_rows_are_copied"
    return (
        Fault(promise, ROW, (f"DELETE FROM reference_row {OF_ROW}",)),
        Fault(promise, ROW, (f"UPDATE reference_row SET body = body || '{{\"name\": \"无\"}}' {OF_ROW}",)),
        Fault(promise, ROW, (f"UPDATE reference_row SET valid_to = '2025-01-01' {OF_ROW}",)),
        Fault(
            promise, "SELECT 'station:' || gen_random_uuid(), 'a row of nobody'",
            (
                ("INSERT INTO reference_row SELECT 'station', substr($1, 9), valid_from, valid_to, body, source, 1"
                " FROM reference_row WHERE table_name = 'station' LIMIT 1"),
            ),
        ),
    )  # fmt: skip


def _of_any(service: str) -> tuple[Fault, ...]:
    return (
        Fault(
            "kit.revocations_are_held", "SELECT holder, 'revoked ' || holder FROM revoked_access",
            ("DELETE FROM revoked_access WHERE holder = $1",), service=service,
        ),
        Fault(
            "kit.nothing_parked", "SELECT 'needs ' || gen_random_uuid(), 'parked'",
            (
                ("INSERT INTO parked_fact VALUES (gen_random_uuid(), 'needs', 'needs.reference_changed.v1',"
                " substr($1, 7), 1, '2026-03-10', '{}', 'pydantic.ValidationError', 1, '2026-03-10')"),
            ),
            stays=True, service=service,
        ),
        Fault(
            "kit.no_timer_given_up", "SELECT gen_random_uuid()::text, 'given up'",
            (
                ("INSERT INTO timer VALUES ($1::uuid, 'tell_clock', 'nobody', '2026-03-10', '{}', 8,"
                " 'builtins.KeyError')"),
            ),
            stays=True, service=service,
        ),
    )  # fmt: skip


EVERYWHERE: Final = (
    *(fault for service in COPIERS for fault in _of_copies(service)),
    *(fault for service in BUILT for fault in _of_any(service)),
)
