"""A layer of the heat map as a drawing: places become paths, figures become steps of one colour.

The projection is equirectangular at the city's latitude: over 200 km it errs by less than a line's width.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.console.rules.figures import LAYERS, Layer
from services.console.rules.labels import Label, Wish, placed
from services.console.rules.legends import Key, legend

WIDTH: Final = 560.0
LATITUDE: Final = 27.6
STEPS: Final = 5
# Letters in the drawing's own measure: on a desk it is shown at about its size, on a phone at little more than half.
DESK_SIZE: Final = 17.0
PHONE_SIZE: Final = 24.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the drawing: `step` 0 (nothing known) to 5 (most); its names as far as they fit, at both sizes."""

    code: str
    name: str
    path: str
    x: float
    y: float
    value: float | None
    at_most: float | None
    hidden: bool
    approximate: bool
    step: int
    told: str
    at_desk: Label | None = None
    on_phone: Label | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map: its size, its places, where each step begins, and what the colours say."""

    width: float
    height: float
    places: list[Place]
    bounds: list[float]
    legend: list[Key] = field(default_factory=list)
    regions: list[tuple[Label | None, Label | None]] = field(default_factory=list)


def drawing(
    features: Sequence[Mapping[str, Any]], *, layer: Layer = LAYERS["need"],
    region: Callable[[str], str] | None = None,
) -> Drawing:  # fmt: skip
    """The features of an answer, drawn; the darkest place has the largest figure.

    Outlines always want their name. Cells have it where it fits; over many of them stand the names of their `region`.
    """
    shown = [feature for feature in features if feature["geometry"]]
    at, height = _projection(shown)
    bounds = _bounds([feature["properties"]["value"] for feature in shown])
    drawn = [_Drawn(feature, [[at(point) for point in ring] for ring in _rings(feature)]) for feature in shown]
    regions = _regions(drawn, region, (WIDTH, height)) if region else []
    sizes = [_names(drawn, layer, size, (WIDTH, height), is_free=not region) for size in (DESK_SIZE, PHONE_SIZE)]
    places = [each.place(layer, bounds, *(names.get(each.code) for names in sizes)) for each in drawn]
    return Drawing(WIDTH, height, places, bounds, _legend(places, bounds, layer), regions)


def _legend(places: Sequence[Place], bounds: Sequence[float], layer: Layer) -> list[Key]:
    """What the colours say, and how a place is drawn of which nothing is told, or which lies elsewhere."""
    found = legend([place.step for place in places], bounds, layer, most=STEPS)
    others = (
        (any(place.hidden for place in places), Key("hidden", "数量少，不公开")),
        (any(place.value is None and not place.hidden for place in places), Key("step-0", "没有数据")),
        (any(place.approximate for place in places), Key("approximate", "位置为示意")),
    )
    return found + [key for is_there, key in others if is_there]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A feature with its rings on the drawing."""

    feature: Mapping[str, Any]
    rings: list[list[Point]]

    @property
    def code(self) -> str:
        return str(self.feature["id"])

    @property
    def told(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self.feature["properties"]
        return told

    @property
    def largest(self) -> list[Point]:
        return max(self.rings, key=lambda ring: abs(_double_area(ring)))

    def words(self, layer: Layer) -> str:
        return "不公开" if self.told["hidden"] else layer.told(self.told["value"], self.told.get("at_most"))

    def place(self, layer: Layer, bounds: Sequence[float], at_desk: Label | None, on_phone: Label | None) -> Place:
        told, (x, y) = self.told, _middle(self.largest)
        return Place(
            self.code, told["name"], "".join(map(_path, self.rings)), x, y, told["value"], told.get("at_most"),
            told["hidden"], told["point"] == "placeholder", _step(told["value"], bounds), self.words(layer),
            at_desk, on_phone,
        )  # fmt: skip


def _names(drawn: Iterable[_Drawn], layer: Layer, size: float, within: Point, *, is_free: bool) -> dict[str, Label]:
    """The names that fit at a size, the largest places first."""
    wishes = []
    for each in sorted(drawn, key=lambda each: -abs(_double_area(each.largest))):
        x, y = _middle(each.largest)
        is_cell = each.told.get("shape") == "cell"
        lines = (each.told["name"],) if is_cell else (each.told["name"], each.words(layer).replace(" ", ""))
        if is_free or not is_cell:
            wishes.append(Wish(each.code, lines, x, y, room=_room(each.largest, x, y) if is_cell else None))
    return placed(wishes, size=size, within=within)


def _regions(
    drawn: Iterable[_Drawn], region: Callable[[str], str], within: Point
) -> list[tuple[Label | None, Label | None]]:
    """The names of what the cells lie in, each over the middle of its cells."""
    middles: dict[str, list[tuple[float, float, float]]] = {}
    for each in drawn:
        area = abs(_double_area(each.largest))
        middles.setdefault(region(each.code), []).append((*_middle(each.largest), area))
    wishes = []
    for name, parts in middles.items():
        whole = sum(area for _, _, area in parts) or 1.0
        x, y = (sum(part[axis] * part[2] for part in parts) / whole for axis in (0, 1))
        wishes.append(Wish(name, (name,), x, y))
    at_desk, on_phone = (placed(wishes, size=size, within=within) for size in (DESK_SIZE, PHONE_SIZE))
    return [(at_desk.get(name), on_phone.get(name)) for name in middles]


def _projection(shown: Sequence[Mapping[str, Any]]) -> tuple[Callable[[Sequence[float]], Point], float]:
    """From longitude and latitude onto the drawing, and how high that is."""
    west, south, east, north = _box(shown)
    squeeze = math.cos(math.radians(LATITUDE))
    scale = WIDTH / max((east - west) * squeeze, 1e-9)

    def at(point: Sequence[float]) -> Point:
        return round((point[0] - west) * squeeze * scale, 1), round((north - point[1]) * scale, 1)

    return at, round((north - south) * scale, 1)


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


def _path(ring: Sequence[Point]) -> str:
    """A closed path; points closer than a pixel say nothing and are left out."""
    kept: list[Point] = []
    for point in ring:
        if not kept or abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= 1.0:
            kept.append(point)
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in kept) + "Z"


def _sides(ring: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _double_area(ring: Sequence[Point]) -> float:
    """Twice the area within a ring, by the shoelace formula."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(ring))


def _middle(ring: Sequence[Point]) -> Point:
    """The centre of an area, where its name stands."""
    double = _double_area(ring)
    if abs(double) < 1e-9:
        return ring[0]
    x_sum = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in _sides(ring))
    y_sum = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in _sides(ring))
    return round(x_sum / (3 * double), 1), round(y_sum / (3 * double), 1)


def _room(ring: Sequence[Point], x: float, y: float) -> Point:
    """How wide and how high something may be that stands in the middle of a ring."""
    across = _reach([(one, other) for one, other in _sides(ring)], x, y)
    turned = [((one[1], one[0]), (other[1], other[0])) for one, other in _sides(ring)]
    return across, _reach(turned, y, x)


def _reach(sides: Sequence[tuple[Point, Point]], x: float, y: float) -> float:
    """Twice the way from a point to the nearer side, along a level line."""
    crossings = [x1 + (x2 - x1) * (y - y1) / (y2 - y1) for (x1, y1), (x2, y2) in sides if (y1 <= y) != (y2 <= y)]
    if sum(each <= x for each in crossings) % 2 == 0:
        # The middle of a bent place lies outside of it.
        return 0.0
    left = min((x - each for each in crossings if each <= x), default=0.0)
    right = min((each - x for each in crossings if each >= x), default=0.0)
    return 2 * min(left, right)


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
