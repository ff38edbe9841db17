"""Whatever goes wrong is told as a page: in Chinese, with what to do and, where it is our fault, with a number."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from tests.city import City
from tests.console.browsing import Page, at_desk, browser
from tests.people import HEAD, OPERATOR, need


def is_page(page: Page) -> bool:
    return page.answer.headers["content-type"].startswith("text/html") and "<html" in page.answer.text


async def answers_nonsense(*_: Any, **__: Any) -> httpx.Response:
    """A service that says nothing of what it promised."""
    return httpx.Response(200, json={"words": "金丝雀"})


async def is_away(*_: Any, **__: Any) -> httpx.Response:
    raise httpx.ConnectError("nobody there")


class Gone:
    """A database that cannot be reached."""

    def work(self, *_: Any, **__: Any) -> Any:
        raise OperationalError("SELECT", {}, ConnectionError("gone"))


def services_are(city: City, monkeypatch: pytest.MonkeyPatch, how: Callable[..., Any]) -> None:
    """Whatever the console asks of others from now on is answered so."""
    monkeypatch.setattr(city.house("console").peers, "on_behalf", how)


async def test_a_page_that_breaks_says_so_calmly_and_has_the_requests_number(
    open_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await at_desk(open_city, HEAD)
    services_are(open_city, monkeypatch, answers_nonsense)
    page = await desk.open("/desk/station?show=new")
    assert (page.status, is_page(page)) == (500, True)
    assert page.answer.headers["x-request-id"] in page.text
    for words in ("这一页没有打开", "不是您的操作有误", "运维人员", "回到工作台"):
        assert words in page.text
    assert "/desk/station?show=new" in page.links
    assert "金丝雀" not in page.answer.text


async def test_what_breaks_while_sending_is_to_be_looked_at_before_it_is_sent_again(
    open_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = (await open_city.post("needs", "/needs", OPERATOR, need())).json()
    desk = await at_desk(open_city, HEAD)
    form = (await desk.open(f"/desk/station/needs/{made['id']}")).form("/claim")
    services_are(open_city, monkeypatch, answers_nonsense)
    page = await desk.send(form, part=True)
    assert page.status == 500
    assert "没有生效再提交一次" in page.text
    assert "<html" not in page.answer.text
    assert page.answer.headers["x-request-id"] in page.text


async def test_what_another_services_programmers_are_told_is_not_what_a_page_says(
    open_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answered(*_: Any, **__: Any) -> httpx.Response:
        return httpx.Response(500, json={"title": "系统故障", "detail": "请将 request_id 告知运维人员。", "type": ""})

    desk = await at_desk(open_city, HEAD)
    services_are(open_city, monkeypatch, answered)
    page = await desk.open("/desk/station")
    assert (page.status, is_page(page)) == (500, True)
    assert "request_id" not in page.text


async def test_a_service_that_is_away_is_told_as_a_page(open_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await at_desk(open_city, HEAD)
    services_are(open_city, monkeypatch, is_away)
    page = await desk.open("/desk/station")
    assert (page.status, is_page(page)) == (503, True)
    assert "暂时没有回应" in page.text
    assert "/desk/station" in page.links


async def test_a_console_without_its_database_still_answers_with_a_page(
    open_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await at_desk(open_city, HEAD)
    monkeypatch.setattr(open_city.house("console"), "database", Gone())
    page = await desk.open("/desk/station")
    assert (page.status, is_page(page)) == (503, True)


async def test_what_is_not_there_and_what_one_may_not_is_a_page(open_city: City) -> None:
    desk = await at_desk(open_city, HEAD)
    for path, status in (
        (f"/desk/needs/{uuid4()}", 404), ("/desk/needs/no-id", 404), ("/desk/no-such-page", 404),
        (f"/desk/station/needs/{uuid4()}/triage", 404), ("/desk/city", 403),
    ):  # fmt: skip
        page = await desk.open(path)
        assert (path, page.status, is_page(page)) == (path, status, True)
        assert "/desk" in page.links


async def test_a_page_opened_from_a_message_breaks_in_the_words_of_a_phone(
    open_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    services_are(open_city, monkeypatch, answers_nonsense)
    page = await browser(open_city).open("/track/abc")
    assert (page.status, is_page(page)) == (500, True)
    assert "服务热线" in page.text
    assert "工作台" not in page.text
    cut = await browser(open_city).open("/survey/abc/def")
    assert (cut.status, is_page(cut)) == (404, True)
