"""What a phone opens from a message: few words, no scripts, and the link is the only key."""

from typing import Any

import pytest

from shared.schemas.access import Role
from tests.city import City, Person
from tests.console.browsing import TUESDAY, browser
from tests.feedback.asking import announced, ended, hear, survey_of
from tests.people import need

ASKER = Person.of(Role.RESIDENT, "resident-following")


@pytest.fixture(autouse=True)
async def unhurried(open_city: City) -> None:
    open_city.house("feedback").limiter = None


async def survey_link(city: City) -> tuple[str, str]:
    """(survey, link) of an episode that has just ended."""
    fact = ended()
    await hear(city, fact)
    survey = await survey_of(city, fact.need_id, fact.episode)
    assert survey.token is not None
    return str(survey.id), survey.token


async def test_a_survey_is_asked_without_scripts_and_its_link_stands_nowhere_on_the_page(open_city: City) -> None:
    _, link = await survey_link(open_city)
    page = await browser(open_city).open(f"/survey/{link}")
    assert page.status == 200
    assert not [each for each in ("<script", "style=", link) if each in page.answer.text]
    assert "default-src 'none'" in page.answer.headers["content-security-policy"]


async def test_what_is_left_out_is_asked_for_again_and_what_was_said_stays(open_city: City) -> None:
    _, link = await survey_link(open_city)
    opened = browser(open_city)
    form = (await opened.open(f"/survey/{link}")).forms[0]
    form.action = f"/survey/{link}"
    page = await opened.send(form, responded="yes", words="饭菜很好。")
    assert page.status == 422
    assert page.text.count("请选一项") == 2
    assert page.forms[0].fields["responded"] == ["yes"]
    assert page.forms[0].fields["words"] == ["饭菜很好。"]


async def test_an_answer_counts_once(open_city: City) -> None:
    survey, link = await survey_link(open_city)
    opened = browser(open_city)
    form = (await opened.open(f"/survey/{link}")).forms[0]
    form.action = f"/survey/{link}"
    said: dict[str, Any] = {"responded": "no", "solved": "partly", "satisfaction": 3, "words": "还要再等。"}
    assert "谢谢您的评价" in (await opened.send(form, **said)).text
    assert "已提交" in (await opened.open(f"/survey/{link}")).text
    assert (await opened.send(form, **said | {"satisfaction": 1})).status == 409
    (fact,) = await announced(open_city, survey, "survey_answered")
    assert (fact["responded"], fact["solved"], fact["satisfaction"], fact["channel"]) == (False, "partly", 3, "link")


async def test_where_a_need_stands_is_told_to_whoever_has_the_link_and_says_not_whose_it_is(open_city: City) -> None:
    made = (await open_city.post("needs", "/needs", ASKER, need(channel="app"), now=TUESDAY)).json()
    page = await browser(open_city).open(f"/track/{made['tracking_token']}")
    assert page.status == 200
    assert made["reference"] in page.text
    assert "王秀兰" not in page.text
    assert made["tracking_token"] not in page.answer.text


@pytest.mark.parametrize("path", ["/track/", "/survey/"])
@pytest.mark.parametrize("link", ["x" * 32, "cut"])
async def test_a_link_that_was_never_sent_opens_nothing(open_city: City, path: str, link: str) -> None:
    page = await browser(open_city).open(path + link)
    assert page.status == 404
    assert "链接" in page.text
    assert not page.links
