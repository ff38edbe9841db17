"""Cells on the map: the part of a county that lies nearer to a township's point than to any other's of the county.

They say where a township's figure is shown, not where its border runs. A cell is the county's outline cut by the half
plane between each two points; where the outline bends in, a cell may consist of parts joined along the cut.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

Point = tuple[float, float]


def cells(outline: Sequence[Point], points: Mapping[str, Point]) -> dict[str, list[Point]]:
    """The cell of each point, as a closed ring, longitude first (WGS-84); points on one spot share a cell."""
    # A degree of longitude is shorter than one of latitude by this.
    squeeze = math.cos(math.radians(outline[0][1]))
    flat = [(lng * squeeze, lat) for lng, lat in outline]
    placed = {code: (lng * squeeze, lat) for code, (lng, lat) in points.items()}
    made = {}
    for code, point in placed.items():
        ring = flat
        for other in placed.values():
            if other != point:
                ring = nearer(ring, point, other)
        made[code] = [(round(x / squeeze, 5), round(y, 5)) for x, y in ring]
    return made


def nearer(ring: Sequence[Point], point: Point, other: Point) -> list[Point]:
    """The part of a closed ring that is nearer to one point than to another (Sutherland and Hodgman)."""
    along = (other[0] - point[0], other[1] - point[1])
    middle = ((point[0] + other[0]) / 2, (point[1] + other[1]) / 2)

    def beyond(place: Point) -> float:
        return (place[0] - middle[0]) * along[0] + (place[1] - middle[1]) * along[1]

    kept: list[Point] = []
    for here, there in pairwise(ring):
        far, farther = beyond(here), beyond(there)
        if far <= 0:
            kept.append(here)
        if (far < 0 < farther) or (farther < 0 < far):
            share = far / (far - farther)
            kept.append((here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share))
    return [*kept, kept[0]] if kept else []
