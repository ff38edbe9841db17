"""Faults in the database of insights."""

from typing import Final

from tests.reconcile.faults.fault import Fault

SUM = "insights.what_is_taken_is_what_orders_take"


def hurt(promise: str, table: str, key: str, change: str = "", *, where: str = "true") -> Fault:
    """A row is lost, or says something else."""
    family = "need_id::text" if table in {"need_episode", "service_order", "survey"} else f"'{table} ' || {key}"
    pick = f"SELECT {key}::text, {family} FROM {table} WHERE {where}"
    broken = f"UPDATE {table} SET {change}" if change else f"DELETE FROM {table}"
    also = (SUM,) if table == "service_order" else ()
    return Fault(f"insights.{promise}_are_as_told", pick, (f"{broken} WHERE {key}::text = $1",), also=also)


INSIGHTS: Final = (
    hurt("needs", "need_episode", "need_id"),
    hurt("needs", "need_episode", "need_id", "status = 'registered'", where="status <> 'registered'"),
    hurt("needs", "need_episode", "need_id", "division = '361099'"),
    hurt("needs", "need_episode", "need_id", "urgency = 'crisis'"),
    hurt("people", "person", "resident_id"),
    hurt("people", "person", "resident_id", "version = version + 7"),
    hurt("orders", "service_order", "order_id"),
    hurt("orders", "service_order", "order_id", "status = 'rejected'", where="status <> 'rejected'"),
    hurt("orders", "service_order", "order_id", "quantity = quantity + 4"),
    hurt("resources", "resource", "resource_id"),
    hurt("resources", "resource", "resource_id", "capacity = capacity + 100"),
    hurt("packages", "package", "package_id"),
    hurt("packages", "package", "package_id", "quota = quota + 100"),
    hurt("surveys", "survey", "survey_id"),
    hurt("surveys", "survey", "survey_id", "satisfaction = 3", where="satisfaction IS NOT NULL"),
    hurt("complaints", "complaint", "complaint_id"),
    hurt("complaints", "complaint", "complaint_id", "settled_at = NULL", where="settled_at IS NOT NULL"),
    hurt("suggestions", "suggestion", "suggestion_id"),
    hurt("services", "service_given", "service_id"),
    hurt("services", "service_given", "service_id", "minutes = minutes + 600"),
    hurt("workers", "worker", "worker_id"),
    hurt("workers", "worker", "worker_id", "station_id = gen_random_uuid()"),
    Fault(
        SUM, "SELECT resource_id::text, 'sum ' || resource_id FROM resource_use",
        ("UPDATE resource_use SET taken = taken + 1003 WHERE resource_id::text = $1",),
    ),
)  # fmt: skip
