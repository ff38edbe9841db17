"""A window of the browser that is watched: whatever a page does wrong, somewhere in a scenario, fails it.

Every page that a scenario comes to is looked at: accessibility (axe), language, the content security policy, the
console, requests to elsewhere, and what of a person has been left in addresses and in the browser's own storage.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_plus

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import ConsoleMessage, Page, Request, Response, WebError

from tests.browser.language import READ, untranslated
from tests.browser.town import CANARIES
from tests.figures import Figure

# Told by the page itself as soon as its policy refuses something, before any of its own scripts runs.
TELL: Final = """document.addEventListener("securitypolicyviolation",
  (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""
AXE: Final = """axe.run({resultTypes: ["violations"]}).then((found) => found.violations.map(
  (each) => [each.id, each.help, ...each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))].join(": ")))"""
STORED: Final = """async () => {
  const kept = [...Object.entries(localStorage), ...Object.entries(sessionStorage)].flat();
  for (const name of await caches.keys()) {
    kept.push(name);
    for (const asked of await (await caches.open(name)).keys()) kept.push(asked.url);
  }
  for (const base of await indexedDB.databases()) kept.push(`database ${base.name}`);
  return [...kept, document.cookie, location.href, document.referrer];
}"""
STILL: Final = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
FAILED: Final = "Failed to load resource"


@dataclass
class Watch:
    """What was seen in all windows of one scenario."""

    door: str
    figure: Figure
    wrong: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    # Statuses of pages that the scenario wants refused; the browser notes each in its console.
    refusals: set[int] = field(default_factory=set)
    counted: int = 0

    def asked(self, request: Request) -> None:
        self.addresses.append(request.url)
        if not request.url.startswith((f"{self.door}/", "data:")):
            self.wrong.append(f"outside: {request.url}")

    def answered(self, response: Response) -> None:
        is_page = response.request.is_navigation_request() and "text/html" in response.headers.get("content-type", "")
        if is_page and not 300 <= response.status < 400:
            self.unseen.add(response.url.partition("#")[0])
        if response.status >= 500 and response.status not in self.refusals:
            self.wrong.append(f"failed: {response.status} {response.url}")

    def said(self, message: ConsoleMessage) -> None:
        is_wanted = message.text.startswith(FAILED) and any(
            f"status of {code} " in message.text for code in self.refusals
        )
        if message.type in ("error", "warning") and not is_wanted:
            self.wrong.append(f"console: {message.text} ({message.location.get('url', '')})")

    def broke(self, broken: WebError) -> None:
        self.wrong.append(f"script: {broken.error}")

    def count(self) -> None:
        """Tell how much was watched since the last time; what went wrong has failed the scenario by then."""
        new, self.counted = len(self.addresses) - self.counted, len(self.addresses)
        self.figure("E2", requests=new, outside=0)
        self.figure("E9", pages_looked_at=1, accessibility_violations=0, console_errors=0)
        self.figure("E15", pages_read_in_Chinese=1, untranslated_words=0)
        self.figure("S11", pages_under_policy=1, policy_violations=0)
        self.figure("S8", browser_stores_searched=1, canaries=0)


@dataclass
class Window:
    """One page, and hands on it."""

    page: Page
    watch: Watch

    async def open(self, path: str, *, refused: int | None = None) -> "Window":
        """Go to an address and look at what is there."""
        self.watch.refusals |= {refused} if refused else set()
        answer = await self.page.goto(path if path.startswith("http") else f"{self.watch.door}{path}")
        assert answer is not None
        assert answer.status == (refused or 200), f"{answer.status} at {path}"
        return await self.look()

    async def look(self) -> "Window":
        """See to it that all is well with the page as it is now."""
        await self.still()
        found = [f"axe: {each}" for each in await self._violations()]
        found += [f"not Chinese: {each}" for each in untranslated(await self.page.evaluate(READ))]
        kept = [*await self.page.evaluate(STORED), *map(unquote_plus, self.watch.addresses)]
        found += [f"personal: {canary} in {each[:120]}" for each in kept for canary in CANARIES if canary in each]
        self.watch.unseen.discard(self.page.url.partition("#")[0])
        wrong, self.watch.wrong = [*self.watch.wrong, *found], []
        assert wrong == [], f"{self.page.url}:\n" + "\n".join(wrong)
        self.watch.count()
        return self

    async def still(self) -> None:
        """Wait until nothing is loading."""
        await self.page.wait_for_load_state("load")
        await self.page.wait_for_function(STILL)

    async def _violations(self) -> list[str]:
        if not await self.page.evaluate("() => 'axe' in window"):
            await self.page.evaluate(AXE_SCRIPT)
        found: list[str] = await self.page.evaluate(AXE)
        return found

    async def text(self, selector: str = "main") -> str:
        """What is read there."""
        return await self.page.locator(selector).inner_text()

    async def until_told(self, words: str) -> None:
        """Wait until these words are on the page."""
        await self.page.get_by_text(words).first.wait_for()

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, as people do."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def click(self, name: str, *, role: Any = "button") -> None:
        """Click what is called so."""
        await self.page.get_by_role(role, name=name).first.click()
        await self.still()

    async def is_wider_than_the_window(self) -> bool:
        """Whether one has to move the page sideways to read it."""
        wider: bool = await self.page.evaluate(
            "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wider
