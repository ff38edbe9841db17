"""The department desk: orders taken, returned, begun and done."""

from playwright.async_api import expect

from tests.browser.conftest import Windows
from tests.browser.town import CANARY, FIRST, SECOND, Town, officer

OFFICER = f"officer-{FIRST}"


async def test_an_order_is_taken_begun_and_done_with_what_was_used(windows: Windows, town: Town) -> None:
    order = await town.ordered(quantity=10)
    window = await (await windows.of(OFFICER)).open(f"/desk/department?order={order['id']}")
    assert CANARY["name"] not in await window.text()
    await window.press("a")
    await window.until_told("已接单，现在可以查看服务对象信息。")
    await window.look()
    await window.click("看服务对象信息", role="link")
    await window.until_told(CANARY["name"])
    await window.look()
    await window.page.locator("form[action$=start] button").click()
    await window.until_told("已开始服务。")
    await window.look()
    await window.page.get_by_label("实际用了多少（共 10）").fill("8")
    await window.page.locator("form[action$=complete] button").click()
    await window.until_told("已办结，未用完的已退回。")
    await window.look()
    assert (await town.order(order["id"]))["used"] == 8


async def test_an_order_is_returned_by_keyboard_with_reason_and_evidence(windows: Windows, town: Town) -> None:
    order = await town.ordered()
    window = await (await windows.of(OFFICER)).open(f"/desk/department?order={order['id']}")
    await window.press("b")
    await expect(window.page.locator("select[name=reason]")).to_be_focused()
    await window.press("ArrowDown", "Tab")
    await window.page.keyboard.type("本月助餐名额已满，附台账")
    await window.press("Tab", "Tab", "Enter")
    await window.until_told("已退单，系统会自动询问下一家。")
    await window.look()
    assert (await town.order(order["id"]))["status"] == "rejected"


async def test_another_departments_order_is_not_there(windows: Windows, town: Town) -> None:
    order = await town.ordered(FIRST)
    await (await windows.of(f"officer-{SECOND}")).open(f"/desk/department/orders/{order['id']}", refused=404)


async def test_what_there_is_to_give_is_counted_on_one_page(windows: Windows) -> None:
    window = await (await windows.of(OFFICER)).open("/desk/department")
    await window.click("资源余量与资源包", role="link")
    await window.look()
    assert "社区老年食堂助餐" in await window.text()


async def test_nothing_can_be_done_twice_with_one_form(windows: Windows, town: Town) -> None:
    """Two windows of one officer: the second one is told how things stand, and nothing is lost."""
    order = await town.ordered()
    path = f"/desk/department?order={order['id']}"
    first, second = await windows.of(OFFICER), await windows.of(OFFICER)
    await first.open(path)
    await second.open(path)
    await first.press("a")
    await first.until_told("已接单")
    windows.watch.refusals.add(409)
    await second.press("a")
    await second.page.get_by_role("alert").first.wait_for()
    await second.look()
    assert (await town.running.get(f"/matching/v1/orders/{order['id']}", officer(FIRST))).json()["status"] == "accepted"
