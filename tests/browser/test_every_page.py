"""What holds for every page: twice as large it is still read without moving sideways, and it leaves nothing behind."""

from pathlib import Path
from typing import Final

import pytest

from tests.browser import chromium
from tests.browser.conftest import Keys, Windows
from tests.browser.town import CANARIES, FIRST, Town

# Each page with whoever reads it; what stands in brackets is made for the test.
PAGES: Final[dict[str, tuple[str | None, str]]] = {
    "portal": (None, "/"),
    "sign_in": (None, "/desk/sign-in"),
    "station": ("head-361002100", "/desk/station?need={need}"),
    "candidates": ("head-361002100", "/desk/station/needs/{need}/candidates"),
    "department": (f"officer-{FIRST}", "/desk/department?order={order}"),
    "stock": (f"officer-{FIRST}", "/desk/department/resources"),
    "cases": ("head-361002100", "/desk/station/cases?show=station"),
    "returns": ("county-manager-361002", "/desk/county"),
    "journey": ("head-361002100", "/desk/needs/{need}"),
    "city": ("city-manager", "/desk/city"),
    "county": ("county-manager-361002", "/desk/city?division=361002"),
    "townships": ("city-manager", "/desk/city?level=township&layer=response_p90"),
    "township": ("county-manager-361002", "/desk/city?division=361002100"),
    "beyond": ("county-manager-361002", "/desk/city?division=361021"),
    "list": ("county-manager-361002", "/desk/city/needs?division=361002100"),
    "lists": ("city-manager", "/desk/city/lists?only=all"),
    "accounts": ("administrator", "/desk/accounts"),
    "account": ("administrator", "/desk/accounts/head-361002100"),
    "messages": ("hotline", "/desk/messages"),
}


@pytest.fixture(scope="module")
async def things(town: Town) -> dict[str, str]:
    order = await town.ordered()
    return {"need": order["need_id"], "order": order["id"]}


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_read_without_moving_it_sideways(windows: Windows, things: dict[str, str], name: str) -> None:
    """At 200 % of a desk's window, and as narrow as a phone."""
    account, path = PAGES[name]
    window = await (await windows.of(account, **chromium.ZOOMED)).open(path.format(**things))
    assert not await window.is_wider_than_the_window()
    await window.page.set_viewport_size(chromium.PHONE["viewport"])
    assert not await window.is_wider_than_the_window()


async def test_nothing_of_a_person_is_left_in_the_browsers_folder(
    windows: Windows, town: Town, keys: Keys, tmp_path: Path
) -> None:
    """A browser that keeps everything it may: read the words, write a note, close it, and search its files."""
    made = await town.judged()
    context = await windows.rooms.browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=chromium.program(), args=[*chromium.FLAGS], **chromium.DESK
    )
    await context.add_cookies(await keys.of("head-361002100"))  # type: ignore[arg-type]
    window = await windows.on(context)
    await window.open(f"/desk/station?need={made['id']}")
    await window.click("看原话和联系方式", role="link")
    await window.until_told(CANARIES[0])
    await window.press("c")
    await window.page.get_by_label("情况（可不填，加密保存）").fill("金丝雀老太太说下午在家")
    await window.until_told("草稿已保存")
    await window.open("/")
    await context.close()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    spelt = [canary.encode(code) for canary in CANARIES for code in ("utf-8", "utf-16-le")]
    assert [path.name for path in kept for each in spelt if each in path.read_bytes()] == []
