"""Cells fill their county, lie within it, and hold their own point."""

import csv
from itertools import pairwise

import pytest

from services.insights.rules.cells import Point, cells
from services.insights.service.shapes import read_outlines
from services.insights.settings import OUTLINES
from shared.reference.rows import FOLDER

POINTS: dict[str, dict[str, Point]] = {}
for _row in csv.DictReader((FOLDER / "divisions" / "township_centroids.csv").read_text("utf-8").splitlines()):
    POINTS.setdefault(_row["code"][:6], {})[_row["code"]] = (float(_row["lng"]), float(_row["lat"]))
COUNTIES = read_outlines(OUTLINES)


def area(ring: list[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def holds(ring: list[Point], point: Point) -> bool:
    crossings = [
        point[0] < (b[0] - a[0]) * (point[1] - a[1]) / (b[1] - a[1]) + a[0]
        for a, b in pairwise(ring)
        if (a[1] > point[1]) != (b[1] > point[1])
    ]
    return sum(crossings) % 2 == 1


def test_the_city_has_its_eleven_counties() -> None:
    assert sorted(COUNTIES) == sorted(POINTS)
    assert len(COUNTIES) == 11


@pytest.mark.parametrize("county", sorted(COUNTIES))
def test_a_county_is_the_sum_of_its_cells_and_each_point_lies_in_its_own(county: str) -> None:
    """Outlines turn anticlockwise, so that areas are positive; each point of a township lies in its county."""
    made = cells(COUNTIES[county], POINTS[county])
    one_for_each_spot = {POINTS[county][code]: ring for code, ring in made.items()}
    whole = area(COUNTIES[county])
    assert whole > 0
    assert sum(area(ring) for ring in one_for_each_spot.values()) == pytest.approx(whole, rel=1e-3)
    assert all(holds(ring, POINTS[county][code]) for code, ring in made.items())


def test_two_points_part_a_square_between_them() -> None:
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)]
    made = cells(square, {"west": (0.5, 1.0), "east": (1.5, 1.0)})
    assert area(made["west"]) == pytest.approx(2)
    assert max(x for x, _ in made["west"]) == 1.0
