"""Service areas and distance: what is covered, what is near, and what nobody can say."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.matching.rules import area, distance
from services.matching.rules.distance import NOWHERE, Place, Point
from shared.schemas.vocabulary import PointQuality, Verdict

from .examples import BANDS, CHONGREN, QINGYUN, QINGYUN_POINT, WENQUAN

codes = some.text("012", min_size=8, max_size=8).map(lambda tail: "3610" + tail)
areas = some.lists(some.builds(lambda code, length: code[:length], codes, some.sampled_from(area.LENGTHS)), max_size=6)
points = some.builds(Point, some.floats(115, 118), some.floats(26, 29))


@pytest.mark.parametrize(
    ("division", "verdict"),
    [
        ("361002001", Verdict.YES),
        ("361002001003", Verdict.YES),
        ("361024100", Verdict.NO),
        ("3610", Verdict.UNKNOWN),
        (None, Verdict.UNKNOWN),
    ],
)
def test_a_county_covers_its_townships_and_villages(division: str | None, verdict: Verdict) -> None:
    assert area.coverage(("361002",), division) is verdict


def test_a_resource_without_any_area_serves_nobody() -> None:
    assert area.coverage((), QINGYUN) is Verdict.NO


def test_a_query_compares_with_every_level_above() -> None:
    assert area.prefixes("361002001") == ("3610", "361002", "361002001")


@given(areas, codes)
def test_leaving_out_overlaps_changes_no_coverage(some_areas: list[str], code: str) -> None:
    assert area.coverage(area.without_overlaps(some_areas), code) is area.coverage(tuple(some_areas), code)


@given(areas)
def test_nothing_left_lies_within_another(some_areas: list[str]) -> None:
    left = area.without_overlaps(some_areas)
    assert not any(one != other and one.startswith(other) for one in left for other in left)


def test_the_way_from_qingyun_street_to_chongren_is_known() -> None:
    county_seat = Point(116.0606, 27.7604)
    assert distance.kilometres_between(QINGYUN_POINT, county_seat) == pytest.approx(38.3, abs=0.3)


@given(points, points)
def test_there_and_back_is_the_same_way(one: Point, other: Point) -> None:
    there = distance.kilometres_between(one, other)
    assert there >= 0
    assert there == pytest.approx(distance.kilometres_between(other, one))


def at(kilometres_north: float, division: str = WENQUAN) -> Place:
    return Place(division, Point(QINGYUN_POINT.lng, QINGYUN_POINT.lat + kilometres_north / 111.195))


HOME = Place(QINGYUN, QINGYUN_POINT)


@pytest.mark.parametrize(("far", "worth"), [(0.5, 0.8), (7.4, 0.8), (7.6, 0.2), (29, 0.2), (31, 0.0)])
def test_the_first_band_that_reaches_gives_the_worth(far: float, worth: float) -> None:
    assert distance.worth(HOME, at(far), BANDS) == worth


def test_the_same_township_is_a_band_of_its_own_even_without_a_point() -> None:
    assert distance.worth(HOME, Place(QINGYUN + "003"), BANDS) == 1.0


@pytest.mark.parametrize(
    "place",
    [
        NOWHERE,
        Place(WENQUAN),
        Place(WENQUAN, Point(116.0, 27.9, PointQuality.PLACEHOLDER)),
        Place(None, Point(116.0, 27.9, PointQuality.PLACEHOLDER)),
    ],
)
def test_where_a_point_is_a_placeholder_distance_is_unknown_and_not_zero(place: Place) -> None:
    assert distance.worth(HOME, place, BANDS) is None
    assert distance.kilometres(HOME, place) is None
    assert "未知" in distance.words(HOME, place).zh


def test_bands_are_tried_in_their_order_however_they_come() -> None:
    assert distance.in_order(reversed(BANDS)) == BANDS


def test_words_say_the_county_and_the_kilometres() -> None:
    assert distance.words(HOME, at(12.0)).zh == "同一县区，直线距离12.0公里"
    assert distance.words(HOME, at(12.0, CHONGREN)).zh == "不在同一县区，直线距离12.0公里"
