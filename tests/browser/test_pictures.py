"""The pictures of the README: the city's map, the station desk and a need's journey, over the whole sample city.

`make pictures` takes them anew, from a platform that has come in whole and, where a year is played, has played it.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from playwright.async_api import Browser

from deploy.places import ROOT
from tests.browser import chromium
from tests.browser.conftest import Keys
from tests.browser.pictures import MOST_BYTES, SIZE, packed, size_of
from tests.browser.town import done
from tests.journeys.platform import Platform, platform, the_sample_is_in
from tests.people import HEAD

FOLDER: Final = ROOT / "docs" / "pictures"
NAMES: Final = ("city", "station", "journey")
# A guard against hanging: a year is played in minutes, on a machine that does nothing else.
MOST_SECONDS: Final = 1800


@pytest.fixture(scope="module")
async def whole_city() -> AsyncIterator[Platform]:
    """As `make run` starts it, with all that happened there."""
    async with platform(FUZHOU_CLOCK="", FUZHOU_SAMPLE="whole") as city:
        await the_sample_is_in(city)
        await _until_played(city)
        yield city


async def _until_played(city: Platform) -> None:
    note = city.home / "year.json"
    async with asyncio.timeout(MOST_SECONDS):
        while note.exists() and not json.loads(note.read_text("utf-8"))["is_done"]:  # noqa: ASYNC110 -- another process
            await asyncio.sleep(1)


async def _telling(city: Platform) -> dict[str, str]:
    """A need that the station has at hand, and one that has come a long way: returned once, then taken."""
    orders = (await done(city.get("/matching/v1/orders?limit=200", HEAD)))["items"]
    needs = (await done(city.get("/needs/v1/needs?status=triaged&status=in_service&limit=1", HEAD)))["items"]

    def length(order: dict[str, Any]) -> tuple[bool, bool, bool]:
        return bool(order["replaces"]), order["status"] == "completed", bool(order["started_at"])

    return {"waiting": needs[0]["id"], "travelled": max(orders, key=length)["need_id"]}


@pytest.mark.pictures
async def test_pictures_are_taken(whole_city: Platform, browser: Browser) -> None:
    told = await _telling(whole_city)
    pages = {
        "city": ("city-manager", "/desk/city"),
        "station": ("head-361002100", f"/desk/station?need={told['waiting']}"),
        "journey": ("head-361002100", f"/desk/needs/{told['travelled']}"),
    }
    keys = Keys(browser, whole_city.door)
    FOLDER.mkdir(exist_ok=True)
    for name, (account, path) in pages.items():
        context = await browser.new_context(**chromium.DESK)
        await context.add_cookies(await keys.of(account))  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(f"{whole_city.door}{path}")
        taken = packed(await page.screenshot(animations="disabled", caret="hide"))
        (FOLDER / f"{name}.png").write_bytes(taken)
        await context.close()
        assert len(taken) <= MOST_BYTES, f"{name} is too large: {len(taken):,}"


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_as_large_as_a_desk_and_quickly_there(name: str) -> None:
    """Take it anew with `make pictures`."""
    picture = (FOLDER / f"{name}.png").read_bytes()
    assert size_of(picture) == SIZE
    assert len(picture) <= MOST_BYTES
    for readme in ("README.md", "README.zh-CN.md"):
        assert f"docs/pictures/{name}.png" in (ROOT / readme).read_text("utf-8")
