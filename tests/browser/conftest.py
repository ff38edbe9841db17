"""One platform and one browser for all these tests; a watched window for each scenario."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Cookie

from tests.browser import chromium
from tests.browser.signing import sign_in
from tests.browser.town import Town
from tests.browser.windows import TELL, Watch, Window
from tests.figures import Figure
from tests.journeys.platform import platform


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A whole platform and a real browser: none of this is quick."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with chromium.opened() as opened:
        yield opened


@pytest.fixture(scope="package")
async def town(browser: Browser) -> AsyncIterator[Town]:
    """The platform; asked for after the browser, so that nothing starts in vain where there is none."""
    async with platform() as running:
        made = Town(running)
        await made.furnish()
        yield made


@dataclass
class Keys:
    """Who has signed in already: each account once, by the page, as people do."""

    browser: Browser
    door: str
    held: dict[str, list[Cookie]] = field(default_factory=dict)

    async def of(self, account: str) -> list[Cookie]:
        if account not in self.held:
            context = await self.browser.new_context(**chromium.DESK)
            page = await context.new_page()
            await page.goto(f"{self.door}/desk/sign-in?account={account}")
            await sign_in(page)
            self.held[account] = await context.cookies()
            await context.close()
        return self.held[account]


@pytest.fixture(scope="package")
def keys(browser: Browser, town: Town) -> Keys:
    return Keys(browser, town.door)


@dataclass
class Windows:
    """Opens watched windows, as somebody or as nobody."""

    browser: Browser
    keys: Keys
    watch: Watch
    contexts: list[BrowserContext] = field(default_factory=list)

    async def of(self, account: str | None = None, **how: Any) -> Window:
        """A window in which this account is signed in."""
        context = await self.browser.new_context(**(chromium.DESK | how))
        if account is not None:
            await context.add_cookies(await self.keys.of(account))  # type: ignore[arg-type]
        return await self.on(context)

    async def on(self, context: BrowserContext) -> Window:
        """A window of a context that is there already."""
        await context.add_init_script(TELL)
        self.watch.over(context)
        self.contexts.append(context)
        return Window(await context.new_page(), self.watch)


@pytest.fixture
async def windows(browser: Browser, keys: Keys, town: Town, figure: Figure) -> AsyncIterator[Windows]:
    """The windows of one scenario; none of its pages is left without a look."""
    figure("E9", scenarios=1)
    made = Windows(browser, keys, Watch(town.door, figure))
    yield made
    for context in made.contexts:
        await context.close()
    assert made.watch.wrong == []
    assert made.watch.unseen == set()
