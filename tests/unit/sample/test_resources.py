"""What the sample city lists and hands out."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from deploy.sample.city import Quarter, categories, departments, kinds_of, township_stations, townships
from deploy.sample.resources import listings, packages
from services.matching.schemas.packages import PackageRow
from services.matching.schemas.resources import BatchRow
from shared.schemas.vocabulary import DivisionLevel

QUARTER = Quarter(2026, 4)
Row = dict[str, Any]


@cache
def listed() -> tuple[Row, ...]:
    return tuple(row for department in departments() for row in listings(department, QUARTER))


@cache
def handed() -> tuple[Row, ...]:
    return tuple(row for department in departments() for row in packages(department, QUARTER))


def serving(township: str) -> Iterator[Row]:
    return (row for row in listed() if any(township.startswith(area) for area in row["areas"]))


def test_each_of_the_162_townships_finds_something_of_every_category_that_serves_people() -> None:
    assert len(townships()) == 162
    for township in townships():
        found = {row["category"] for row in serving(township.code) if row["capacity"] != 0}
        assert found == set(categories()), township.name


def test_a_township_kind_is_listed_once_in_every_township_at_its_own_point() -> None:
    places = defaultdict(list)
    for row in listed():
        places[row["kind"]].append(row)
    for department in departments():
        for kind in kinds_of(department):
            rows = places[kind.code]
            if kind.offered_at is DivisionLevel.TOWNSHIP:
                assert [row["areas"] for row in rows] == [[township.code] for township in townships()]
                assert [row["point"]["lng"] for row in rows] == [township.lng for township in townships()]
            else:
                assert len({row["areas"][0] for row in rows}) == len(rows) == 11
                assert all(row["division"].startswith(row["areas"][0]) for row in rows)


def test_everything_is_marked_and_the_platform_would_take_it() -> None:
    for row in listed():
        assert row["is_sample"], row["name"]
        assert "示例" in row["name"]
        BatchRow.model_validate(row)
    assert max(Counter(row["external_id"] for row in listed()).values()) == 1


def test_every_station_gets_a_package_of_every_counted_kind() -> None:
    counted = {kind.code for department in departments() for kind in kinds_of(department) if kind.quantified}
    per_station = Counter(row["station_id"] for row in handed())
    assert set(per_station) == {str(station.id) for station in township_stations()}
    assert set(per_station.values()) == {len(counted)}
    for row in handed():
        PackageRow.model_validate(row)


def test_packages_never_take_more_than_half_of_what_there_is() -> None:
    quotas: Counter[str] = Counter()
    for row in handed():
        quotas[row["external_id"]] += row["quota"]
    for row in listed():
        assert quotas[row["external_id"]] <= (row["capacity"] or 0) / 2, row["name"]


@pytest.mark.parametrize(
    ("day", "name", "ends"),
    [
        (date(2026, 1, 1), "2026Q1", date(2026, 3, 31)),
        (date(2026, 11, 25), "2026Q4", date(2026, 12, 31)),
        (date(2027, 6, 30), "2027Q2", date(2027, 6, 30)),
    ],
)
def test_a_quarter_is_named_and_ends_as_packages_say(day: date, name: str, ends: date) -> None:
    assert (str(Quarter.of(day)), Quarter.of(day).last_day) == (name, ends)
