"""Casework and live news in a browser: a case's page by keyboard, what comes while somebody writes, and a phone."""

import asyncio

from playwright.async_api import expect

from tests.browser import chromium
from tests.browser.conftest import Windows
from tests.browser.town import Town, done
from tests.people import HEAD as STATION_HEAD
from tests.people import triage

HEAD = "head-361002100"


async def in_a_case(town: Town) -> str:
    """A case that policy opened for a need; its id."""
    made = await town.asked()
    path = f"/needs/v1/needs/{made['id']}/triage"
    await done(town.running.post(path, STATION_HEAD, triage(category="counselling")))
    for _ in range(100):
        found = await town.need(made["id"])
        if found["case_id"]:
            return str(found["case_id"])
        await asyncio.sleep(0.2)
    raise AssertionError("no case was opened")


async def test_a_note_is_written_and_read_again_by_keyboard(windows: Windows, town: Town) -> None:
    case = await in_a_case(town)
    window = await (await windows.of(HEAD)).open(f"/desk/station/cases/{case}")
    await window.look()
    await window.press("n")
    await window.page.keyboard.type("约好周四下午上门")
    await window.press("Control+Enter")
    await window.until_told("备注已保存。")
    await window.look()
    await window.press("w")
    await window.until_told("约好周四下午上门")
    await window.look()


async def test_what_comes_is_in_the_queue_by_itself_and_what_is_being_written_stays(
    windows: Windows, town: Town
) -> None:
    made = await town.judged()
    window = await (await windows.of(HEAD)).open(f"/desk/station?need={made['id']}")
    await window.press("c")
    note = window.page.get_by_label("情况（可不填，加密保存）")
    await note.fill("正在写")
    new = await town.asked()
    line = window.page.locator(f".queue a[data-of*='{new['id']}']")
    await expect(line).to_have_class("fresh", timeout=15_000)
    await expect(note).to_have_value("正在写")
    await window.look()


async def test_on_a_phone_what_is_picked_stands_alone_with_a_way_back(windows: Windows, town: Town) -> None:
    made = await town.judged()
    window = await (await windows.of(HEAD, **chromium.PHONE)).open("/desk/station")
    await window.page.locator(f".queue a[data-of*='{made['id']}']").click()
    await expect(window.page.locator("#need article").first).to_be_in_viewport()
    await expect(window.page.locator("#queue")).to_be_hidden()
    await window.look()
    await window.click("← 回到列表", role="link")
    await expect(window.page.locator("#queue")).to_be_visible()
    await window.look()


async def test_the_countys_desk_says_what_would_be_there(windows: Windows, town: Town) -> None:
    window = await (await windows.of("county-manager-361021")).open("/desk/county")
    await window.until_told("没有等待裁定的退单。")
    await window.look()
