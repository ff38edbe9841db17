"""The real browser: Debian's own, which asks nobody outside the machine."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from playwright.async_api import Browser, async_playwright

MISSING: Final = "chromium is missing (Debian: apt install chromium fonts-noto-cjk)"
# Root has no sandbox; no name is looked up, so whatever a page asks for elsewhere fails at once and is seen.
FLAGS: Final = (
    "--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
# What the browser itself says, as months in a field, is in the language of its surroundings.
CHINESE: Final[dict[str, str | float | bool]] = {**os.environ, "LANGUAGE": "zh_CN"}
DESK: Final[dict[str, Any]] = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"}
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "is_mobile": True, "has_touch": True,
}  # fmt: skip
# A desk's window at 200 %: half as many of the page's pixels each way, each twice as large.
ZOOMED: Final[dict[str, Any]] = {
    "viewport": {"width": 683, "height": 384}, "device_scale_factor": 2, "locale": "zh-CN",
}  # fmt: skip


def program() -> str:
    """Where chromium is. Without it these tests are left out, but never where the whole suite is asked for."""
    found = shutil.which("chromium")
    if found is None and os.environ.get("FUZHOU_BROWSER") == "required":
        pytest.fail(MISSING)
    if found is None:
        pytest.skip(MISSING)
    return found


@asynccontextmanager
async def opened() -> AsyncIterator[Browser]:
    """A browser of one's own, closed afterwards."""
    path = program()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*FLAGS], env=CHINESE)
        try:
            yield browser
        finally:
            await browser.close()
