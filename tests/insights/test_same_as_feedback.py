"""What people said of one city is the same to whoever asks feedback and to whoever asks insights."""

import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from deploy.postgres import Cluster
from shared.schemas.facts import Fact, needs
from shared.schemas.vocabulary import NeedStatus, Outcome, Urgency
from tests.city import City, running
from tests.feedback.asking import ended, say, survey_of
from tests.insights.hearing import announce_in_needs
from tests.insights.looking import CITY_MANAGER, figure_of, read
from tests.insights.planting import merged, registered, reopened, triaged
from tests.people import OPERATOR, STATION

TOWNSHIPS: Final = ("361002100", "361002101", "361021100")
MONTHS: Final = ("2026-03", "2026-04")
# Between two months: asked in February, ended in March, answered in April.
LAST_EVENING: Final = datetime.fromisoformat("2026-03-31T23:50:00+08:00")
LATE: Final = datetime.fromisoformat("2026-04-20T10:00:00+08:00")


Figures = tuple[dict[str, float | None], tuple[int, int], tuple[int, int]]


def a_life(chance: random.Random, place: str) -> tuple[UUID, datetime, list[Fact]]:
    need, resident = uuid4(), uuid4() if chance.random() < 0.8 else None
    at = LAST_EVENING + timedelta(days=chance.choice([-9, -5, 0, 1, 4]))
    outcome = chance.choice([Outcome.MET, Outcome.PARTLY, Outcome.DIED])
    told: list[Fact] = [
        registered(need, resident, division=place, registered_at=at - timedelta(days=chance.randint(0, 40))),
        triaged(need, division=place),
        ended(need, at=at, division=place, resident_id=resident, outcome=outcome),
    ]
    return need, at, told


def in_error(need: UUID, place: str) -> Fact:
    return needs.NeedChanged(
        need_id=need, status=NeedStatus.ENTERED_IN_ERROR, division=place, station_id=STATION, urgency=Urgency.ROUTINE,
        groups=(),
    )  # fmt: skip


@pytest.fixture(scope="module")
async def judged(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """Sixty episodes of which most are judged: also by who saw nobody act; two files are one person's, two an error."""
    chance = random.Random(3610)
    async with running(cluster, folder, ("needs", "feedback", "insights"), survey_per_minute=10_000) as city:
        await city.settle()
        lives = [(place, *a_life(chance, place)) for place in TOWNSHIPS for _ in range(20)]
        await announce_in_needs(city, [fact for *_, told in lives for fact in told])
        await city.settle()
        for _, need, at, _ in lives:
            survey = await survey_of(city, need)
            if survey.token is not None and chance.random() < 0.7:
                said = {"responded": chance.random() < 0.5, "satisfaction": chance.choice([3, 3, 4, 5])}
                answer = await say(city, survey.token, now=at + timedelta(hours=10), **said)
                assert answer.is_success, answer.text
        await city.settle()
        ends = [fact for *_, told in lives for fact in told if isinstance(fact, needs.NeedResolved)]
        asked = [fact.resident_id for fact in ends if fact.resident_id is not None]
        again = lives[0][1]
        later: list[Fact] = [
            merged(asked[0], asked[1]), reopened(again, 2, LAST_EVENING + timedelta(days=2)),
            ended(again, episode=2, at=LAST_EVENING + timedelta(days=3)),
            *(in_error(need, place) for place, need, *_ in lives[-2:]),
        ]  # fmt: skip
        await announce_in_needs(city, later)
        for place in TOWNSHIPS:
            body = {"words": "无人接听。", "division": place}
            lodged = await city.post("feedback", "/complaints", OPERATOR, body, now=LAST_EVENING)
            assert lodged.status_code == 201, lodged.text
        await city.settle()
        yield city


async def told_by_feedback(city: City, month: str) -> Figures:
    """The share of the satisfied by township, satisfied and answered of all, complaints and people served."""
    rates = (await city.get("feedback", f"/rates?by=township&period={month}", CITY_MANAGER, now=LATE)).json()["items"]
    voices = (await city.get("feedback", f"/figures?period={month}", CITY_MANAGER, now=LATE)).json()
    shares = {row["key"]: row["satisfaction"]["rate"] for row in rates if row["answered"]}
    satisfied = sum(row["satisfaction"]["numerator"] for row in rates)
    served = voices["per_person_served"]
    return (
        shares, (satisfied, sum(row["answered"] for row in rates)), (served["numerator"], served["denominator"])
    )  # fmt: skip


async def told_by_insights(city: City, month: str) -> Figures:
    query: dict[str, Any] = {"month": month, "layer": "satisfaction", "level": "township", "now": LATE}
    places = (await read(city, "/heatmap", CITY_MANAGER, **query))["features"]
    shares = {row["id"]: row["properties"]["value"] for row in places if row["properties"]["value"] is not None}
    period: dict[str, Any] = {"month_from": month, "month_to": month, "now": LATE}
    satisfaction = await figure_of(city, "satisfaction", CITY_MANAGER, **period)
    complaints = await figure_of(city, "complaints", CITY_MANAGER, **period)
    one, other = ((row["numerator"], row["denominator"]) for row in (satisfaction, complaints))
    return shares, one, other


@pytest.mark.parametrize("month", MONTHS)
async def test_satisfaction_and_people_served_are_the_same_in_feedback_and_in_insights(
    judged: City, month: str
) -> None:
    feedback, insights = await told_by_feedback(judged, month), await told_by_insights(judged, month)
    assert insights == feedback
    shares, (satisfied, answered), (complaints, served) = feedback
    assert len(shares) >= 2
    assert 0 < satisfied < answered
    assert (complaints > 0) is (month == "2026-03")
    assert served > answered, "some who were served said nothing"
