"""The sample city: what departments would list and hand to stations, sent as their systems would send it.

Every kind of resource in the reference rows is listed in every county, in the township of its seat, with made-up
capacity; stations with sample accounts get packages for the quarter. All of it is marked as a sample. Sent again, it
changes nothing. `FUZHOU_SAMPLE=none` leaves the city empty, and production is never given one.
"""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import httpx

from deploy.token import token_for
from shared.kit.clock import local_day, wall_clock
from shared.kit.ids import new_id
from shared.reference import rows_of_table
from shared.schemas.reference import Department, Division, ReferenceBody, ResourceKind, station_id
from shared.schemas.vocabulary import DivisionLevel, PointQuality, Unit

LINES = "application/x-ndjson"
MOST_LINES = 5000
# How much a county has of a thing in a quarter, by what is counted. Made up; the listing says so.
CAPACITY = {Unit.PERSON_TIME: 600, Unit.HOUR: 400, Unit.PLACE: 60, Unit.ITEM: 80, Unit.YUAN: 200_000}
SHARE_OF_A_STATION = 20
# The stations that have sample accounts; each gets a package of everything that its county counts.
PACKAGED = ("361002100", "361002101", "361021100", "361030100")


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter, as packages name it."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def last_day(self) -> date:
        following = date(self.year + self.number // 4, self.number % 4 * 3 + 1, 1)
        return following - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@cache
def divisions() -> list[Division]:
    """The division tree."""
    return [row for row in _bodies(Division) if isinstance(row, Division)]


def _bodies(kind: type[ReferenceBody]) -> Iterator[ReferenceBody]:
    return (row.read() for row in rows_of_table(kind.table))


def kinds_of(department: str) -> list[ResourceKind]:
    """What a department brings to people, by the reference rows."""
    kinds = (row for row in _bodies(ResourceKind) if isinstance(row, ResourceKind))
    return [kind for kind in kinds if kind.department == department and not kind.for_stations and kind.category]


def seat_of(county: str) -> Division:
    """The township where a county's listings stand: the first one with a real point."""
    towns = [row for row in divisions() if row.parent == county and row.statutory]
    return next((town for town in towns if town.point_quality is PointQuality.KNOWN), towns[0])


def listing(kind: ResourceKind, county: Division, quarter: Quarter) -> dict[str, Any]:
    """One kind of resource in one county, as the department's system would list it."""
    seat = seat_of(county.code)
    return {
        "external_id": f"sample-{kind.code}-{county.code}",
        "name": f"{county.name}{kind.name_zh}（示例）",
        "kind": kind.code,
        "category": kind.category,
        "unit": kind.unit,
        "areas": [county.code],
        "division": seat.code,
        "point": {"lng": seat.lng, "lat": seat.lat, "quality": seat.point_quality},
        "documents": list(kind.documents),
        "cost": kind.cost_zh,
        "capacity": CAPACITY[kind.unit] if kind.quantified else None,
        "lead_days": kind.lead_days,
        # A quarter longer than the packages, so that its last days find something.
        "assured_until": (quarter.last_day + timedelta(days=92)).isoformat(),
        "is_sample": True,
    }


def listings(department: str, quarter: Quarter) -> list[dict[str, Any]]:
    """Everything of a department, in every county."""
    counties = [row for row in divisions() if row.level is DivisionLevel.COUNTY]
    return [listing(kind, county, quarter) for kind in kinds_of(department) for county in counties]


# A token lasts ten minutes; the sample comes in within two.
_token = cache(token_for)


class NoProviders(SystemExit):
    """Matching has not heard of the departments."""

    def __init__(self) -> None:
        super().__init__("Matching has not heard of the departments within a minute; see its log.")


class Platform:
    """The front door, as a department's system meets it."""

    def __init__(self, door: str) -> None:
        self._http = httpx.Client(base_url=door, timeout=60, trust_env=False)

    def ask(self, method: str, path: str, account: str, **request: Any) -> Any:
        """One call, as an account; its answer."""
        headers = {"Authorization": f"Bearer {_token(account)}"} | request.pop("headers", {})
        answer = self._http.request(method, path, headers=headers, **request)
        answer.raise_for_status()
        return answer.json()

    def wait_for(self, departments: list[str]) -> None:
        """Matching learns of the departments by facts, a moment after it starts."""
        for _ in range(600):
            known = self.ask("GET", "/matching/v1/providers", f"system-{departments[0]}", params={"limit": "200"})
            if {row["slug"] for row in known["items"]} >= set(departments):
                return
            time.sleep(0.1)
        raise NoProviders

    def push(self, department: str, rows: list[dict[str, Any]]) -> dict[str, int]:
        """Send listings; how many were new, changed, the same or refused."""
        body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
        path = f"/matching/v1/providers/{department}/resources/batch"
        answer = self.ask("POST", path, f"system-{department}", content=body, headers={"Content-Type": LINES})
        refused = [row for row in answer["rows"] if row["outcome"] == "refused"]
        if refused:
            raise SystemExit(f"The platform refused what the sample city lists: {refused[0]}")
        counts: dict[str, int] = answer["counts"]
        return counts

    def listed(self, department: str) -> Iterator[dict[str, Any]]:
        """What a department lists, page by page."""
        yield from self._pages("/matching/v1/resources", f"system-{department}", provider=department)

    def packaged(self, department: str, quarter: Quarter) -> set[tuple[str, str]]:
        """Which resource is in which station's package already."""
        pages = self._pages("/matching/v1/packages", f"system-{department}", quarter=str(quarter))
        return {(package["resource_id"], package["station_id"]) for package in pages}

    def grant(self, department: str, package: dict[str, Any]) -> None:
        headers = {"Idempotency-Key": str(new_id())}
        self.ask("POST", "/matching/v1/packages", f"system-{department}", json=package, headers=headers)

    def _pages(self, path: str, account: str, **wanted: str) -> Iterator[dict[str, Any]]:
        after: dict[str, str] = {}
        while True:
            page = self.ask("GET", path, account, params=wanted | {"limit": "200"} | after)
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}


def hand_out(platform: Platform, department: str, quarter: Quarter) -> int:
    """Give each sample station its share of what its county counts; how many packages were new."""
    held, made = platform.packaged(department, quarter), 0
    for resource in platform.listed(department):
        if resource["capacity"] is None or not resource["is_sample"]:
            continue
        for township in PACKAGED:
            station = str(station_id(f"{township}-01"))
            if not township.startswith(tuple(resource["areas"])) or (resource["id"], station) in held:
                continue
            quota = max(1, resource["capacity"]["maximum"] // SHARE_OF_A_STATION)
            package = {"resource_id": resource["id"], "station_id": station, "quarter": str(quarter), "quota": quota}
            platform.grant(department, package)
            made += 1
    return made


def main() -> None:
    """Let the sample city come in, unless it is not wanted or this is production."""
    production = os.environ.get("FUZHOU_ENVIRONMENT", "development") == "production"
    if production or os.environ.get("FUZHOU_SAMPLE") == "none":
        return
    platform, quarter = Platform(os.environ["FUZHOU_DOOR_URL"]), Quarter.of(local_day(wall_clock()))
    departments = [row.slug for row in _bodies(Department) if isinstance(row, Department)]
    platform.wait_for(departments)
    for department in departments:
        rows = listings(department, quarter)
        for start in range(0, len(rows), MOST_LINES):
            counts = platform.push(department, rows[start : start + MOST_LINES])
            print(department, counts, flush=True)
        print(department, "packages", hand_out(platform, department, quarter), flush=True)


if __name__ == "__main__":
    main()
