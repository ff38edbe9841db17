"""The heat map: exact at home; beyond, each month as it was published, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.city import City, Person
from tests.insights.looking import COUNTY_MANAGER, MARCH, OTHER_MANAGER, kept, read
from tests.people import OPERATOR, TOWNSHIP, need

SECOND = "361002101"
MARCH_TENTH = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
APRIL = datetime.fromisoformat("2026-04-01T08:00:00+08:00")
MONTH = MARCH["month_from"]


async def ask(city: City, division: str, count: int, *, now: datetime = MARCH_TENTH) -> None:
    for _ in range(count):
        answer = await city.post("needs", "/needs", OPERATOR, need(division=division, resident=None), now=now)
        assert answer.status_code == 201, answer.text


@pytest.fixture(scope="module")
async def mapped(counted: City) -> City:
    """In March six needs in one township, two in another of the same county."""
    await ask(counted, TOWNSHIP, 6)
    await ask(counted, SECOND, 2)
    await counted.settle()
    return counted


async def features(city: City, by: Person, **query: Any) -> dict[str, dict[str, Any]]:
    answer = await read(city, "/heatmap", by, **({"month": MONTH} | query))
    assert answer["type"] == "FeatureCollection"
    return {row["id"]: row for row in answer["features"]}


async def test_at_home_counts_are_exact_however_small(mapped: City) -> None:
    found = await features(mapped, COUNTY_MANAGER, level="township")
    shown = {code: found[code]["properties"]["value"] for code in (TOWNSHIP, SECOND)}
    assert shown == {TOWNSHIP: 6, SECOND: 2}
    assert found[SECOND]["properties"]["shown_from"] == "own"
    county = (await features(mapped, COUNTY_MANAGER, layer="unmet_need"))["361002"]["properties"]
    assert (county["value"], county["hidden"]) == (8, False)


async def test_every_place_has_its_shape_and_says_what_it_is(mapped: City) -> None:
    counties = await features(mapped, COUNTY_MANAGER)
    assert len(counties) == 11
    assert {row["properties"]["shape"] for row in counties.values()} == {"outline"}
    townships = await features(mapped, COUNTY_MANAGER, level="township")
    assert all(row["geometry"]["type"] == "Polygon" for row in townships.values() if row["geometry"])
    assert {row["properties"]["point"] for row in townships.values() if row["geometry"]} == {"known", "placeholder"}


async def test_beyond_the_county_a_running_month_is_not_shown(mapped: City) -> None:
    shown = (await features(mapped, OTHER_MANAGER))["361002"]["properties"]
    assert (shown["value"], shown["hidden"], shown["shown_from"]) == (None, True, "published")


async def test_a_month_that_is_over_is_published_without_small_counts_and_never_anew(mapped: City) -> None:
    await mapped.let_time_pass(APRIL)
    county = (await features(mapped, OTHER_MANAGER))["361002"]["properties"]
    assert (county["value"], county["hidden"]) == (8, False)
    first = await features(mapped, OTHER_MANAGER, level="township")
    # The six would give away the two: eight less six. So they are hidden as well.
    assert {first[code]["properties"]["value"] for code in first if code.startswith("361002")} == {None}
    # What is registered later changes what is known at home, and nothing that was published.
    await ask(mapped, SECOND, 1, now=APRIL - timedelta(days=2))
    await mapped.settle()
    await mapped.let_time_pass(APRIL + timedelta(days=2))
    assert await features(mapped, OTHER_MANAGER, level="township") == first
    at_home = await features(mapped, COUNTY_MANAGER, level="township")
    assert at_home[SECOND]["properties"]["value"] == 3


async def test_beyond_the_county_nothing_is_told_apart_that_could_be_subtracted(mapped: City) -> None:
    for query in ({"category": "meals"}, {"layer": "unmet_need"}):
        shown = await features(mapped, OTHER_MANAGER, **query)
        assert shown["361002"]["properties"]["hidden"] is True


async def test_everybody_beyond_sees_the_same(mapped: City) -> None:
    third = Person.of(OTHER_MANAGER.grants[0].role, "county_manager-3", divisions=("361022",))
    one, other = [(await features(mapped, who, level="township")) for who in (OTHER_MANAGER, third)]
    assert all(one[code] == other[code] for code in one if not code.startswith(("361021", "361022")))


async def test_capacity_that_is_left_is_told_to_everybody(mapped: City) -> None:
    from tests.matching.people import FIRST, publish

    await publish(mapped, FIRST, "for-the-map", areas=[TOWNSHIP], capacity=7)
    await mapped.settle()
    for who in (COUNTY_MANAGER, OTHER_MANAGER):
        shown = await features(mapped, who, layer="capacity_left", level="township")
        assert (shown[TOWNSHIP]["properties"]["value"], shown[SECOND]["properties"]["value"]) == (7, 0)


async def test_the_published_months_outlive_a_rebuilding(mapped: City) -> None:
    before = await features(mapped, OTHER_MANAGER)
    owner = await mapped.owner("insights")
    await owner.execute(f"TRUNCATE {', '.join(await kept(mapped))}, listener_position")
    await owner.close()
    await mapped.settle()
    await mapped.let_time_pass(APRIL + timedelta(days=3))
    assert await features(mapped, OTHER_MANAGER) == before
