"""What departments list: some kinds at one place in each county, some in every township; and the packages of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from deploy.sample.city import Quarter, counties, dice, kinds_of, seat_of, township_stations, townships, townships_of
from shared.schemas.reference import Division, ResourceKind
from shared.schemas.vocabulary import DivisionLevel, Unit

# How much a county, or a township, has of a thing in a quarter, by what is counted. Made up; the listing says so.
IN_A_COUNTY = {Unit.PERSON_TIME: 600, Unit.HOUR: 400, Unit.PLACE: 120, Unit.ITEM: 120, Unit.YUAN: 200_000}
IN_A_TOWNSHIP = {Unit.PERSON_TIME: 120, Unit.HOUR: 80, Unit.PLACE: 24, Unit.ITEM: 24, Unit.YUAN: 20_000}
LEAST_AND_MOST = (0.6, 1.4)
# What all packages of a quarter take of a resource; the rest is ordered without one, or waits for the next quarter.
IN_PACKAGES = 0.3


def listings(department: str, quarter: Quarter) -> list[dict[str, Any]]:
    """Everything of a department, wherever it is offered."""
    return [listing(kind, place, quarter) for kind in kinds_of(department) for place in places_of(kind)]


def places_of(kind: ResourceKind) -> tuple[Division, ...]:
    """Where a kind is listed: once for each of them."""
    return townships() if kind.offered_at is DivisionLevel.TOWNSHIP else counties()


def external_id(kind: ResourceKind, place: str) -> str:
    """The department's own key of a listing."""
    return f"sample-{kind.code}-{place}"


def listing(kind: ResourceKind, place: Division, quarter: Quarter) -> dict[str, Any]:
    """One kind of resource at one place, as the department's system would list it."""
    stands = seat_of(place.code) if place.level is DivisionLevel.COUNTY else place
    return {
        "external_id": external_id(kind, place.code),
        "name": f"{place.name}{kind.name_zh}（示例）",
        "kind": kind.code,
        "category": kind.category,
        "unit": kind.unit,
        "areas": [place.code],
        "division": stands.code,
        "point": {"lng": stands.lng, "lat": stands.lat, "quality": stands.point_quality},
        "documents": list(kind.documents),
        "cost": kind.cost_zh,
        "capacity": capacity(kind, place) if kind.quantified else None,
        "lead_days": kind.lead_days,
        # A quarter longer than the packages, so that its last days find something.
        "assured_until": (quarter.last_day + timedelta(days=92)).isoformat(),
        "is_sample": True,
    }


def capacity(kind: ResourceKind, place: Division) -> int:
    """How much there is at a place, unlike from place to place."""
    usual = IN_A_COUNTY if place.level is DivisionLevel.COUNTY else IN_A_TOWNSHIP
    return round(usual[kind.unit] * dice("capacity", kind.code, place.code).uniform(*LEAST_AND_MOST))


def packages(department: str, quarter: Quarter) -> list[dict[str, Any]]:
    """Each township's station gets a share of everything that its department counts."""
    return [row for kind in kinds_of(department) if kind.quantified for row in _packages_of(kind, quarter)]


def _packages_of(kind: ResourceKind, quarter: Quarter) -> Iterator[dict[str, Any]]:
    places = {place.code: place for place in places_of(kind)}
    for station in township_stations():
        place = places.get(station.division) or places[station.division[:6]]
        sharers = len(townships_of(place.code)) or 1
        yield {
            "external_id": external_id(kind, place.code),
            "station_id": str(station.id),
            "quarter": str(quarter),
            "quota": max(1, int(capacity(kind, place) * IN_PACKAGES / sharers)),
        }
