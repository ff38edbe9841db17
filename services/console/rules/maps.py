"""A layer of the heat map as a drawing: places become paths, figures become steps of one colour.

The projection is equirectangular at the city's latitude: over 200 km it errs by less than a line's width.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 560.0
LATITUDE: Final = 27.6
STEPS: Final = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the drawing: `step` 0 (nothing known) to 5 (most)."""

    code: str
    name: str
    path: str
    x: float
    y: float
    value: float | None
    hidden: bool
    approximate: bool
    step: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map: its size, its places, and where each step begins."""

    width: float
    height: float
    places: list[Place]
    bounds: list[float]


def drawing(features: Sequence[Mapping[str, Any]]) -> Drawing:
    """The features of an answer, drawn; the darkest place has the largest figure."""
    shown = [feature for feature in features if feature["geometry"]]
    west, south, east, north = _box(shown)
    squeeze = math.cos(math.radians(LATITUDE))
    scale = WIDTH / max((east - west) * squeeze, 1e-9)

    def at(point: Sequence[float]) -> tuple[float, float]:
        return round((point[0] - west) * squeeze * scale, 1), round((north - point[1]) * scale, 1)

    bounds = _bounds([feature["properties"]["value"] for feature in shown])
    places = []
    for feature in shown:
        told, rings = feature["properties"], [[at(point) for point in ring] for ring in _rings(feature)]
        x, y = _middle(max(rings, key=len))
        places.append(
            Place(
                feature["id"], told["name"], "".join(map(_path, rings)), x, y, told["value"], told["hidden"],
                told["point"] == "placeholder", _step(told["value"], bounds),
            )
        )  # fmt: skip
    return Drawing(WIDTH, round((north - south) * scale, 1), places, bounds)


def _rings(feature: Mapping[str, Any]) -> list[Any]:
    """The rings of a place, which may lie in several pieces (RFC 7946, 3.1.7)."""
    geometry = feature["geometry"]
    pieces = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for piece in pieces for ring in piece]


def _box(features: Iterable[Mapping[str, Any]]) -> tuple[float, float, float, float]:
    points = [point for feature in features for ring in _rings(feature) for point in ring]
    if not points:
        return 0.0, 0.0, 1.0, 1.0
    return (
        min(point[0] for point in points), min(point[1] for point in points),
        max(point[0] for point in points), max(point[1] for point in points),
    )  # fmt: skip


def _path(ring: Sequence[tuple[float, float]]) -> str:
    """A closed path; points closer than a pixel say nothing and are left out."""
    kept: list[tuple[float, float]] = []
    for point in ring:
        if not kept or abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= 1.0:
            kept.append(point)
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in kept) + "Z"


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The centre of an area (the shoelace formula), where its name stands."""
    double, x_sum, y_sum = 0.0, 0.0, 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        double, x_sum, y_sum = double + cross, x_sum + (x1 + x2) * cross, y_sum + (y1 + y2) * cross
    if abs(double) < 1e-9:
        return ring[0]
    return round(x_sum / (3 * double), 1), round(y_sum / (3 * double), 1)


def _bounds(values: Iterable[float | None]) -> list[float]:
    """Where each step above nothing begins: equal shares of the places, so that a few large ones hide nobody."""
    known = sorted(value for value in values if value)
    shares = STEPS - 1
    return (
        sorted({known[min(len(known) - 1, len(known) * share // shares)] for share in range(shares)}) if known else []
    )


def _step(value: float | None, bounds: Sequence[float]) -> int:
    """0 nothing is known, 1 nothing there, 2 to 5 the shares."""
    if value is None:
        return 0
    passed = sum(value >= bound for bound in bounds)
    # Where there are fewer shares than colours, the largest is still the darkest.
    return passed + STEPS - len(bounds) if passed else 1
