"""What is drawn says what is known: no more, and nothing less."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.console.rules.charts import chart
from services.console.rules.maps import STEPS, drawing


def feature(code: str, value: float | None, *, west: float = 116.0) -> dict[str, Any]:
    ring = [(west, 27.0), (west + 0.1, 27.0), (west + 0.1, 27.1), (west, 27.1), (west, 27.0)]
    told = {"name": code, "value": value, "hidden": value is None, "point": None}
    return {"id": code, "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": told}


@given(st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=1, max_size=30))
def test_more_is_never_lighter_and_nothing_known_has_no_colour(values: list[int | None]) -> None:
    made = drawing([feature(f"3610{place:02d}", value) for place, value in enumerate(values)])
    steps = [(place.value, place.step) for place in made.places]
    assert all(step == 0 for value, step in steps if value is None)
    known = sorted((value, step) for value, step in steps if value is not None)
    assert [step for _, step in known] == sorted(step for _, step in known)
    if any(values):
        assert known[-1][1] == STEPS
    assert all(step == 1 for value, step in known if value == 0)


def test_a_place_lies_where_it_lies() -> None:
    made = drawing([feature("a", 1, west=116.0), feature("b", 2, west=116.5)])
    a, b = made.places
    assert a.x < b.x
    assert 0 <= b.x <= made.width


def test_a_place_in_two_pieces_is_drawn_in_both() -> None:
    one, other = feature("a", 1, west=116.0), feature("b", 1, west=116.5)
    both = one | {
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [one["geometry"]["coordinates"], other["geometry"]["coordinates"]],
        }
    }
    (place,) = drawing([both]).places
    assert place.path.count("M") == 2
    assert place.path.count("Z") == 2


def test_a_line_breaks_where_nothing_is_known() -> None:
    drawn = chart(["2026-01", "2026-02", "2026-03"], [("平均", "mean", [3.0, None, 5.0])], [(3.0, "目标")])
    assert drawn.lines[0].path.count("M") == 2
    assert [words for _, _, words in drawn.lines[0].dots] == ["2026-01：3.0 天", "2026-03：5.0 天"]
