"""The city's view: names that can be read, legends in units, filters that keep each other, lines told apart."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.rules.charts import PHONE, chart
from services.console.rules.figures import LAYERS, plan_figures
from services.console.rules.labels import LINE, Wish, placed, width_of
from services.console.rules.legends import legend
from services.console.rules.listing import listing
from services.console.rules.maps import drawing
from services.console.rules.waits import waits
from services.console.service.asked import Asked, Behind

ASKED = Asked(division="361002", layer="need", level="county", month="2026-03", category="meals")
MONTHS = ["2026-01", "2026-02"]


@given(st.lists(st.tuples(st.floats(0, 560), st.floats(0, 700)), max_size=40), st.sampled_from([17.0, 24.0]))
def test_names_never_overlap_and_never_leave_the_map(points: list[tuple[float, float]], size: float) -> None:
    wishes = [Wish(str(place), ("上顿渡镇", "12件"), x, y) for place, (x, y) in enumerate(points)]
    found = placed(wishes, size=size, within=(560.0, 700.0))
    boxes = []
    for label in found.values():
        (words, x, y), (_, _, last) = label.lines
        half = width_of(words, size) / 2
        boxes.append((x - half, y - size, x + half, last + size * (LINE - 1)))
    for place, one in enumerate(boxes):
        assert one[0] >= -0.2
        assert one[2] <= 560.2
        for other in boxes[place + 1 :]:
            apart_x = one[2] <= other[0] + 0.2 or other[2] <= one[0] + 0.2
            assert apart_x or one[3] <= other[1] + 0.2 or other[3] <= one[1] + 0.2


def test_a_name_that_does_not_fit_into_its_cell_waits_to_be_pointed_at() -> None:
    assert placed([Wish("a", ("上顿渡镇",), 100, 100, room=(40.0, 40.0))], size=17.0, within=(560.0, 560.0)) == {}
    assert placed([Wish("a", ("上顿渡镇",), 100, 100, room=(80.0, 40.0))], size=17.0, within=(560.0, 560.0))


def feature(code: str, *, value: float | None, west: float, **changes: Any) -> dict[str, Any]:
    ring = [(west, 27.0), (west + 0.3, 27.0), (west + 0.3, 27.3), (west, 27.3), (west, 27.0)]
    told = {"name": f"{code}县", "value": value, "at_most": None, "hidden": False, "point": None, "shape": "outline"}
    return {"id": code, "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": told | changes}


def test_a_count_told_to_five_says_how_many_it_may_be() -> None:
    (place,) = drawing([feature("a", value=5, west=116.0, at_most=17)]).places
    assert place.told == "5–17 件"
    assert place.at_desk is not None
    assert [words for words, _, _ in place.at_desk.lines] == ["a县", "5–17件"]


def test_the_legend_names_what_is_hidden_and_what_only_stands_for_a_place() -> None:
    made = drawing([
        feature("a", value=None, west=116.0, hidden=True), feature("b", value=3, west=116.4, point="placeholder"),
    ])  # fmt: skip
    words = {key.style: key.words for key in made.legend}
    assert words["hidden"] == "数量少，不公开"
    assert words["approximate"] == "位置为示意"
    assert "step-0" not in words


def test_a_legend_tells_from_where_to_where_in_the_layers_unit() -> None:
    counts = legend([1, 2, 3, 5], [2.0, 3.0, 10.0], LAYERS["need"], most=5)
    assert [key.words for key in counts] == ["0 件", "2 件", "3–9 件", "10 件 及以上"]
    shares = legend([4, 5], [0.6, 0.75], LAYERS["satisfaction"], most=5)
    assert [key.words for key in shares] == ["60–75%", "75% 及以上"]
    assert [key.style for key in shares] == ["step-4", "step-5"]


def test_a_link_changes_one_thing_and_keeps_the_others() -> None:
    assert ASKED.to(layer="satisfaction") == (
        "/desk/city?division=361002&layer=satisfaction&month=2026-03&category=meals"
    )
    assert "only=gap" in ASKED.to("/lists", only="gap")


def test_a_year_that_turns_is_twelve_months_too() -> None:
    assert (ASKED.months[0], ASKED.months[-1], len(ASKED.months)) == ("2025-04", "2026-03", 12)
    assert ASKED.quarter == "2026Q1"
    assert Behind("", "2025-12", "2025-12", "", is_overdue=False).months == {
        "month_from": "2025-12",
        "month_to": "2025-12",
    }


def row(month: str, *, first: float, second: float) -> dict[str, Any]:
    told = {"mean_days": first, "p90_days": 9.0}
    return {
        "month": month, "first_contact": told, "first_contact_known": told | {"mean_days": second},
        "first_contact_less_attempts": told,
    }  # fmt: skip


def test_figures_are_told_apart_only_where_they_differ() -> None:
    target = {"value": 3.0, "kind": "target", "unit": "days"}
    same = waits(MONTHS, [row("2026-01", first=4.0, second=4.01)], [target])
    assert same.apart == []
    assert [line.style for line in same.at_desk.lines] == ["mean", "p90"]
    differs = waits(MONTHS, [row("2026-01", first=4.0, second=4.5)], [target])
    assert [style for _, _, style in differs.apart] == ["known"]
    assert [words for _, words in differs.at_desk.levels] == ["方案目标 3 天"]
    assert differs.asked is None


def test_a_phone_names_every_third_month_and_the_last() -> None:
    months = [f"2026-{number:02d}" for number in range(1, 13)]
    drawn = chart(months, [("平均", "mean", [1.0] * 12)], [], frame=PHONE)
    assert [words for _, words in drawn.months] == ["26年3月", "6月", "9月", "12月"]


def test_where_people_wait_what_is_lacking_comes_first() -> None:
    lines = [
        {"open": 3, "gap": 0, "surplus": 1},
        {"open": 1, "gap": 1, "surplus": 0},
        {"open": 0, "gap": 0, "surplus": 9},
    ]
    assert listing(lines, only="open").lines == [lines[1], lines[0]]
    assert listing(lines, only="surplus").lines == [lines[2], lines[0]]
    last = listing(lines, only="all", page=9, size=2)
    assert (last.page, last.pages, last.lines) == (2, 2, [lines[2]])


@pytest.mark.parametrize(
    ("value", "better", "is_met"),
    [(0.95, "higher", True), (0.9, "higher", False), (0.9, "lower", True), (None, "lower", None)],
)
def test_a_plans_target_is_met_or_not_or_nobody_knows(value: float | None, better: str, *, is_met: bool | None) -> None:
    target = {"kind": "target", "phase": "2023", "clause": "7.4", "value": 0.92, "unit": "share"}
    (told,) = plan_figures({"value": value, "better": better, "unit": "share", "targets": [target]})
    assert (told.words, told.is_met) == ("2023年目标 92%", is_met)


def test_the_same_figure_of_two_clauses_stands_once() -> None:
    target = {"kind": "baseline", "phase": "before", "clause": "5.4", "value": 7.0, "unit": "days"}
    (told,) = plan_figures(
        {"value": 5.0, "better": "lower", "unit": "days", "targets": [target, target | {"clause": "9.1"}]}
    )
    assert (told.words, told.clause, told.is_met) == ("起点 7 天", "5.4、9.1", None)
