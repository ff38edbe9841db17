"""The heat map: exact at home; beyond, each day and month as it was published, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.city import City, Person
from tests.insights.looking import CITY_MANAGER, COUNTY_MANAGER, MARCH, OTHER_MANAGER, kept, read
from tests.people import HEAD, OPERATOR, TOWNSHIP, need

SECOND = "361002101"
MARCH_TENTH = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
NEXT_DAY = MARCH_TENTH + timedelta(days=1)
APRIL = datetime.fromisoformat("2026-04-01T08:00:00+08:00")
MONTH = MARCH["month_from"]
LEVELS = ("county", "township")


async def ask(city: City, division: str, count: int, *, now: datetime = MARCH_TENTH) -> None:
    for _ in range(count):
        answer = await city.post("needs", "/needs", OPERATOR, need(division=division, resident=None), now=now)
        assert answer.status_code == 201, answer.text


@pytest.fixture(scope="module")
async def mapped(counted: City) -> City:
    """On the tenth of March six needs in one township, two in another of the same county; nine on the eleventh."""
    await ask(counted, TOWNSHIP, 6)
    await ask(counted, SECOND, 2)
    await ask(counted, TOWNSHIP, 9, now=NEXT_DAY)
    await counted.settle()
    return counted


async def features(city: City, by: Person, **query: Any) -> dict[str, dict[str, Any]]:
    asked = {"month": MONTH} | query
    answer = await read(city, "/heatmap", by, **{name: value for name, value in asked.items() if value is not None})
    assert answer["type"] == "FeatureCollection"
    return {row["id"]: row for row in answer["features"]}


async def test_at_home_counts_are_exact_however_small(mapped: City) -> None:
    found = await features(mapped, COUNTY_MANAGER, level="township")
    shown = {code: found[code]["properties"]["value"] for code in (TOWNSHIP, SECOND)}
    assert shown == {TOWNSHIP: 15, SECOND: 2}
    assert found[SECOND]["properties"]["shown_from"] == "own"
    county = (await features(mapped, COUNTY_MANAGER, layer="unmet_need"))["361002"]["properties"]
    assert (county["value"], county["hidden"]) == (17, False)


async def test_every_place_has_its_shape_and_says_what_it_is(mapped: City) -> None:
    counties = await features(mapped, COUNTY_MANAGER)
    assert len(counties) == 11
    assert {row["properties"]["shape"] for row in counties.values()} == {"outline"}
    townships = await features(mapped, COUNTY_MANAGER, level="township")
    assert all(row["geometry"]["type"] == "Polygon" for row in townships.values() if row["geometry"])
    assert {row["properties"]["point"] for row in townships.values() if row["geometry"]} == {"known", "placeholder"}


async def test_at_home_a_day_a_category_and_a_county_alone_can_be_asked_for(mapped: City) -> None:
    day = await features(mapped, COUNTY_MANAGER, month=None, day="2026-03-10", level="township", division="361002")
    assert {code[:6] for code in day} == {"361002"}
    assert (day[TOWNSHIP]["properties"]["value"], day[SECOND]["properties"]["value"]) == (6, 2)
    meals = await features(mapped, COUNTY_MANAGER, category="meals")
    assert meals["361002"]["properties"]["value"] == 0, "nobody has judged yet what they are about"
    wrong = {"month": "2026-04", "day": "2026-03-10"}
    assert (await mapped.get("insights", "/heatmap", COUNTY_MANAGER, params=wrong)).status_code == 422


async def test_the_city_is_its_counties_and_counted_whole_by_the_city_alone(mapped: City) -> None:
    (city,) = (await features(mapped, CITY_MANAGER, level="city")).values()
    assert (city["geometry"]["type"], len(city["geometry"]["coordinates"])) == ("MultiPolygon", 11)
    assert city["properties"]["value"] == 17
    (hidden,) = (await features(mapped, COUNTY_MANAGER, level="city")).values()
    assert hidden["properties"]["hidden"] is True


async def test_beyond_the_county_a_day_is_not_shown_before_it_is_over(mapped: City) -> None:
    shown = (await features(mapped, OTHER_MANAGER))["361002"]["properties"]
    assert (shown["value"], shown["hidden"], shown["shown_from"]) == (None, True, "published")


async def reading(city: City) -> dict[str, dict[str, Any]]:
    """All that another county can read on one day: the month and its days, by county and by township."""
    asked: list[dict[str, Any]] = [{}, {"level": "township"}]
    asked += [
        {"month": None, "day": f"2026-03-{day:02}", "level": level} for day in (9, 10, 11, 12) for level in LEVELS
    ]
    found = {}
    for query in asked:
        for code, feature in (await features(city, OTHER_MANAGER, **query)).items():
            if code.startswith("361002"):
                found[f"{query.get('day', 'month')} {code}"] = feature["properties"]
    return found


async def test_two_days_readings_differ_by_a_whole_county_s_day_and_by_nothing_else(mapped: City) -> None:
    """S16: what a day brings is known to a multiple of five, and may be anything from 0 to 4 more."""
    await mapped.let_time_pass(NEXT_DAY)
    first = await reading(mapped)
    # A need of the tenth that is taken back on the eleventh changes what is known at home, and nothing published.
    await withdraw_one(mapped)
    await mapped.let_time_pass(NEXT_DAY + timedelta(days=1))
    second = await reading(mapped)
    assert (first["2026-03-10 361002"]["value"], first["2026-03-10 361002"]["at_most"]) == (5, 9)
    assert (first["month 361002"]["value"], first["month 361002"]["at_most"]) == (5, 9)
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"2026-03-11 361002", "month 361002"}
    assert (second["2026-03-11 361002"]["value"], second["2026-03-11 361002"]["at_most"]) == (5, 9)
    assert (second["month 361002"]["value"], second["month 361002"]["at_most"]) == (10, 18)
    townships = [figure for name, figure in second.items() if not name.endswith(" 361002")]
    assert all(figure["hidden"] for figure in townships)
    widths = [figure["at_most"] - figure["value"] for figure in second.values() if figure["at_most"] is not None]
    assert all(width >= 4 for width in widths)


async def withdraw_one(city: City) -> None:
    listed = await city.get("needs", "/needs", HEAD, params={"limit": 200})
    one = next(row for row in listed.json()["items"] if row["registered_at"].startswith("2026-03-10"))
    gone = await city.post("needs", f"/needs/{one['id']}/withdraw", HEAD, {}, now=NEXT_DAY)
    assert gone.is_success, gone.text
    await city.settle()


async def test_a_month_that_is_over_is_published_without_small_counts_and_never_anew(mapped: City) -> None:
    await mapped.let_time_pass(APRIL)
    county = (await features(mapped, OTHER_MANAGER))["361002"]["properties"]
    # One was taken back after its day was published: it was counted there, and so it is in the month.
    assert (county["value"], county["at_most"], county["hidden"]) == (17, None, False)
    first = await features(mapped, OTHER_MANAGER, level="township")
    # The fifteen would give away the two: seventeen less fifteen. So they are hidden as well.
    assert {first[code]["properties"]["value"] for code in first if code.startswith("361002")} == {None}
    # What is registered later changes what is known at home, and nothing that was published.
    await ask(mapped, SECOND, 1, now=APRIL - timedelta(days=2))
    await mapped.settle()
    await mapped.let_time_pass(APRIL + timedelta(days=2))
    assert await features(mapped, OTHER_MANAGER, level="township") == first
    at_home = await features(mapped, COUNTY_MANAGER, level="township")
    assert at_home[SECOND]["properties"]["value"] == 3
    assert at_home[TOWNSHIP]["properties"]["value"] == 14


async def test_beyond_the_county_nothing_is_told_apart_that_could_be_subtracted(mapped: City) -> None:
    for query in ({"category": "meals"}, {"layer": "unmet_need"}, {"category": "meals", "level": "township"}):
        shown = await features(mapped, OTHER_MANAGER, **query)
        assert all(place["properties"]["hidden"] for code, place in shown.items() if code.startswith("361002"))


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
