"""A need's journey: one page over all services, for whoever may read it."""

from tests.browser.conftest import Windows
from tests.browser.town import CANARY, FIRST, Town, done, officer


async def test_the_whole_journey_is_told_in_order_and_in_words(windows: Windows, town: Town) -> None:
    order = await town.ordered()
    refusal = {"reason": "no_capacity", "evidence": "本月助餐名额已满，附台账编号"}
    await done(town.running.post(f"/matching/v1/orders/{order['id']}/reject", officer(FIRST), refusal))
    window = await (await windows.of("head-361002100")).open(f"/desk/needs/{order['need_id']}")
    told = await window.text(".timeline")
    places = [told.index(words) for words in ("登记需求", "研判", "下单", "部门退单")]
    assert places == sorted(places)
    assert "名额已满" in told
    assert CANARY["name"] not in await window.text()


async def test_a_journey_of_another_county_is_not_there(windows: Windows, town: Town) -> None:
    made = await town.asked()
    await (await windows.of("head-station-361021")).open(f"/desk/needs/{made['id']}", refused=404)


async def test_a_department_reads_no_journey(windows: Windows, town: Town) -> None:
    made = await town.asked()
    await (await windows.of(f"officer-{FIRST}")).open(f"/desk/needs/{made['id']}", refused=403)
