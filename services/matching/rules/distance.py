"""How near a resource is: kilometres as the crow flies, and the band that gives them their worth.

Distance runs from the township's point to the resource's. The same township is near without any point. Where a point
only holds its place on the map, distance is unknown, which is neither near nor far.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from services.matching.rules import area
from shared.schemas.reference import DistanceBand, Sentence
from shared.schemas.vocabulary import PointQuality

# The mean radius of the Earth (IUGG), in kilometres.
EARTH_RADIUS: Final = 6371.0088


@dataclass(frozen=True, slots=True)
class Point:
    """A point in WGS-84 degrees, and whether it is where the place is."""

    lng: float
    lat: float
    quality: PointQuality = PointQuality.KNOWN


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives or something is given: its division, and a point where there is one."""

    division: str | None
    point: Point | None = None


NOWHERE: Final = Place(None)


def kilometres_between(one: Point, other: Point) -> float:
    """The great-circle distance (haversine)."""
    south, north = radians(one.lat), radians(other.lat)
    rise = sin((north - south) / 2) ** 2
    run = cos(south) * cos(north) * sin(radians(other.lng - one.lng) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(rise + run)))


def kilometres(one: Place, other: Place) -> float | None:
    """The distance between two places, or `None` where a point is missing or a placeholder."""
    here, there = one.point, other.point
    if here is None or there is None or PointQuality.PLACEHOLDER in (here.quality, there.quality):
        return None
    return kilometres_between(here, there)


def in_order(bands: Iterable[DistanceBand]) -> tuple[DistanceBand, ...]:
    """The bands as they are tried: the first that reaches gives its worth."""
    return tuple(sorted(bands, key=lambda band: band.order))


def worth(one: Place, other: Place, bands: tuple[DistanceBand, ...]) -> float | None:
    """How near two places are, 0 to 1, by bands that are already in order; `None` where nobody can say."""
    here = area.is_same_township(one.division, other.division)
    far = kilometres(one, other)
    return next((band.worth for band in bands if (here if band.same_township else _reaches(band, far))), None)


def _reaches(band: DistanceBand, far: float | None) -> bool:
    return far is not None and (band.up_to_km is None or far <= band.up_to_km)


def words(one: Place, other: Place) -> Sentence:
    """The distance as people say it."""
    if area.is_same_township(one.division, other.division):
        return Sentence(zh="同一乡镇（街道）", en="in the same township")
    far = kilometres(one, other)
    zh, en = _county_words(one, other)
    if far is None:
        return Sentence(zh=f"{zh}，距离未知（无真实点位）", en=f"{en}, distance unknown (no real point)")
    return Sentence(zh=f"{zh}，直线距离{far:.1f}公里", en=f"{en}, {far:.1f} km as the crow flies")


def _county_words(one: Place, other: Place) -> tuple[str, str]:
    if one.division is None or other.division is None:
        return "区划未知", "division unknown"
    if area.is_same_county(one.division, other.division):
        return "同一县区", "in the same county"
    return "不在同一县区", "not in the same county"
