"""The station desk: a morning's work, by keyboard, with its accidents."""

from contextlib import suppress

from playwright.async_api import Error, expect

from tests.browser.conftest import Windows
from tests.browser.town import CANARY, FIRST, Town, officer
from tests.browser.windows import Window

HEAD = "head-361002100"


async def focused(window: Window) -> str:
    """What stands on the element that keys go to."""
    told: str = await window.page.evaluate("""() => {
      const at = document.activeElement;
      return at === document.body ? "" : at.innerText || at.name || "";
    }""")
    return told


async def walk_to(window: Window, words: str, *, key: str = "Tab", most: int = 80) -> None:
    """Press a key until the element with these words has the keys; whoever uses no mouse gets there so."""
    for _ in range(most):
        if words in await focused(window):
            return
        await window.press(key)
    raise AssertionError(f"the keys do not lead to {words}")


async def choose(window: Window, name: str, value: str) -> None:
    """Go down a list with the arrow until the wanted one is chosen."""
    field = window.page.locator(f"select[name={name}]")
    for _ in range(60):
        if await field.input_value() == value:
            return
        await window.press("ArrowDown")
    raise AssertionError(f"the arrow does not lead to {value}")


async def test_a_need_is_judged_and_ordered_without_a_mouse(windows: Windows, town: Town) -> None:
    made = await town.asked()
    window = await (await windows.of(HEAD)).open("/desk/station?show=new")
    await window.press("j")
    await walk_to(window, made["reference"], key="j")
    await window.press("Enter")
    await window.until_told("研判")
    await window.still()
    await window.press("t")
    await expect(window.page.locator("select[name=category]")).to_be_focused()
    await choose(window, "category", "meals")
    await walk_to(window, "urgency")
    await window.press("Space")
    await walk_to(window, "确认研判")
    await window.press("Enter")
    await window.until_told("已研判，可以找资源下单。")
    await window.look()
    assert (await town.need(made["id"]))["category"] == "meals"

    await window.press("o")
    await window.until_told("候选资源")
    await window.look()
    await walk_to(window, "向")
    await window.press("Enter")
    await window.until_told("已下单，正等待部门接单。")
    await window.look()
    inbox = await town.running.get("/matching/v1/orders?status=requested&limit=200", officer(FIRST))
    other = await town.running.get("/matching/v1/orders?status=requested&limit=200", officer("womens_federation"))
    assert made["id"] in {order["need_id"] for order in (*inbox.json()["items"], *other.json()["items"])}


async def test_the_keys_are_listed_by_a_key_and_put_away_by_another(windows: Windows) -> None:
    window = await (await windows.of(HEAD)).open("/desk/station")
    await window.press("?")
    keys = window.page.get_by_role("dialog", name="快捷键")
    await expect(keys).to_be_visible()
    await window.look()
    await window.press("Escape")
    await expect(keys).to_be_hidden()


async def test_what_was_being_written_when_the_browser_crashed_is_there_again(windows: Windows, town: Town) -> None:
    made = await town.judged()
    window = await (await windows.of(HEAD)).open(f"/desk/station?need={made['id']}")
    await window.press("c")
    await window.page.get_by_label("情况（可不填，加密保存）").fill("约好下午三点上门，带保温饭盒")
    await window.until_told("草稿已保存")
    await window.look()
    async with window.page.expect_event("crash"):
        with suppress(Error):
            await window.page.goto("chrome://crash")

    again = Window(await window.page.context.new_page(), windows.watch)
    await again.open(f"/desk/station?need={made['id']}")
    await again.press("c")
    await expect(again.page.get_by_label("情况（可不填，加密保存）")).to_have_value("约好下午三点上门，带保温饭盒")


async def test_words_and_card_are_shown_only_when_asked_for(windows: Windows, town: Town) -> None:
    made = await town.judged()
    window = await (await windows.of(HEAD)).open(f"/desk/station?need={made['id']}")
    assert CANARY["name"] not in await window.text()
    await window.click("看原话和联系方式", role="link")
    await window.until_told(CANARY["name"])
    await window.look()
    await window.click("全过程", role="link")
    await window.look()
    assert CANARY["name"] not in await window.text()


async def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_lost(windows: Windows, town: Town) -> None:
    made = await town.judged()
    window = await (await windows.of(HEAD)).open(f"/desk/station?need={made['id']}")
    await window.press("c")
    await window.page.get_by_label("通话", exact=True).check()
    await window.page.get_by_label("什么时候（不填为现在）").fill("2099-01-01T09:00")
    await window.page.get_by_label("情况（可不填，加密保存）").fill("约在明天")
    windows.watch.refusals |= {409, 422}
    await window.page.locator("form[action$=contacts] button[type=submit]").click()
    await window.page.get_by_role("alert").first.wait_for()
    await window.look()
    await expect(window.page.get_by_label("情况（可不填，加密保存）")).to_have_value("约在明天")
    await expect(window.page.locator("input[name=occurred_at]")).to_have_attribute("aria-invalid", "true")


async def test_consent_contact_and_own_service_are_recorded_on_one_page(windows: Windows, town: Town) -> None:
    made = await town.judged(consents_to_departments=False)
    window = await (await windows.of("worker-361002100-1")).open(f"/desk/station?need={made['id']}")
    await window.page.get_by_label("同意", exact=True).check()
    await window.page.get_by_label("怎样表示的（加密保存）").fill("电话中本人口头同意，已录音")
    await window.page.locator("form[action$=consent] button[type=submit]").click()
    await window.until_told("已记录同意情况。")
    await window.press("c")
    await window.page.get_by_label("通话", exact=True).check()
    await window.page.locator("form[action$=contacts] button[type=submit]").click()
    await window.until_told("已记录这次联系。")
    window.page.on("dialog", lambda asked: asked.accept())
    await window.click("由本站服务")
    await window.until_told("已开始由本站服务。")
    await window.look()
    assert (await town.need(made["id"]))["status"] == "in_service"


async def test_another_stations_need_is_not_there(windows: Windows, town: Town) -> None:
    made = await town.asked()
    window = await windows.of("head-361002101")
    await window.open(f"/desk/station/needs/{made['id']}", refused=404)
    assert "没有" in await window.text()


async def test_an_officer_of_a_department_has_no_station_desk(windows: Windows) -> None:
    window = await windows.of("officer-health")
    await window.open("/desk")
    assert "社工站工作台" not in await window.text("nav")
    await window.open("/desk/city", refused=403)
