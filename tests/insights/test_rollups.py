"""The rollups that the map reads are what counting row by row would say, and everything can be made anew."""

import random
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from shared.kit.feed.listening import rewind
from shared.schemas.facts import Fact, feedback, needs
from shared.schemas.vocabulary import (
    NeedStatus,
    Outcome,
    PauseReason,
    ReferralKind,
    Solved,
    SurveyChannel,
    Urgency,
)
from tests.city import City
from tests.given.scene import Scene
from tests.insights.hearing import announce_in_needs, hear_batch
from tests.insights.looking import kept
from tests.insights.planting import (
    AT,
    contacted,
    later,
    merged,
    on_file,
    paused,
    registered,
    reopened,
    started,
    triaged,
)
from tests.people import STATION, TOWNSHIP

PLACES: Final = (TOWNSHIP, "361002101", "361021100")
CATEGORIES: Final = ("meals", "jobs", "mediation")
PLACE: Final = "month, township, category"
NEEDS: Final = """
SELECT to_char(registered_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM') AS month, left(division, 9) AS township,
       coalesce(category, '') AS category, count(*)::int AS asked,
       (count(*) FILTER (WHERE status IN ('registered', 'triaged', 'ordered', 'waiting')))::int AS open
FROM need_episode WHERE status NOT IN ('joined', 'entered_in_error', 'withdrawn', 'referred_out')
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
ANSWERS: Final = """
SELECT to_char(coalesce(resolved_at, invited_at) AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM') AS month,
       left(division, 9) AS township, category, count(*)::int AS answered,
       (count(*) FILTER (WHERE satisfaction >= 4))::int AS satisfied
FROM survey WHERE answered_at IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def life(chance: random.Random) -> list[Fact]:
    """What happens to a need, from being asked to one of its ends."""
    need, at = uuid4(), AT + timedelta(days=chance.randint(0, 60))
    place: dict[str, Any] = {"division": chance.choice(PLACES)}
    facts: list[Fact] = [registered(need, registered_at=at, **place)]
    if chance.random() < 0.8:
        facts.append(triaged(need, chance.choice(CATEGORIES), registered_at=at, **place))
    if chance.random() < 0.3:
        facts.append(triaged(need, chance.choice(CATEGORIES), registered_at=at, **place))
    if chance.random() < 0.5:
        facts.append(started(need, at))
    return [*facts, *chance.choice(ENDS)(need, at, place)]


def moved(need: UUID, at: datetime, place: dict[str, Any]) -> list[Fact]:
    return [
        needs.NeedChanged(
            need_id=need, status=NeedStatus.TRIAGED, division=PLACES[2], station_id=STATION, urgency=Urgency.URGENT,
            groups=(),
        )
    ]  # fmt: skip


def resolved(need: UUID, at: datetime, place: dict[str, Any]) -> list[Fact]:
    return [
        needs.NeedResolved(
            need_id=need, resident_id=None, episode=1, outcome=Outcome.MET, category="meals", station_id=STATION,
            division=place["division"], resolved_at=at,
        )
    ]  # fmt: skip


def withdrawn(need: UUID, at: datetime, place: dict[str, Any]) -> list[Fact]:
    return [needs.NeedWithdrawn(need_id=need, episode=1, withdrawn_at=at)]


def referred(need: UUID, at: datetime, place: dict[str, Any]) -> list[Fact]:
    kind = ReferralKind.MEDICAL
    return [needs.NeedReferredOut(need_id=need, episode=1, division=place["division"], kind=kind, referred_at=at)]


def joined(need: UUID, at: datetime, place: dict[str, Any]) -> list[Fact]:
    return [needs.NeedJoined(need_id=need, joined_to=uuid4(), episode=1, joined_at=at)]


def reopened_and_declined(need: UUID, at: datetime, place: dict[str, Any]) -> list[Fact]:
    declined = needs.ReopeningDeclined(need_id=need, episode=2, division=place["division"], declined_at=at)
    return [*resolved(need, at, place), reopened(need, 2, at + timedelta(days=30)), declined]


def waits(need: UUID, at: datetime, place: dict[str, Any]) -> list[Fact]:
    return paused(need, PauseReason.RESIDENT_AWAY, at, at + timedelta(days=2))


ENDS: Final = (moved, resolved, withdrawn, referred, joined, reopened_and_declined, waits)


def survey(chance: random.Random) -> list[Fact]:
    at = AT + timedelta(days=chance.randint(0, 60))
    place: dict[str, Any] = {
        "survey_id": uuid4(), "need_id": uuid4(), "episode": 1, "category": chance.choice(CATEGORIES),
        "division": chance.choice(PLACES), "station_id": STATION,
    }  # fmt: skip
    invited = feedback.SurveyInvited(**place, invited_at=at, closes_at=at)
    if chance.random() < 0.3:
        return [invited]
    answered = feedback.SurveyAnswered(
        **place, channel=SurveyChannel.LINK, responded=True, solved=Solved.YES, satisfaction=chance.randint(1, 5),
        providers=(), answered_at=at,
    )  # fmt: skip
    return [invited, answered]


@pytest.fixture(scope="module")
async def lived(counted: City) -> City:
    chance = random.Random(2026)
    facts = [fact for _ in range(60) for fact in (*life(chance), *survey(chance))]
    await Scene(counted).hear("insights", *facts)
    return counted


async def rows(city: City, question: str) -> list[tuple[Any, ...]]:
    owner = await city.owner("insights")
    try:
        return [tuple(row) for row in await owner.fetch(question)]
    finally:
        await owner.close()


async def test_a_rollup_is_what_counting_row_by_row_says(lived: City) -> None:
    needs_kept = await rows(lived, f"SELECT {PLACE}, asked, open FROM need_month WHERE asked <> 0 ORDER BY 1, 2, 3")
    assert needs_kept == await rows(lived, NEEDS)
    assert len(needs_kept) > 10
    answers_kept = await rows(
        lived, f"SELECT {PLACE}, answered, satisfied FROM answer_month WHERE answered <> 0 ORDER BY 1, 2, 3"
    )
    assert answers_kept == await rows(lived, ANSWERS)
    assert len(answers_kept) > 10


async def test_announced_facts_heard_anew_from_nothing_make_the_same_rows(counted: City) -> None:
    """Through the feed of needs: pauses, reopening, merged files and all."""
    need, one, other = uuid4(), uuid4(), uuid4()
    merge = merged(one, other)
    told: list[Fact] = [
        on_file(one), on_file(other), registered(need, one), triaged(need, resident_id=one),
        *paused(need, PauseReason.FORCE_MAJEURE, later(days=1), later(days=2)),
        contacted(need, later(days=4), known=later(days=5)), started(need, later(days=4)),
        *resolved(need, later(days=6), {"division": TOWNSHIP}), reopened(need, 2, later(days=9)), merge,
        needs.ReopeningDeclined(need_id=need, episode=2, division=TOWNSHIP, declined_at=later(days=12)),
    ]  # fmt: skip
    await empty(counted)
    await announce_in_needs(counted, told)
    await counted.settle()
    before = await kept(counted)
    assert (len(before["need_episode"]), len(before["need_pause"]), len(before["resident_alias"])) == (2, 1, 1)
    assert any("2026-03" in row for row in before["need_month"])
    insights = counted.house("insights")
    async with insights.database.work(insights.listeners[0].context) as session:
        await rewind(session, ["needs", "matching", "cases", "feedback"])
    assert await counted.settle() > 0
    assert await kept(counted) == before, "heard again upon what is there"
    await empty(counted)
    await counted.settle()
    assert await kept(counted) == before, "made from nothing"


async def test_a_batch_makes_the_rows_that_its_facts_make_one_by_one(counted: City) -> None:
    need, other = uuid4(), uuid4()
    told: list[Fact] = [
        registered(need), registered(other), triaged(need), triaged(other),
        *paused(need, PauseReason.THREE_ATTEMPTS, later(days=1), later(days=2)),
        *paused(other, PauseReason.FORCE_MAJEURE, later(days=1), None),
        contacted(need, later(days=4), known=later(days=5)), contacted(need, later(days=3)),
        started(need, later(days=4)), *resolved(need, later(days=6), {"division": TOWNSHIP}),
        reopened(need, 2, later(days=9)), contacted(need, later(days=10), episode=2),
        registered(other), triaged(other, "mediation"),
    ]  # fmt: skip
    for facts in (told[:9], told[9:]):
        await hear_batch(counted, facts)
    in_batches = await _needs_kept(counted)
    await Scene(counted).hear("insights", *told)
    assert in_batches == await _needs_kept(counted)
    assert len([row for row in in_batches["need_episode"] if str(need) in row or str(other) in row]) == 3
    for facts in (told[:9], told[9:]):
        await hear_batch(counted, facts)
    assert in_batches == await _needs_kept(counted), "heard again upon what is there"


async def _needs_kept(city: City) -> dict[str, list[Any]]:
    """Episodes, pauses and what the months count of them; a month that counts nothing is no figure."""
    owner = await city.owner("insights")
    found = {table: await owner.fetch(f"SELECT t::text FROM {table} t ORDER BY 1") for table in EPISODES}
    found["need_month"] = await owner.fetch("SELECT t::text FROM need_month t WHERE asked <> 0 ORDER BY 1")
    await owner.close()
    return {table: [row[0] for row in rows] for table, rows in found.items()}


EPISODES = ("need_episode", "need_pause")


async def empty(city: City) -> None:
    owner = await city.owner("insights")
    await owner.execute(f"TRUNCATE {', '.join(await kept(city))}, listener_position")
    await owner.close()
