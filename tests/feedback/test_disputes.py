"""A third no goes to the county; what it decides is heard, and the dispute is settled in the list."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.feedback.rules.answers import Answer, consequence
from shared.schemas.access import Role
from shared.schemas.facts.needs import NeedReopened, ReopeningDeclined
from shared.schemas.vocabulary import ReopenReason, Solved, Urgency
from tests.city import City, Person
from tests.feedback.asking import announced, disputes, ended, hear, say, survey_of
from tests.needs.asking import TUESDAY, asked, judged, moment
from tests.people import COUNTY, HEAD, STATION, TOWNSHIP, WORKER, person

LATER = TUESDAY + timedelta(hours=2)
OTHER_COUNTY = Person.of(Role.HEAD_STATION, "head_station-2", divisions=("361021",))


@pytest.fixture(autouse=True)
async def informed(city: City) -> City:
    await city.settle()
    city.house("feedback").limiter = None
    return city


async def dispute(city: City) -> UUID:
    """A need whose third episode the person was not content with."""
    need = uuid4()
    await hear(city, ended(need, episode=3))
    said = await say(city, (await survey_of(city, need, 3)).token, solved="no")
    assert (said.json()["reopens"], "县级" in said.json()["message_zh"]) == (False, True)
    return need


def reopened(need: UUID, *, episode: int = 4) -> NeedReopened:
    return NeedReopened(
        need_id=need, resident_id=None, reference="XQ260310-7K3QF9-5", reason=ReopenReason.COUNTY_DECIDED,
        category="meals", groups=(), urgency=Urgency.ROUTINE, division=TOWNSHIP, station_id=STATION, episode=episode,
        reopened_at=LATER,
    )  # fmt: skip


def declined(need: UUID) -> ReopeningDeclined:
    return ReopeningDeclined(need_id=need, episode=3, division=TOWNSHIP, declined_at=TUESDAY + timedelta(hours=1))


@pytest.mark.parametrize("decision", ["reopened", "declined"])
async def test_what_the_county_decided_settles_the_dispute(city: City, decision: str) -> None:
    need = await dispute(city)
    assert [item["status"] for item in await disputes(city, need, query="&status=open")] == ["open"]
    fact = reopened(need) if decision == "reopened" else declined(need)
    await hear(city, fact, fact)
    assert await disputes(city, need, query="&status=open") == []
    (item,) = await disputes(city, need, query="&status=decided")
    at = "2026-03-10T12:00:00+08:00" if decision == "reopened" else "2026-03-10T11:00:00+08:00"
    assert (item["status"], item["decision"], item["decided_at"]) == ("decided", decision, at)
    assert len(await disputes(city, need)) == 1


async def test_the_county_may_think_better_of_its_no_and_hearing_the_no_again_changes_nothing(city: City) -> None:
    need = await dispute(city)
    await hear(city, declined(need), reopened(need), declined(need))
    assert [item["decision"] for item in await disputes(city, need)] == ["reopened"]


async def test_another_county_sees_none_of_it(city: City) -> None:
    assert await disputes(city, await dispute(city), by=OTHER_COUNTY) == []


async def test_a_decision_about_what_is_no_dispute_settles_nothing(city: City) -> None:
    need = uuid4()
    await hear(city, ended(need, episode=1), reopened(need, episode=2))
    assert await disputes(city, need) == []
    assert (await survey_of(city, need)).decision is None


async def test_an_episode_that_was_reopened_meanwhile_reopens_nothing_more(city: City) -> None:
    need = uuid4()
    await hear(city, ended(need, episode=1), reopened(need, episode=2))
    survey = await survey_of(city, need)
    assert (await say(city, survey.token, solved="no")).json()["reopens"] is False
    assert (await announced(city, survey.id, "survey_answered"))[0]["reopens"] is None


@pytest.mark.parametrize(("episode", "is_dispute"), [(1, False), (2, False), (3, True), (4, True)])
async def test_two_episodes_follow_by_themselves_whatever_began_them(episode: int, is_dispute: bool) -> None:
    unhappy = Answer(responded=True, solved=Solved.YES, satisfaction=1)
    assert consequence(unhappy, episode=episode, is_latest=True) == (ReopenReason.UNSATISFIED, is_dispute)
    assert consequence(unhappy, episode=episode, is_latest=False) == (None, False)


async def _resolved(city: City, made: dict[str, Any], at: Any) -> None:
    for act, body in (("start", {}), ("resolve", {"outcome": "met"})):
        answer = await city.post("needs", f"/needs/{made['id']}/{act}", WORKER, body, now=at)
        assert answer.is_success, answer.text
    await city.settle()


async def test_needs_and_feedback_agree_from_the_first_no_to_the_countys_last_word(city: City) -> None:
    made = await asked(city, resident=person(phones=[{"number": "13600000031"}]))
    await judged(city, made)
    need, at = UUID(made["id"]), TUESDAY
    for episode in (1, 2, 3):
        await _resolved(city, made, at)
        said = await say(city, (await survey_of(city, need, episode)).token, now=at, solved="no")
        assert said.json()["reopens"] is (episode < 3)
        await city.settle()
        at += timedelta(hours=1)
    read = (await city.get("needs", f"/needs/{made['id']}", HEAD)).json()
    assert (read["status"], read["episode"], read["awaits_county"]) == ("resolved", 3, True)
    path, body = f"/needs/{made['id']}/decline-reopening", {"because": "县级复核：服务均已到位。"}
    assert (await city.post("needs", path, COUNTY, body, now=at)).status_code == 200
    await city.settle()
    (item,) = await disputes(city, need)
    assert (item["decision"], item["decided_at"]) == ("declined", at.isoformat())
    await city.let_time_pass(moment("03-25 10:00"))
    assert (await city.get("needs", f"/needs/{made['id']}", HEAD)).json()["status"] == "closed"
