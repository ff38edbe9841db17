"""The city today: from the map to the list behind a number."""

from tests.browser.conftest import Windows
from tests.browser.town import COUNTY, Town


async def test_the_map_leads_from_the_city_to_a_county_and_back(windows: Windows, town: Town) -> None:
    await town.asked()
    window = await (await windows.of("city-manager")).open("/desk/city")
    assert await window.page.locator("svg.map path").count() >= 11
    await window.page.locator(f'svg.map a[href*="division={COUNTY}"]').first.focus()
    async with window.page.expect_navigation():
        await window.press("Enter")
    await window.look()
    assert "临川区" in await window.text("h1")
    await window.page.get_by_role("link", name="抚州市", exact=True).click()
    await window.look()


async def test_a_number_leads_to_the_list_behind_it_and_on_to_a_need(windows: Windows, town: Town) -> None:
    made = await town.asked()
    window = await (await windows.of("county-manager-361002")).open("/desk/city")
    await window.open(f"/desk/city/needs?division={made['division']}")
    await window.page.get_by_role("link", name="XQ").first.click()
    await window.look()
    assert "/desk/needs/" in window.page.url


async def test_every_layer_is_drawn_and_told_as_a_table(windows: Windows, town: Town) -> None:
    window = await (await windows.of("city-manager")).open("/desk/city")
    layers = await window.page.locator(".map-card .tabs a").all_inner_texts()
    for layer in layers:
        await window.page.locator(".map-card .tabs").get_by_role("link", name=layer, exact=True).click()
        await window.look()
        assert layer in await window.text(".map-card h2")


async def test_a_townships_name_is_read_where_somebody_points(windows: Windows, town: Town) -> None:
    window = await (await windows.of("city-manager")).open("/desk/city?level=township")
    place = window.page.locator("svg.map a:has(.pointed)").first
    name = place.locator(".pointed")
    assert not await name.is_visible()
    await place.focus()
    assert await name.is_visible()


async def test_a_figure_is_saved_as_a_sheet(windows: Windows, town: Town) -> None:
    window = await (await windows.of("city-manager")).open("/desk/city")
    async with window.page.expect_download() as coming:
        await window.page.get_by_role("link", name="下载 CSV").first.click()
    assert (await coming.value).suggested_filename.endswith(".csv")


async def test_a_social_worker_has_no_city_desk(windows: Windows) -> None:
    window = await windows.of("worker-361002100-1")
    await window.open("/desk")
    assert "全市概览" not in await window.text("nav")
    await window.open("/desk/city", refused=403)
