"""The portal: what this is, how one starts, and in development what phones would show."""

import json
from pathlib import Path
from typing import Any

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


def note_year(folder: Path, **said: Any) -> None:
    (folder / "year.json").write_text(json.dumps({"percent": 0, "day": "", "is_done": False} | said), "utf-8")


def live_in(city: City, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the console look into a folder for the note of a year."""
    house = city.house("console")
    monkeypatch.setattr(house, "settings", house.settings.model_copy(update={"home": folder}))


async def test_the_portal_tells_how_far_the_year_is_that_is_played_and_nothing_once_it_has_ended(
    open_city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(open_city, tmp_path, monkeypatch)
    reader = browser(open_city)
    assert "正在上演" not in (await reader.open("/")).text, "nothing was ever played here"
    note_year(tmp_path)
    assert "正在准备" in (await reader.open("/")).text
    note_year(tmp_path, percent=42, day="2026-04-03")
    for address in ("/", "/desk/year"):
        page = await reader.open(address)
        assert "42%" in page.text
        assert "已演到2026年4月3日" in page.text
        assert '<progress max="100" value="42"' in page.answer.text
    note_year(tmp_path, percent=100, day="2026-11-25", is_done=True)
    assert "正在上演" not in (await reader.open("/")).text
    assert (await reader.open("/desk/year")).answer.text.strip() == ""


async def test_a_year_that_was_broken_off_is_not_told_once_the_clock_is_everybodys(
    open_city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(open_city, tmp_path, monkeypatch)
    note_year(tmp_path, percent=42, day="2026-04-03")
    monkeypatch.setattr(open_city.house("console"), "released", True)
    assert "正在上演" not in (await browser(open_city).open("/")).text


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
