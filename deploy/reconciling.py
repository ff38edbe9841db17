"""The services' own reconcilers, opened from outside: the same promises, the same databases, for `fuzhou reconcile`."""

from collections.abc import Iterable

from deploy.listening import Row, house_of
from shared.kit.clock import wall_clock
from shared.kit.reconciling import Report


async def reconcile(services: Iterable[str]) -> list[Report]:
    """Look at every promise of these services now, one after the other."""
    reports: list[Report] = []
    for service in services:
        async with house_of(service) as house:
            reports += await house.reconciler.all(at=wall_clock())
    return reports


def summary(reports: Iterable[Report]) -> list[Row]:
    """One row a promise."""
    return [
        {
            "promise": report.promise, "service": report.service, "looked_at": report.looked,
            "healed": len(report.healed), "stays": len(report.raised), "trouble": report.trouble,
        }
        for report in reports
    ]  # fmt: skip


def found(reports: Iterable[Report]) -> list[Row]:
    """One row for each difference that was found, what stays first."""
    rows: list[Row] = [
        {
            "promise": each.promise, "service": report.service, "subject": each.subject, "wrong": each.wrong,
            "end": "healed" if healed else "stays",
        }
        for report in reports
        for healed, differences in ((False, report.raised), (True, report.healed))
        for each in differences
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row["end"] != "stays")
