"""One platform and one browser for all these tests; a watched window for each scenario."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import pytest
from playwright.async_api import Browser, BrowserContext, Cookie

from tests.browser import chromium
from tests.browser.signing import sign_in
from tests.browser.town import FIRST, Town
from tests.browser.windows import TELL, Watch, Window
from tests.figures import Figure
from tests.journeys.platform import Platform, platform

Event = TypeVar("Event")
OFTEN: Final = ("head-361002100", f"officer-{FIRST}", "city-manager", "county-manager-361002")


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
async def coming() -> AsyncIterator[asyncio.Task[Platform]]:
    """The platform, which starts while the browser does; nothing starts in vain where there is no browser."""
    chromium.program()
    async with AsyncExitStack() as stack:
        starting = asyncio.create_task(stack.enter_async_context(platform()))
        yield starting
        await asyncio.wait([starting])


@dataclass
class Keys:
    """Who has signed in already: each account once, by the page, as people do."""

    browser: Browser
    door: str
    held: dict[str, asyncio.Task[list[Cookie]]] = field(default_factory=dict)

    async def of(self, account: str) -> list[Cookie]:
        if account not in self.held:
            self.held[account] = asyncio.create_task(self._sign_in(account))
        return await self.held[account]

    async def _sign_in(self, account: str) -> list[Cookie]:
        context = await self.browser.new_context(**chromium.DESK)
        page = await context.new_page()
        await page.goto(f"{self.door}/desk/sign-in?account={account}")
        await sign_in(page)
        cookies = await context.cookies()
        await context.close()
        return cookies


@pytest.fixture(scope="package")
async def keys(coming: asyncio.Task[Platform], browser: Browser) -> Keys:
    return Keys(browser, (await coming).door)


@pytest.fixture(scope="package")
async def town(coming: asyncio.Task[Platform], keys: Keys) -> Town:
    """The platform with its furniture; whoever most scenarios are of signs in meanwhile."""
    made = Town(await coming)
    await asyncio.gather(made.furnish(), *map(keys.of, OFTEN))
    return made


@dataclass
class Rooms:
    """The browser's contexts: one for each account and kind of screen, which keeps what a browser keeps in a day."""

    browser: Browser
    keys: Keys
    held: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)
    # Whoever watches now: the scenario that runs.
    watch: Watch | None = None

    async def of(self, account: str, **how: Any) -> BrowserContext:
        """The context in which this account is signed in."""
        place = account, repr(sorted(how.items()))
        if place not in self.held:
            context = self.held[place] = await self.anew(**how)
            await context.add_cookies(await self.keys.of(account))  # type: ignore[arg-type]
        return self.held[place]

    async def anew(self, **how: Any) -> BrowserContext:
        """A context of nobody's, with nothing in it."""
        context = await self.browser.new_context(**(chromium.DESK | how))
        await self.watched(context)
        return context

    async def watched(self, context: BrowserContext) -> None:
        """See to it that nothing in a context goes unseen."""
        await context.add_init_script(TELL)
        context.on("request", self._tells(Watch.asked))
        context.on("response", self._tells(Watch.answered))
        context.on("console", self._tells(Watch.said))
        context.on("weberror", self._tells(Watch.broke))

    def _tells(self, what: Callable[[Watch, Event], None]) -> Callable[[Event], None]:
        def tell(event: Event) -> None:
            if self.watch is not None:
                what(self.watch, event)

        return tell


@pytest.fixture(scope="package")
def rooms(browser: Browser, keys: Keys) -> Rooms:
    return Rooms(browser, keys)


@dataclass
class Windows:
    """Opens watched windows, as somebody or as nobody."""

    rooms: Rooms
    watch: Watch
    used: set[BrowserContext] = field(default_factory=set)
    own: list[BrowserContext] = field(default_factory=list)

    async def of(self, account: str | None = None, **how: Any) -> Window:
        """A window in which this account is signed in; where nobody is, nothing is left of anybody either."""
        if account is not None:
            return await self._in(await self.rooms.of(account, **how))
        self.own.append(await self.rooms.anew(**how))
        return await self._in(self.own[-1])

    async def on(self, context: BrowserContext) -> Window:
        """A window of a context that somebody else made."""
        await self.rooms.watched(context)
        self.own.append(context)
        return await self._in(context)

    async def _in(self, context: BrowserContext) -> Window:
        self.used.add(context)
        return Window(await context.new_page(), self.watch)


@pytest.fixture
async def windows(rooms: Rooms, town: Town, figure: Figure) -> AsyncIterator[Windows]:
    """The windows of one scenario; none of its pages is left without a look."""
    figure("E9", scenarios=1)
    made = Windows(rooms, Watch(town.door, figure))
    rooms.watch = made.watch
    yield made
    for context in made.used:
        for page in context.pages:
            await page.close()
    for context in made.own:
        await context.close()
    rooms.watch = None
    assert made.watch.wrong == []
    assert made.watch.unseen == set()
