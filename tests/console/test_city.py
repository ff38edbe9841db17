"""The city today: figures that are the services' own, for those who may see them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.console.rules.figures import LAYERS
from shared.schemas.access import Role
from tests.cases.people import done
from tests.city import City, Person
from tests.console.browsing import TUESDAY, Page, at_desk
from tests.console.test_ordering import ready
from tests.people import COUNTY, HEAD, TOWNSHIP

CITY = Person.of(Role.CITY_MANAGER, divisions=("3610",))
OPERATOR = Person.of(Role.OPERATOR, divisions=("3610",))
OTHER_COUNTY = "361021"


def link(page: Page, start: str, **asked: str) -> str:
    """The first link to a place that asks for this."""
    for each in page.links:
        told = parse_qs(urlsplit(each).query)
        if urlsplit(each).path == start and all(told.get(name) == [value] for name, value in asked.items()):
            return each
    raise AssertionError(f"no link to {start} with {asked}")


async def figures(city: City, **asked: Any) -> dict[str, Any]:
    """What insights itself says of the home township this month."""
    asked = {"by": "township", "month_from": "2026-03", "month_to": "2026-03", "division": TOWNSHIP} | asked
    row: dict[str, Any] = (await city.get("insights", "/response-times", CITY, now=TUESDAY, params=asked)).json()[
        "rows"
    ][0]
    return row


async def test_the_map_shows_every_county_by_name(open_city: City) -> None:
    await ready(open_city)
    page = await (await at_desk(open_city, CITY)).open("/desk/city?month=2026-03")
    assert page.status == 200
    for name in ("临川区", "东乡区", "南城县", "广昌县"):
        assert name in page.text
    assert page.answer.text.count('<path id="p3610') == 11


@pytest.mark.parametrize(("level", "places"), [("city", 1), ("county", 11), ("township", 181)])
async def test_the_city_is_drawn_as_finely_as_somebody_chooses(open_city: City, level: str, places: int) -> None:
    page = await (await at_desk(open_city, CITY)).open(f"/desk/city?month=2026-03&level={level}")
    assert page.answer.text.count('<path id="p3610') == places
    assert len(page.answer.content) < (300_000 if level == "township" else 150_000)


async def test_the_map_leads_from_the_city_to_a_township(open_city: City) -> None:
    desk = await at_desk(open_city, CITY)
    county = await desk.open(link(await desk.open("/desk/city?month=2026-03"), "/desk/city", division="361002"))
    township = await desk.open(link(county, "/desk/city", division=TOWNSHIP, month="2026-03"))
    assert "上顿渡镇" in township.text.partition("月份")[0]
    assert link(township, "/desk/city", division="361002")


async def test_a_number_leads_to_the_list_behind_it(open_city: City) -> None:
    await ready(open_city)
    desk = await at_desk(open_city, CITY)
    page = await desk.open("/desk/city?month=2026-03&division=361002")
    behind = await desk.open(link(page, "/desk/city/needs", division=TOWNSHIP, first="2026-03", month="2026-03"))
    assert behind.answer.text.count("/desk/needs/") == (await figures(open_city))["asked"]


async def test_what_is_overdue_leads_to_those_needs_and_no_others(open_city: City) -> None:
    await ready(open_city)
    desk = await at_desk(open_city, CITY, now=TUESDAY.replace(day=30))
    page = await desk.open("/desk/city?month=2026-03&division=361002")
    behind = await desk.open(link(page, "/desk/city/needs", division=TOWNSHIP, overdue="true"))
    told = (await open_city.get(
        "insights", "/response-times", CITY, now=TUESDAY.replace(day=30),
        params={"by": "township", "month_from": "2025-04", "month_to": "2026-03", "division": TOWNSHIP},
    )).json()["rows"][0]  # fmt: skip
    assert told["first_contact"]["overdue"] > 0
    assert behind.answer.text.count("/desk/needs/") == told["first_contact"]["overdue"]


async def test_a_need_reopened_in_a_later_month_stands_in_that_months_list(open_city: City) -> None:
    id = await ready(open_city)
    april = TUESDAY.replace(month=4, day=7)
    for verb, body in (("contacts", {"kind": "call"}), ("start", {}), ("resolve", {"outcome": "met"})):
        await done(open_city, f"/needs/{id}/{verb}", HEAD, body, service="needs")
    again = await open_city.post("needs", f"/needs/{id}/reopen", HEAD, {"reason": "came_back"}, now=april)
    assert again.is_success, again.text
    await open_city.settle()
    desk = await at_desk(open_city, CITY, now=april)
    page = await desk.open("/desk/city?month=2026-04&division=361002")
    behind = await desk.open(link(page, "/desk/city/needs", division=TOWNSHIP, first="2026-04", month="2026-04"))
    told = await figures(open_city, month_from="2026-04", month_to="2026-04")
    assert behind.answer.text.count("/desk/needs/") == told["asked"] == 1
    assert f"/desk/needs/{id}" in behind.links
    assert "第2次" in behind.text


async def test_who_may_not_read_needs_sees_the_numbers_and_no_way_to_them(open_city: City) -> None:
    await ready(open_city)
    page = await (await at_desk(open_city, OPERATOR)).open("/desk/city?month=2026-03&division=361002")
    assert page.status == 200
    assert not [each for each in page.links if "/desk/city/needs" in each]


@pytest.mark.parametrize("layer", sorted(LAYERS))
async def test_each_layer_is_drawn(open_city: City, layer: str) -> None:
    page = await (await at_desk(open_city, COUNTY)).open(f"/desk/city?month=2026-03&layer={layer}&division=361002")
    assert page.status == 200
    assert LAYERS[layer].name in page.text


async def test_what_was_chosen_stays_when_something_else_is(open_city: City) -> None:
    page = await (await at_desk(open_city, CITY)).open("/desk/city?month=2026-02&category=meals&layer=unmet_need")
    assert link(page, "/desk/city", layer="satisfaction", month="2026-02", category="meals")
    assert link(page, "/desk/city", division="361002", month="2026-02", category="meals", layer="unmet_need")
    form = next(form for form in page.forms if form.action == "/desk/city")
    assert (form.fields["layer"], form.fields["month"], form.fields["category"]) == (
        ["unmet_need"], ["2026-02"], ["meals"],
    )  # fmt: skip


async def test_one_day_is_drawn_and_a_day_of_another_month_is_not(open_city: City) -> None:
    desk = await at_desk(open_city, CITY)
    assert "2026-03-10" in (await desk.open("/desk/city?month=2026-03&day=2026-03-10")).text
    other = await desk.open("/desk/city?month=2026-02&day=2026-03-10")
    assert other.status == 200
    assert "2026-03-10" not in other.text


async def test_beyond_ones_divisions_there_is_the_published_map_and_nothing_else(open_city: City) -> None:
    page = await (await at_desk(open_city, COUNTY)).open(f"/desk/city?month=2026-03&division={OTHER_COUNTY}")
    assert page.status == 200
    assert "不在您的管辖范围" in page.text
    assert "不公开" in page.text
    assert not [each for each in page.links if "/needs" in each or "/lists" in each]


async def test_what_is_unknown_says_why(open_city: City) -> None:
    page = await (await at_desk(open_city, CITY)).open("/desk/city?month=2026-03")
    assert "未知" in page.text
    assert "不等于零" in page.text


async def test_sources_stand_under_the_map(open_city: City) -> None:
    page = await (await at_desk(open_city, CITY)).open("/desk/city")
    assert "GeoNames" in page.text
    assert "不作法定界线" in page.text


async def test_the_three_lists_stand_side_by_side_and_whole_on_a_page_of_their_own(open_city: City) -> None:
    await ready(open_city)
    desk = await at_desk(open_city, CITY)
    page = await desk.open("/desk/city?month=2026-03&only=all")
    for name in ("群众需求清单", "部门资源清单", "社工站服务清单"):
        assert name in page.text
    whole = await desk.open(link(page, "/desk/city/lists", month="2026-03", only="all"))
    told = (await open_city.get("insights", "/lists", CITY, now=TUESDAY, params={
        "month_from": "2026-03", "month_to": "2026-03",
    })).json()  # fmt: skip
    assert f"共 {len(told['lines'])} 行" in whole.text
    assert len(whole.answer.content) < 150_000


@pytest.mark.parametrize("name", ["map", "waits", "lists", "packages", "indicators"])
async def test_every_figure_is_to_be_had_as_a_sheet(open_city: City, name: str) -> None:
    desk = await at_desk(open_city, CITY)
    page = await desk.open("/desk/city?month=2026-03")
    answer = (await desk.open(next(each for each in page.links if f"/sheets/{name}" in each))).answer
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert ".csv" in answer.headers["content-disposition"]
    assert "," in answer.text.splitlines()[0]


async def test_a_sheet_is_refused_as_a_page(open_city: City) -> None:
    desk = await at_desk(open_city, HEAD)
    assert (await desk.open("/desk/city/sheets/lists")).status == 403
    beyond = await (await at_desk(open_city, COUNTY)).open(f"/desk/city/sheets/lists?division={OTHER_COUNTY}")
    assert beyond.status == 404
    assert (await (await at_desk(open_city, CITY)).open("/desk/city/sheets/people")).status == 404


async def test_a_station_head_has_no_view_of_the_city(open_city: City) -> None:
    assert (await (await at_desk(open_city, HEAD)).open("/desk/city")).status == 403
