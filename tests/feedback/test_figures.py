"""Rates come with their numbers, and the numbers agree; who was not reached is not who was not satisfied."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.postgres import Cluster
from services.feedback.rules.sampling import chosen
from shared.schemas.access import Role
from shared.schemas.facts.matching import OrderCompleted
from shared.schemas.vocabulary import Outcome
from tests.city import City, Person, running
from tests.feedback.asking import ended, hear, say, survey_of
from tests.needs.asking import TUESDAY, moment
from tests.people import HEAD, OPERATOR, STATION

CITY = Person.of(Role.CITY_MANAGER, divisions=("3610",))
TOWNSHIPS = ("361002100", "361002101", "361021100")
AUDITOR = Person.of(Role.AUDITOR)


@pytest.fixture
async def patient(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """A city of needs and feedback on databases of their own, in which one address may answer often."""
    async with running(cluster, folder, ("needs", "feedback"), survey_per_minute=10_000) as city:
        await city.settle()
        yield city


async def rates(city: City, by: str, who: Person = CITY, period: str = "2026-03") -> dict[str, dict[str, Any]]:
    answer = await city.get("feedback", f"/rates?by={by}&period={period}", who)
    assert answer.status_code == 200, answer.text
    return {row["key"]: row for row in answer.json()["items"]}


async def _a_month(city: City, *, seed: int) -> None:
    """Forty episodes of all sorts in three townships, drawn by chance."""
    chance = random.Random(seed)
    for _ in range(40):
        outcome = chance.choice([Outcome.MET, Outcome.PARTLY, Outcome.DIED])
        fact = ended(division=chance.choice(TOWNSHIPS), category=chance.choice(["meals", "counselling"]),
                     outcome=outcome)  # fmt: skip
        await hear(city, fact)
        survey = await survey_of(city, fact.need_id)
        if survey.token is not None and chance.random() < 0.6:
            said: dict[str, Any] = {
                "solved": chance.choice(["yes", "partly", "no"]),
                "satisfaction": chance.randint(1, 5),
            }
            await say(city, survey.token, responded=chance.random() < 0.8, **said)


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_numbers_of_the_rates_agree_whatever_was_answered(patient: City, seed: int) -> None:
    await _a_month(patient, seed=seed)
    await patient.house("feedback").timers.fire_until(moment("03-25 10:00"))
    for by in ("station", "category", "township", "county"):
        rows = (await rates(patient, by)).values()
        assert sum(row["resolved"] for row in rows) == 40
        for row in rows:
            assert row["resolved"] == row["not_asked"] + row["asked"]
            assert row["asked"] == row["answered"] + row["unreached"] + row["pending"]
            assert row["answered"] == row["solved"]["numerator"] + row["partly_solved"] + row["not_solved"]
            assert row["answered"] == row["satisfaction"]["numerator"] + row["neutral"] + row["unsatisfied"]
            for name in ("response", "solved", "satisfaction"):
                part = row[name]
                assert part["denominator"] == row["answered"]
                expected = round(part["numerator"] / row["answered"], 4) if row["answered"] else None
                assert part["rate"] == expected
    counties, townships = await rates(patient, "county"), await rates(patient, "township")
    for code, county in counties.items():
        assert county["answered"] == sum(row["answered"] for key, row in townships.items() if key.startswith(code))
    assert await rates(patient, "county", period="2026Q1") == counties


async def test_who_was_not_reached_is_counted_apart_from_who_was_not_satisfied(patient: City) -> None:
    silent, sad = ended(category="meals"), ended(category="meals")
    await hear(patient, silent, sad)
    await say(patient, (await survey_of(patient, sad.need_id)).token, satisfaction=1)
    await patient.house("feedback").timers.fire_until(moment("03-25 10:00"))
    row = (await rates(patient, "category"))["meals"]
    assert (row["asked"], row["unreached"], row["unsatisfied"]) == (2, 1, 1)
    assert row["satisfaction"] == {"numerator": 0, "denominator": 1, "rate": 0.0}


async def test_a_department_is_judged_by_the_episodes_in_which_it_served(patient: City) -> None:
    need = uuid4()
    served: dict[str, Any] = {"need_id": need, "quantity": 1, "used": 1}
    await hear(patient, ended(need, at=TUESDAY))
    await hear(patient, ended(need, episode=2, at=TUESDAY + timedelta(days=2)))
    # What matching tells may come later than what needs tells.
    for provider, hours in (("health", -1), ("civil_affairs", 24), ("civil_affairs", 25)):
        done = OrderCompleted(
            order_id=uuid4(), provider=provider, completed_at=TUESDAY + timedelta(hours=hours), **served
        )
        listener = {each.publisher for each in patient.house("feedback").listeners}
        assert "matching" in listener
        await hear(patient, done)
    counted = {key: row["resolved"] for key, row in (await rates(patient, "provider")).items()}
    assert counted == {"health": 1, "civil_affairs": 1}


async def test_a_station_sees_no_rate_that_would_tell_who_said_what(patient: City) -> None:
    for number in range(5):
        fact = ended(station_id=STATION)
        await hear(patient, fact)
        await say(patient, (await survey_of(patient, fact.need_id)).token, satisfaction=1 + number)
        row = (await rates(patient, "station", HEAD))[str(STATION)]
        assert row["answered"] == number + 1
        assert row["is_too_few"] is (number < 4)
        assert (row["satisfaction"] is None) is (number < 4)


async def test_a_months_sample_is_drawn_after_it_and_drawn_again_by_anybody_the_same(patient: City) -> None:
    for _ in range(25):
        await hear(patient, ended())
    await patient.house("feedback").timers.fire_until(moment("03-31 23:59"))
    assert (await patient.get("feedback", "/samples/2026-03", AUDITOR)).status_code == 404
    await patient.house("feedback").timers.fire_until(moment("04-01 00:00"))
    sample = (await patient.get("feedback", "/samples/2026-03", AUDITOR)).json()
    population = [UUID(id) for id in sample["population"]]
    assert len(population) == 25
    assert [str(id) for id in chosen(sample["seed"], reversed(population), sample["share"])] == sample["chosen"]
    assert len(sample["chosen"]) == 3
    items = (await patient.get("feedback", "/callbacks?limit=200", OPERATOR)).json()["items"]
    assert len([item for item in items if item["reason"] == "sample"]) == 3


async def test_whoever_comes_after_the_draw_belongs_to_the_next_one(patient: City) -> None:
    early, late = ended(), ended(at=TUESDAY + timedelta(minutes=1))
    await hear(patient, early)
    await patient.house("feedback").timers.fire_until(moment("04-01 00:00"))
    await hear(patient, late)
    assert len(await _population(patient, "2026-03")) == 1
    await patient.house("feedback").timers.fire_until(moment("05-01 00:00"))
    survey = await survey_of(patient, late.need_id)
    assert await _population(patient, "2026-04") == [str(survey.id)]
    sample = (await patient.get("feedback", "/samples/2026-04", AUDITOR)).json()
    assert [str(id) for id in chosen(sample["seed"], [survey.id], sample["share"])] == sample["chosen"]


async def _population(city: City, month: str) -> list[str]:
    drawn: list[str] = (await city.get("feedback", f"/samples/{month}", AUDITOR)).json()["population"]
    return drawn


async def test_another_seed_chooses_others() -> None:
    population = [uuid4() for _ in range(200)]
    assert chosen("a", population, 0.1) != chosen("b", population, 0.1)
