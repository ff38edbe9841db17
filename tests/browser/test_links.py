"""What people open on a phone from a message, without signing in."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from shared.kit.clock import SHANGHAI, wall_clock
from tests.browser import chromium
from tests.browser.conftest import Windows
from tests.browser.town import Town, done
from tests.people import WORKER


def yesterday_at_ten() -> datetime:
    """An hour at which people may be asked."""
    return (wall_clock().astimezone(SHANGHAI) - timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)


async def survey_link(town: Town) -> str:
    """The address that the phone was sent after a need was met by its own station."""
    now = yesterday_at_ten()
    made = await town.judged(now=now)
    for act, body in (("contacts", {"kind": "call"}), ("start", {}), ("resolve", {"outcome": "met"})):
        await done(town.running.post(f"/needs/v1/needs/{made['id']}/{act}", WORKER, body, now=now))
    text = await town.message("survey", at=now + timedelta(minutes=5))
    found = re.search(r"https?://\S+?survey\S*?/([A-Za-z0-9_-]{16,64})", text)
    assert found, text
    return found[1]


async def test_where_a_need_stands_is_told_in_few_words(windows: Windows, town: Town) -> None:
    now = yesterday_at_ten()
    made = await town.asked(now=now)
    link = re.search(r"https?://\S+", await town.message(made["reference"], at=now + timedelta(minutes=5)))
    assert link
    window = await (await windows.of(**chromium.PHONE)).open(f"/track/{urlsplit(link[0]).path.rsplit('/', 1)[1]}")
    assert made["reference"] in await window.text()
    assert not await window.is_wider_than_the_window()


async def test_a_survey_is_answered_with_the_thumb_and_only_once(windows: Windows, town: Town) -> None:
    token = await survey_link(town)
    window = await (await windows.of(**chromium.PHONE)).open(f"/survey/{token}")
    for name in ("有", "非常满意"):
        await window.page.get_by_label(name, exact=True).tap()
    await window.page.locator("input[name=solved]").first.tap()
    async with window.page.expect_navigation():
        await window.page.get_by_role("button", name="提交").tap()
    await window.look()
    assert "谢" in await window.text()
    await window.open(f"/survey/{token}")
    assert "已提交" in await window.text()


async def test_a_link_that_is_none_leads_nowhere(windows: Windows) -> None:
    window = await windows.of(**chromium.PHONE)
    await window.open("/track/no-such-token-at-all-here", refused=404)
    await window.open("/survey/no-such-token-at-all-here", refused=404)
