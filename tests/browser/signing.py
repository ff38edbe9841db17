"""What people do at the sign-in page."""

from playwright.async_api import Page

from services.identity.service.development import SAMPLE_PASSWORD


async def give_password(page: Page, password: str = SAMPLE_PASSWORD) -> None:
    """Type the password and go on."""
    await page.get_by_label("密码", exact=True).fill(password)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def give_code(page: Page, code: str = "") -> None:
    """Type the code, the one of this moment if none is named, and go on."""
    shown = await page.locator(".trying code").first.inner_text()
    await page.get_by_label("动态码").fill(code or shown)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def sign_in(page: Page) -> None:
    """All steps, from a page on which the account's name stands already."""
    await give_password(page)
    if await page.get_by_label("动态码").count():
        await give_code(page)
    assert "/identity/" not in page.url, await page.locator("main").inner_text()
