"""Rates tell nobody what one person said: neither by being few, nor by being read twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.feedback.rules.veils import Told, veiled
from shared.schemas.access import Role
from tests.city import City, Person
from tests.feedback.asking import ended, hear, say, survey_of
from tests.needs.asking import moment
from tests.people import COUNTY, HEAD, TOWNSHIP

SEPTEMBER, OCTOBER = moment("09-08 10:00"), moment("10-01 00:00")
CITY = Person.of(Role.CITY_MANAGER, divisions=("3610",))
TOWN = Person.of(Role.TOWNSHIP_MANAGER, divisions=(TOWNSHIP,))
AUDITOR, EVALUATOR = Person.of(Role.AUDITOR), Person.of(Role.EVALUATOR)
CATEGORY: dict[str, Any] = {"category": "companionship"}


@pytest.fixture(autouse=True)
async def informed(city: City) -> City:
    await city.settle()
    city.house("feedback").limiter = None
    return city


async def row(city: City, who: Person, now: datetime) -> dict[str, Any]:
    answer = await city.get("feedback", f"/rates?by=category&period=2026-09&division={TOWNSHIP}", who, now=now)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(each for each in answer.json()["items"] if each["key"] == CATEGORY["category"])
    return found


async def answers(city: City, count: int, **changes: Any) -> None:
    for _ in range(count):
        fact = ended(at=SEPTEMBER, **(CATEGORY | changes))
        await hear(city, fact)
        await say(city, (await survey_of(city, fact.need_id)).token, now=SEPTEMBER + timedelta(minutes=5))


async def test_what_still_runs_is_read_by_those_alone_who_may_read_each_answer(city: City) -> None:
    await answers(city, 6)
    soon = SEPTEMBER + timedelta(hours=1)
    for who in (HEAD, TOWN, AUDITOR, EVALUATOR):
        seen = await row(city, who, soon)
        assert (seen["is_running"], seen["satisfaction"], seen["answered"]) == (True, None, 6)
        assert (await row(city, who, OCTOBER))["satisfaction"]["rate"] == 1.0
    assert (await row(city, COUNTY, soon))["satisfaction"]["rate"] == 1.0
    fact = ended(at=SEPTEMBER, **CATEGORY)
    await hear(city, fact)
    assert (await row(city, HEAD, OCTOBER))["is_running"] is True, "one may still answer"
    await hear(city, ended(at=SEPTEMBER, by=COUNTY.subject, **CATEGORY))
    assert (await row(city, COUNTY, soon))["satisfaction"] is None, "they had a hand in one of these"
    assert (await row(city, CITY, soon))["satisfaction"]["rate"] == 1.0


def test_where_few_are_hidden_the_smallest_of_the_rest_is_hidden_too() -> None:
    rows = {"meals": Told(answered=9), "jobs": Told(answered=7), "legal": Told(answered=1), "none": Told(answered=0)}
    assert veiled(rows) == {"legal", "none", "jobs"}
    assert veiled(rows | {"few": Told(answered=4)}) == {"legal", "none", "few"}


def test_a_quarter_is_hidden_where_one_of_its_months_would_be() -> None:
    assert veiled({"a": Told(answered=12, by_month=(6, 1, 5))}) == {"a"}
    assert veiled({"a": Told(answered=12, by_month=(6, 0, 6))}) == set()


def test_who_may_read_each_answer_is_shown_the_few() -> None:
    assert veiled({"a": Told(answered=1, could_tell=False), "b": Told(answered=6)}) == set()
