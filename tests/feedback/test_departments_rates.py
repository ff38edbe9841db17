"""Departments read their own rates: the episodes in which they served, and nobody else's."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from deploy.postgres import Cluster
from shared.kit.database import Context
from shared.schemas.access import AUDIENCES, Role
from shared.schemas.facts.matching import OrderCompleted
from tests.city import City, Person, running
from tests.feedback.asking import ended, hear, say, survey_of
from tests.needs.asking import TUESDAY

OFFICER = Person.of(Role.PROVIDER_OFFICER, provider="civil_affairs")
SYSTEM = Person.of(Role.PROVIDER_SYSTEM, provider="civil_affairs")
HEALTH = Person.of(Role.PROVIDER_OFFICER, "officer-health", provider="health")
EDUCATION = Person.of(Role.PROVIDER_OFFICER, "officer-education", provider="education")


@pytest.fixture(scope="module")
async def served(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """Six episodes by civil affairs, the last by health too, and one by nobody."""
    async with running(cluster, folder, ("needs", "feedback"), survey_per_minute=10_000) as city:
        await city.settle()
        for number in range(6):
            need = await episode(city, "civil_affairs", satisfaction=5 if number else 1)
        await completed(city, need, "health")
        await episode(city, None)
        yield city


async def completed(city: City, need: UUID, provider: str, at: timedelta = timedelta(hours=-1)) -> None:
    done = OrderCompleted(
        order_id=uuid4(), need_id=need, provider=provider, quantity=1, used=1, completed_at=TUESDAY + at
    )
    await hear(city, done)


async def episode(city: City, provider: str | None, *, satisfaction: int = 5) -> UUID:
    need = uuid4()
    await hear(city, ended(need))
    if provider is not None:
        await completed(city, need, provider)
    await say(city, (await survey_of(city, need)).token, satisfaction=satisfaction)
    return need


async def rates(city: City, who: Person, by: str) -> list[dict[str, Any]]:
    answer = await city.get("feedback", f"/rates?by={by}&period=2026-03", who)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize("who", [OFFICER, SYSTEM])
async def test_a_department_reads_the_rates_of_what_it_served(served: City, who: Person) -> None:
    (row,) = await rates(served, who, "provider")
    assert (row["key"], row["resolved"], row["answered"], row["unsatisfied"]) == ("civil_affairs", 6, 6, 1)
    assert row["satisfaction"] == {"numerator": 5, "denominator": 6, "rate": 0.8333}


@pytest.mark.parametrize("by", ["station", "category", "township", "county"])
async def test_whatever_it_is_counted_by_the_rest_is_not_in_it(served: City, by: str) -> None:
    assert [row["resolved"] for row in await rates(served, OFFICER, by)] == [6]
    assert [row["resolved"] for row in await rates(served, HEALTH, by)] == [1]
    assert await rates(served, EDUCATION, by) == []


async def test_of_several_who_served_each_sees_itself_alone_and_nothing_of_one_answer(served: City) -> None:
    (row,) = await rates(served, HEALTH, "provider")
    assert (row["key"], row["is_too_few"], row["satisfaction"]) == ("health", True, None)


async def test_an_order_of_another_episode_opens_nothing(served: City) -> None:
    await completed(served, await episode(served, None), "education", timedelta(hours=5))
    assert await rates(served, EDUCATION, "provider") == []


async def test_departments_read_rates_and_neither_answers_nor_complaints(served: City) -> None:
    for path in ("/disputes", "/complaints", "/suggestions", "/callbacks", "/figures?period=2026-03"):
        assert (await served.get("feedback", path, OFFICER)).status_code == 403, path
    for role in (Role.PROVIDER_OFFICER, Role.PROVIDER_SYSTEM):
        assert "feedback" in AUDIENCES[role]


@pytest.mark.parametrize(
    "table", ["survey_words", "call_back", "complaint", "suggestion", "handler", "sample", "resident_alias"]
)
async def test_the_database_shows_a_department_its_figures_and_nothing_else(served: City, table: str) -> None:
    context = Context(actor="officer", provider="education")
    async with served.house("feedback").database.work(context) as session:
        assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        assert await session.scalar(text("SELECT count(*) FROM survey")) == 0
        others = await session.scalar(text("SELECT count(*) FROM served WHERE provider <> 'education'"))
        assert others == 0


async def test_the_database_shows_only_the_surveys_of_what_it_served(served: City) -> None:
    async with served.house("feedback").database.work(Context(actor="officer", provider="health")) as session:
        assert await session.scalar(text("SELECT count(*) FROM survey")) == 1
        assert set(await session.scalars(text("SELECT provider FROM served"))) == {"health"}
        changed = await session.execute(text("UPDATE survey SET satisfaction = 5"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]
