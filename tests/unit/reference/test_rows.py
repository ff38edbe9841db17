"""The reference data as a whole: every row is valid, dated, sourced and where it should be."""

from collections import Counter
from datetime import date
from functools import cache

import pytest

from shared.reference import TABLES, all_rows
from shared.schemas.reference import ReferenceRow, Station, station_id
from shared.schemas.vocabulary import Group, ScoreTerm, StationKind


@cache
def rows() -> tuple[ReferenceRow, ...]:
    return tuple(all_rows())


def bodies(table: str) -> list[dict[str, object]]:
    return [row.body for row in rows() if row.table == table]


def test_every_row_reads_back_as_its_model() -> None:
    for row in rows():
        assert row.read().model_dump(mode="json") == row.body


def test_no_two_rows_of_a_table_share_a_key_and_a_day() -> None:
    doubled = [
        key for key, count in Counter((row.table, row.key, row.valid_from) for row in rows()).items() if count > 1
    ]
    assert doubled == []


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"ordering_rule"}))
def test_every_table_has_rows(table: str) -> None:
    assert bodies(table)


def test_nothing_is_ordered_without_a_person_until_the_city_says_so() -> None:
    assert bodies("ordering_rule") == []


def test_every_row_names_its_source() -> None:
    assert [row.key for row in rows() if len(row.source) < 4] == []


def test_a_row_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="source"):
        ReferenceRow(table="group", key="elderly", valid_from=date(2024, 1, 1), source=" ", body={})


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="valid_to"):
        ReferenceRow(
            table="group",
            key="elderly",
            valid_from=date(2024, 1, 1),
            valid_to=date(2024, 1, 1),
            source="示例",
            body={},
        )


def test_a_body_under_another_key_is_refused() -> None:
    row = next(row for row in rows() if row.table == "department")
    with pytest.raises(ValueError, match="of another key"):
        row.model_copy(update={"key": "another"}).read()


def test_the_eight_departments_are_all_there() -> None:
    assert {body["slug"] for body in bodies("department")} == {
        "civil_affairs",
        "finance",
        "health",
        "education",
        "justice",
        "human_resources",
        "womens_federation",
        "disabled_federation",
    }


def test_every_group_is_defined_once() -> None:
    assert sorted(str(body["code"]) for body in bodies("group")) == sorted(Group)


def test_the_score_has_a_weight_for_every_term_and_they_sum_to_one() -> None:
    weights = {str(body["term"]): float(str(body["weight"])) for body in bodies("score_weight")}
    assert set(weights) == set(ScoreTerm)
    assert sum(weights.values()) == pytest.approx(1)


def test_every_statutory_township_every_county_and_the_city_have_a_station() -> None:
    stations = [Station.model_validate(body) for body in bodies("station")]
    assert Counter(station.kind for station in stations) == {
        StationKind.TOWNSHIP: 162,
        StationKind.HEAD: 11,
        StationKind.CITY: 1,
    }
    statutory = {
        body["code"]
        for body in bodies("division")
        if body["statutory"] and body["level"] in ("township", "county", "city")
    }
    assert {station.division for station in stations} == statutory


def test_a_station_has_the_same_id_everywhere() -> None:
    assert str(station_id("361002001-01")) == "6a3b9f8d-a8e5-5980-992c-d77383f31da0"


def test_somebody_is_on_duty_in_the_city_and_in_every_county_at_every_hour() -> None:
    on_duty = Counter(str(body["division"]) for body in bodies("on_call") if body["weekdays"] == [1, 2, 3, 4, 5, 6, 7])
    counties = {str(body["code"]) for body in bodies("division") if body["level"] in ("county", "city")}
    assert on_duty == dict.fromkeys(counties, 2)
