"""Casework and live news in a browser: a case's page by keyboard, what comes while somebody writes, and a phone."""

import asyncio
from contextlib import suppress

from playwright.async_api import Route, expect

from tests.browser import chromium
from tests.browser.conftest import Windows
from tests.browser.town import Town, done
from tests.journeys.platform import HANG_GUARD_SECONDS
from tests.people import WORKER

HEAD = "head-361002100"
# The answer to what a part of the page asked for by itself has come, and whatever is to become of it was drawn.
ARRIVED = """(path) => new Promise((done) => document.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.ctx?.sourceElement?.getAttribute("hx-get") === path) setTimeout(done, 100);
}))"""


async def test_a_note_is_written_and_read_again_by_keyboard(windows: Windows, town: Town) -> None:
    case = (await town.in_a_case())["case_id"]
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


async def test_an_answer_that_is_older_than_what_somebody_did_meanwhile_is_dropped(
    windows: Windows, town: Town
) -> None:
    """News make the page ask anew; while the answer is on its way, somebody writes a note and reads that it is kept."""
    need = await town.in_a_case()
    path = f"/desk/station/cases/{need['case_id']}"
    window = await (await windows.of(HEAD)).open(path)
    asked, may_arrive = asyncio.Event(), asyncio.Event()

    async def delay(route: Route) -> None:
        older = await route.fetch()
        asked.set()
        await may_arrive.wait()
        await route.fulfill(response=older)

    await window.page.route(f"**{path}", delay)
    async with asyncio.timeout(HANG_GUARD_SECONDS):
        while not asked.is_set():
            # The page may not listen yet when somebody first speaks with the person.
            await done(town.running.post(f"/needs/v1/needs/{need['id']}/contacts", WORKER, {"kind": "call"}))
            with suppress(TimeoutError):
                await asyncio.wait_for(asked.wait(), 2)
    await window.press("n")
    await window.page.keyboard.type("约好周五上午上门")
    await window.press("Control+Enter")
    await window.until_told("备注已保存。")
    arrived = asyncio.create_task(window.page.evaluate(ARRIVED, path))
    await window.page.evaluate("() => 0")
    may_arrive.set()
    await arrived
    await window.still()
    assert "备注已保存。" in await window.text("#case")
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
