"""A need that was an error is asked about no more, and what was said of it counts nowhere."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.schemas.facts.needs import NeedChanged
from shared.schemas.vocabulary import NeedStatus, Urgency
from tests.city import City
from tests.feedback.asking import announced, disputes, ended, hear, say, survey_of
from tests.needs.asking import TUESDAY, moment
from tests.people import COUNTY, OPERATOR, STATION, TOWNSHIP

OCTOBER = moment("10-13 10:00")


@pytest.fixture(autouse=True)
async def informed(city: City) -> City:
    await city.settle()
    city.house("feedback").limiter = None
    return city


def in_error(need: object) -> NeedChanged:
    return NeedChanged.model_validate({
        "need_id": need, "status": NeedStatus.ENTERED_IN_ERROR, "division": TOWNSHIP, "station_id": STATION,
        "urgency": Urgency.ROUTINE, "groups": (),
    })  # fmt: skip


async def test_its_link_is_good_no_more_and_nothing_waits_to_be_sent(city: City) -> None:
    fact = ended()
    await hear(city, fact)
    token = (await survey_of(city, fact.need_id)).token
    await hear(city, in_error(fact.need_id), in_error(fact.need_id))
    survey = await survey_of(city, fact.need_id)
    assert (await say(city, token)).status_code == 409
    assert len(await announced(city, survey.id, "survey_voided")) == 1
    await city.house("feedback").timers.fire_until(TUESDAY + timedelta(days=9))
    assert await announced(city, survey.id, "survey_invited") == []
    assert await announced(city, survey.id, "survey_closed") == []


async def test_nobody_is_called_about_it(city: City) -> None:
    fact = ended()
    await hear(city, fact)
    await city.house("feedback").timers.fire_until(TUESDAY)
    path = "/callbacks?limit=200"
    waiting = [item for item in (await city.get("feedback", path, OPERATOR)).json()["items"]
               if item["resident_id"] == str(fact.resident_id)]  # fmt: skip
    assert len(waiting) == 1
    await hear(city, in_error(fact.need_id))
    after = (await city.get("feedback", path, OPERATOR)).json()["items"]
    assert waiting[0]["id"] not in [item["id"] for item in after]
    called = await city.post("feedback", f"/callbacks/{waiting[0]['id']}/answers", OPERATOR, {"reached": False})
    assert called.status_code == 409


async def test_what_was_answered_of_any_episode_counts_nowhere(city: City) -> None:
    need, other = uuid4(), ended(at=OCTOBER)
    for episode in (1, 2, 3):
        at = OCTOBER + timedelta(minutes=episode)
        fact = ended(need, episode=episode, at=at)
        await hear(city, fact)
        await say(city, (await survey_of(city, need, episode)).token, solved="no", now=at)
    await hear(city, other)
    assert len(await disputes(city, need)) == 1
    await hear(city, in_error(need))
    rows = (await city.get("feedback", "/rates?by=station&period=2026-10", COUNTY)).json()["items"]
    assert [(row["resolved"], row["answered"]) for row in rows] == [(1, 0)]
    figures = (await city.get("feedback", "/figures?period=2026-10", COUNTY)).json()
    assert figures["per_person_served"]["denominator"] == 1
    assert await disputes(city, need) == []
