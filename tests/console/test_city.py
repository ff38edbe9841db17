"""The city today: figures that are the services' own, for those who may see them."""

import pytest

from shared.schemas.access import Role
from tests.city import City, Person
from tests.console.browsing import TUESDAY, at_desk
from tests.console.test_ordering import ready
from tests.people import COUNTY, HEAD, TOWNSHIP

CITY = Person.of(Role.CITY_MANAGER, divisions=("3610",))


async def test_the_map_shows_every_county_by_name(open_city: City) -> None:
    await ready(open_city)
    page = await (await at_desk(open_city, CITY)).open("/desk/city?month=2026-03")
    assert page.status == 200
    for name in ("临川区", "东乡区", "南城县", "广昌县"):
        assert name in page.text
    assert page.answer.text.count('<path class="step-') == 11


async def test_a_number_leads_to_the_list_behind_it(open_city: City) -> None:
    await ready(open_city)
    desk = await at_desk(open_city, CITY)
    page = await desk.open("/desk/city?month=2026-03&division=361002")
    behind = await desk.open(f"/desk/city/needs?division={TOWNSHIP}")
    told = (await open_city.get("insights", "/response-times", CITY, now=TUESDAY, params={
        "by": "township", "month_from": "2026-03", "month_to": "2026-03", "division": TOWNSHIP,
    })).json()  # fmt: skip
    assert f"/desk/city/needs?division={TOWNSHIP}" in page.links
    assert behind.answer.text.count("/desk/needs/") == told["rows"][0]["asked"]


@pytest.mark.parametrize("layer", ["need", "unmet_need", "response_p90", "satisfaction", "capacity_left"])
async def test_each_layer_is_drawn(open_city: City, layer: str) -> None:
    page = await (await at_desk(open_city, COUNTY)).open(f"/desk/city?month=2026-03&layer={layer}&division=361002")
    assert page.status == 200


async def test_a_station_head_has_no_view_of_the_city(open_city: City) -> None:
    assert (await (await at_desk(open_city, HEAD)).open("/desk/city")).status == 403
