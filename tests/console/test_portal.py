"""The portal: what this is, how one starts, and in development what phones would show."""

import pytest

from services.console.rules.messages import pieces
from shared.schemas.access import Role
from tests.city import City, Person
from tests.console.browsing import TUESDAY, at_desk, browser
from tests.people import ADMINISTRATOR, HEAD, OPERATOR, need, person

ADDRESS = "http://127.0.0.1:8000"


async def test_anybody_reads_what_this_is_for_whom_and_how_a_developer_begins(open_city: City) -> None:
    page = await browser(open_city).open("/")
    assert page.status == 200
    for words in ("谁在用", "居民", "八个部门", "开发者从这里开始", "fuzhou token hotline"):
        assert words in page.text
    for name in ("needs", "matching", "cases", "feedback", "insights", "identity"):
        assert {f"/{name}/docs", f"/{name}/openapi.json", f"/{name}/health/ready"} <= set(page.links)


async def test_an_account_to_try_is_one_click_away(open_city: City) -> None:
    assert "/desk/sign-in?account=city-manager" in (await browser(open_city).open("/")).links


@pytest.mark.parametrize("who", [OPERATOR, ADMINISTRATOR])
async def test_who_may_read_the_phones_messages_finds_them_and_their_links_open(open_city: City, who: Person) -> None:
    body = need(resident=person(phones=[{"number": "13712345678", "owner": "self"}]))
    made = (await open_city.post("needs", "/needs", OPERATOR, body, now=TUESDAY)).json()
    await open_city.let_time_pass(TUESDAY)
    desk = await at_desk(open_city, who)
    assert "/desk/messages" in (await desk.open("/")).links
    page = await desk.open("/desk/messages")
    assert made["reference"] in page.text
    link = next(each for each in page.links if each.startswith("/track/"))
    assert (await browser(open_city).open(link)).status == 200


async def test_a_station_head_reads_no_phones(open_city: City) -> None:
    desk = await at_desk(open_city, HEAD)
    assert "/desk/messages" not in (await desk.open("/")).links
    assert (await desk.open("/desk/messages")).status == 403


async def test_an_auditor_is_led_to_the_accounts(open_city: City) -> None:
    desk = await at_desk(open_city, Person.of(Role.AUDITOR))
    assert (await desk.open("/desk")).answer.headers["location"] == "/desk/accounts"


def test_only_links_of_this_platform_are_opened() -> None:
    text = f"编号A。查询进度：{ADDRESS}/track/abc（一次有效）或 http://elsewhere.example/x"
    assert pieces(text, own=ADDRESS) == [
        ("编号A。查询进度：", ""), (f"{ADDRESS}/track/abc", "/track/abc"), ("（一次有效）或 ", ""),
        ("http://elsewhere.example/x", ""),
    ]  # fmt: skip
    assert pieces("http://127.0.0.1:80009/track/abc", own=ADDRESS)[0][1] == ""
