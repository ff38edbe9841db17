"""Signing in and out, in a real browser."""

from playwright.async_api import Page, expect

from services.identity.service.development import SAMPLE_PASSWORD
from shared.schemas.access import Role
from tests.browser.conftest import Windows
from tests.browser.signing import give_code, give_password
from tests.browser.town import Town, done
from tests.browser.windows import Window
from tests.city import Person
from tests.people import STATION


async def at_the_page(windows: Windows, account: str, *, to: str = "/desk") -> Window:
    return await (await windows.of()).open(f"/desk/sign-in?to={to}&account={account}")


async def said_beside(page: Page, label: str) -> str:
    """What is told beside a field that was filled in wrong."""
    field = page.get_by_label(label, exact=True)
    await expect(field).to_have_attribute("aria-invalid", "true")
    told: str = await page.locator(f"#{(await field.get_attribute('aria-describedby') or '').split()[0]}").inner_text()
    return told


async def test_a_head_signs_in_by_password_and_is_where_they_wanted_to_be(windows: Windows) -> None:
    window = await at_the_page(windows, "head-361002101", to="/desk/station?show=new")
    await give_password(window.page)
    await window.look()
    assert window.page.url.endswith("/desk/station?show=new")


async def test_who_sees_a_whole_county_gives_a_code_too(windows: Windows) -> None:
    window = await at_the_page(windows, "county-manager-361021")
    await give_password(window.page)
    await window.look()
    windows.watch.refusals.add(401)
    await give_code(window.page, "000000")
    assert "动态码不对" in await said_beside((await window.look()).page, "动态码")
    await give_code(window.page)
    await window.look()
    assert window.page.url.endswith("/desk/county")


async def test_a_wrong_password_is_told_beside_its_field_and_the_name_stays(windows: Windows) -> None:
    windows.watch.refusals.add(401)
    window = await at_the_page(windows, "worker-361002100-2")
    await give_password(window.page, "not-my-password")
    await window.look()
    assert "账号或密码不对" in await said_beside(window.page, "密码")
    assert await window.page.get_by_label("账号").input_value() == "worker-361002100-2"


async def test_six_failures_lock_the_account_even_for_the_right_password(windows: Windows) -> None:
    windows.watch.refusals |= {401, 429}
    window = await at_the_page(windows, "worker-361002100-3")
    for _ in range(6):
        await give_password(window.page, "not-my-password")
    await give_password(window.page, SAMPLE_PASSWORD)
    await window.look()
    assert "暂停登录到" in await window.page.get_by_role("alert").inner_text()


async def test_who_signs_out_leaves_nothing_that_going_back_would_show(windows: Windows) -> None:
    window = await at_the_page(windows, "worker-361002100-4", to="/desk/station")
    await give_password(window.page)
    await window.look()
    async with window.page.expect_navigation():
        await window.page.get_by_role("button", name="退出").click()
    await window.look()
    assert window.page.url == f"{windows.watch.door}/"
    await window.page.go_back()
    await window.look()
    assert "/identity/v1/authorize" in window.page.url
    assert await window.page.get_by_label("密码", exact=True).input_value() == ""


async def test_a_session_that_was_ended_elsewhere_ends_at_the_desk(windows: Windows, town: Town) -> None:
    """Within five seconds (the figure of revocation); the page then leads to signing in again."""
    window = await at_the_page(windows, "worker-361002100-5", to="/desk/station")
    await give_password(window.page)
    await window.look()
    mine = Person.of(Role.SOCIAL_WORKER, "worker-361002100-5", stations=(str(STATION),))
    listed = await done(town.running.get("/identity/v1/sessions", mine))
    for each in listed["items"]:
        await done(town.running.post(f"/identity/v1/sessions/{each['id']}/end", mine))
    for _ in range(20):
        await window.page.reload()
        await window.look()
        if "/identity/" in window.page.url:
            break
        await window.page.wait_for_timeout(500)
    assert "/identity/v1/authorize" in window.page.url
