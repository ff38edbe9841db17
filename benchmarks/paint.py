"""Pages in a real browser, over a year of the city: from the navigation to the first paint, and to the finished map.

The whole platform runs as `make run` starts it; the year is planted as rows over the real townships, counted by the
product's own rollups. Every reading begins with an empty cache, and the machine draws the pages and runs the browser.
"""

import asyncio
import json
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any, Final

import asyncpg
from playwright.async_api import Browser, Cookie, Page, async_playwright

from benchmarks.memory import running
from services.identity.service.development import SAMPLE_PASSWORD
from shared.reference import rows_of_table
from shared.schemas.reference import Category, Division

NEEDS: Final = 20_000
WINDOW: Final[dict[str, Any]] = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"}
TOWNSHIP_DIGITS: Final = 9
PAGES: Final = {"city": "/desk/city", "county": "/desk/city?division=361002", "portal": "/"}
# A year of needs, spread over all townships and categories, with an answer for most of them after some days.
YEAR: Final = """
INSERT INTO need_episode (need_id, episode, groups, urgency, asked_urgency, division, station_id, status, category,
                          registered_at, contacted_at, breached)
SELECT gen_random_uuid(), 1, '{}', 'routine', 'routine', ($2::text[])[1 + n % cardinality($2::text[])],
       gen_random_uuid(), (ARRAY['triaged', 'in_service', 'resolved', 'closed', 'closed'])[1 + n % 5],
       ($3::text[])[1 + n * 7 % cardinality($3::text[])], at,
       CASE WHEN n % 9 > 0 THEN at + make_interval(hours => 12 + n * 31 % 200) END, '{}'
FROM (SELECT n, now() - make_interval(secs => (n::bigint * 7919 % 31536000)::float8) AS at
      FROM generate_series(1, $1::int) AS n) AS asked
"""
# When the page is whole and what it shows has been drawn once.
FINISHED: Final = """document.addEventListener("DOMContentLoaded", () =>
  requestAnimationFrame(() => requestAnimationFrame(() => { window.finishedAt = performance.now(); })))"""
TIMES: Final = """() => {
  const [painted] = performance.getEntriesByName("first-contentful-paint");
  return painted && window.finishedAt
    ? [painted.startTime, window.finishedAt, document.querySelectorAll(".map path").length] : null;
}"""


async def _plant(home: Path, postgres: int) -> None:
    password = (home / "postgres" / "password").read_text("utf-8").strip()
    connection = await asyncpg.connect(
        host="127.0.0.1", port=postgres, user="postgres", password=password, database="insights"
    )
    townships = [row.key for row in rows_of_table(Division.table) if len(row.key) == TOWNSHIP_DIGITS]
    categories = [row.key for row in rows_of_table(Category.table)]
    await connection.execute(YEAR, NEEDS, townships, categories)
    await connection.execute("VACUUM ANALYZE need_episode")
    await connection.close()


async def _sign_in(browser: Browser, door: str) -> list[Cookie]:
    """As the city's manager, by password and code, as the page for trying shows them."""
    context = await browser.new_context(**WINDOW)
    page = await context.new_page()
    await page.goto(f"{door}/desk/sign-in?account=city-manager")
    for label, value in (("密码", SAMPLE_PASSWORD), ("动态码", "")):
        code = value or await page.locator(".trying code").first.inner_text()
        await page.get_by_label(label, exact=True).fill(code)
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
    cookies = await context.cookies()
    await context.close()
    return cookies


async def _reading(browser: Browser, cookies: list[Cookie], address: str) -> list[float]:
    """First paint and the whole page, in milliseconds since the navigation, and how many places are drawn."""
    context = await browser.new_context(**WINDOW)
    await context.add_cookies(cookies)  # type: ignore[arg-type]
    page: Page = await context.new_page()
    await page.add_init_script(FINISHED)
    await page.goto(address)
    await page.wait_for_function(TIMES)
    found: list[float] = await page.evaluate(TIMES)
    await context.close()
    return found


async def _measure(home: Path, program: str, repeats: int) -> dict[str, Any]:
    ports = json.loads((home / "running.json").read_text("utf-8"))
    door = f"http://127.0.0.1:{ports['door']}"
    await _plant(home, ports["postgres"])
    found: dict[str, Any] = {"needs": NEEDS}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        cookies = await _sign_in(browser, door)
        for name, path in PAGES.items():
            readings = [await _reading(browser, cookies, f"{door}{path}") for _ in range(3 * repeats)]
            painted, finished, places = (list(each) for each in zip(*readings, strict=True))
            found[f"{name}_first_paint_ms"] = round(statistics.median(painted))
            if places[-1]:
                found[f"{name}_finished_map_ms"] = round(statistics.median(finished))
                found[f"{name}_places"] = int(places[-1])
        await browser.close()
    return found


def measure(*, repeats: int) -> dict[str, Any]:
    """Medians over cold caches; nothing where there is no chromium."""
    program = shutil.which("chromium")
    if program is None:
        return {"left_out": "chromium is missing"}
    with tempfile.TemporaryDirectory(prefix="fuzhou-paint-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o711)
        with running(home, FUZHOU_SAMPLE="none"):
            return asyncio.run(_measure(home, program, repeats))
