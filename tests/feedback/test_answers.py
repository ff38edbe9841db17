"""An answer is given once, by whom it concerns, and has its consequence; those who handled it stay out."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.schemas.access import Grant, Role
from shared.schemas.facts.matching import OrderAccepted
from shared.schemas.facts.needs import NeedChanged
from shared.schemas.vocabulary import NeedStatus, Urgency
from tests.city import City, Person
from tests.feedback.asking import announced, disputes, ended, hear, refusals, say, survey_of
from tests.needs.asking import TUESDAY
from tests.people import COUNTY, OPERATOR, OTHER_STATION, STATION, TOWNSHIP

WORDS = "饭菜总是冷的，送餐员态度不好。"
NOT_CONTENT: list[tuple[dict[str, Any], str]] = [
    ({"solved": "no", "satisfaction": 4}, "not_solved"),
    ({"solved": "yes", "satisfaction": 2}, "unsatisfied"),
    ({"solved": "no", "satisfaction": 1}, "not_solved"),
]


@pytest.fixture(autouse=True)
async def informed(city: City) -> City:
    await city.settle()
    city.house("feedback").limiter = None
    return city


async def _asked(city: City, need: UUID | None = None, **changes: Any) -> tuple[UUID, str]:
    """(survey, link) of an episode that has just ended."""
    fact = ended(need, **changes)
    await hear(city, fact)
    survey = await survey_of(city, fact.need_id, fact.episode)
    assert survey.token is not None
    return survey.id, survey.token


async def test_a_link_is_good_once_and_the_same_answer_again_is_thanked_for_again(city: City) -> None:
    survey, token = await _asked(city)
    first, again = await say(city, token), await say(city, token)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert len(await announced(city, survey, "survey_answered")) == 1
    other = await say(city, token, satisfaction=1)
    assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (409, "already-answered")
    assert len(await announced(city, survey, "survey_answered")) == 1


async def test_after_the_window_nothing_is_taken(city: City) -> None:
    _, token = await _asked(city)
    assert (await say(city, token, now=TUESDAY + timedelta(days=7))).status_code == 409


async def test_a_link_that_was_never_sent_opens_nothing(city: City) -> None:
    assert (await say(city, "x" * 32)).status_code == 404


@pytest.mark.parametrize(("said", "reason"), NOT_CONTENT)
async def test_who_is_not_content_begins_the_next_episode_with_the_reason(
    city: City, said: dict[str, Any], reason: str
) -> None:
    survey, token = await _asked(city)
    assert (await say(city, token, **said)).json()["reopens"] is True
    (fact,) = await announced(city, survey, "survey_answered")
    assert fact["reopens"] == reason
    await city.let_time_pass(TUESDAY + timedelta(days=8))
    assert await announced(city, survey, "survey_closed") == [], "what goes on is not closed"


@pytest.mark.parametrize("said", [{"solved": "yes", "satisfaction": 3}, {"solved": "partly", "satisfaction": 5}])
async def test_who_is_content_enough_reopens_nothing_and_it_closes_when_the_window_ends(
    city: City, said: dict[str, Any]
) -> None:
    survey, token = await _asked(city)
    await say(city, token, **said)
    assert (await announced(city, survey, "survey_answered"))[0]["reopens"] is None
    await city.let_time_pass(TUESDAY + timedelta(days=8))
    assert [fact["is_answered"] for fact in await announced(city, survey, "survey_closed")] == [True]


async def test_a_need_reopens_twice_and_then_the_county_decides(city: City) -> None:
    need, reopened = uuid4(), []
    for episode in (1, 2, 3):
        survey, token = await _asked(city, need, episode=episode, at=TUESDAY + timedelta(minutes=episode))
        await say(city, token, solved="no", now=TUESDAY + timedelta(minutes=episode))
        reopened.append((await announced(city, survey, "survey_answered"))[0]["reopens"])
    assert reopened == ["not_solved", "not_solved", "not_solved"], "needs hears the wish, and asks the county"
    (item,) = await disputes(city, need)
    assert (item["episode"], item["status"], item["decision"], item["decided_at"]) == (3, "open", None, None)


async def test_an_episode_that_another_one_followed_reopens_nothing(city: City) -> None:
    need = uuid4()
    survey, token = await _asked(city, need)
    await _asked(city, need, episode=2, at=TUESDAY + timedelta(hours=1))
    await say(city, token, solved="no", now=TUESDAY + timedelta(hours=2))
    assert (await announced(city, survey, "survey_answered"))[0]["reopens"] is None


async def test_words_are_sealed_and_read_only_with_an_entry_in_the_trail(city: City) -> None:
    survey, token = await _asked(city, station_id=OTHER_STATION)
    await say(city, token, words=WORDS)
    owner = await city.owner("feedback")
    for table in ("survey", "survey_words", "fact", "idempotency"):
        assert "冷的" not in (await owner.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t") or "")
    assert (await city.get("feedback", f"/answers/{survey}", COUNTY)).json()["words"] == WORDS
    query = "SELECT count(*) FROM audit_entry WHERE subject = $1 AND act = 'read_survey_answer' AND outcome = 'read'"
    assert await owner.fetchval(query, survey) == 1
    await owner.close()


def _with_hands(kind: str) -> Person:
    """A county's judge who had a hand in it, in one way or another."""
    grants: dict[str, tuple[Grant, ...]] = {
        "their station": (Grant(role=Role.STATION_HEAD, stations=(str(STATION),)),),
        "their department": (Grant(role=Role.PROVIDER_OFFICER, provider="civil_affairs"),),
        "they themselves": (),
    }
    judge = (
        Grant(role=Role.HEAD_STATION, divisions=("361002",)), Grant(role=Role.HOTLINE_OPERATOR, divisions=("3610",)),
    )  # fmt: skip
    return Person(kind.replace(" ", "-"), (*judge, *grants[kind]))


