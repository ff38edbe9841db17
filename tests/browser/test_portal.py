"""The portal: for anybody, what this is and where everything is."""

from tests.browser.conftest import Windows


async def test_anybody_sees_what_this_is_and_that_everything_runs(windows: Windows) -> None:
    window = await (await windows.of()).open("/")
    assert "三天内变成部门的一次帮助" in await window.text()
    assert await window.page.get_by_text("运行正常").count() == 6


async def test_an_account_to_try_leads_to_signing_in_with_its_name_filled_in(windows: Windows) -> None:
    window = await (await windows.of()).open("/")
    await window.page.get_by_role("link", name="officer-health").click()
    await window.look()
    assert await window.page.get_by_label("账号").input_value() == "officer-health"


async def test_who_has_no_desk_is_told_so(windows: Windows) -> None:
    window = await (await windows.of("hotline")).open("/")
    assert "没有网页工作台" in await window.text()


async def test_who_is_signed_in_goes_on_to_their_desk(windows: Windows) -> None:
    window = await (await windows.of("head-361002100")).open("/")
    await window.click("进入社工站工作台", role="link")
    await window.look()
    assert window.page.url.endswith("/desk/station")