@pytest.mark.parametrize("hand", ["their station", "their department", "they themselves"])
async def test_who_handled_it_neither_answers_a_call_for_it_nor_reads_it_and_that_is_written_down(
    city: City, hand: str
) -> None:
    who, need = _with_hands(hand), uuid4()
    survey, _ = await _asked(city, need)
    await hear(
        city,
        OrderAccepted(
            order_id=uuid4(), need_id=need, resident_id=None, provider="civil_affairs", category="meals",
            accepted_at=TUESDAY,
        ),
        NeedChanged(
            need_id=need, status=NeedStatus.TRIAGED, division=TOWNSHIP, station_id=STATION, urgency=Urgency.ROUTINE,
            groups=(), assigned_to="they-themselves",
        ),
    )  # fmt: skip
    # The fact's person is on no file, so the message cannot be sent and they are to be called.
    await city.house("feedback").timers.fire_until(TUESDAY)
    owner = await city.owner("feedback")
    call = await owner.fetchval("SELECT id FROM call_back WHERE survey_id = $1", survey)
    await owner.close()
    body = {"reached": True, "answer": {"responded": True, "solved": "yes", "satisfaction": 5}}
    path = f"/callbacks/{call}/answers"
    assert (await city.post("feedback", path, who, body, now=TUESDAY)).status_code == 403
    assert await announced(city, survey, "survey_answered") == []
    assert (await city.post("feedback", path, OPERATOR, body, now=TUESDAY)).status_code == 201
    assert (await city.get("feedback", f"/answers/{survey}", who)).status_code == 403
    assert await refusals(city, survey, who) == ["answer_call_back", "read_survey_answer"]
    (fact,) = await announced(city, survey, "survey_answered")
    assert fact["channel"] == "call_back"


async def test_whom_three_calls_do_not_reach_is_called_no_more(city: City) -> None:
    survey, _ = await _asked(city)
    await city.house("feedback").timers.fire_until(TUESDAY)
    owner = await city.owner("feedback")
    call = await owner.fetchval("SELECT id FROM call_back WHERE survey_id = $1", survey)
    await owner.close()
    path = f"/callbacks/{call}/answers"
    said = [await city.post("feedback", path, OPERATOR, {"reached": False}, now=TUESDAY) for _ in range(4)]
    assert [answer.json().get("status") for answer in said] == ["open", "open", "unreached", 409]


async def test_who_calls_links_too_often_is_told_when_to_come_back(city: City) -> None:
    answers = [await say(city, "x" * 32) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [404] * 30 + [429]
    city.house("feedback").limiter = None
