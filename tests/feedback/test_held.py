"""Two answers about one need at once: both are taken, in whichever order they came."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.city import City
from tests.feedback.asking import ended, hear, say, survey_of
from tests.needs.asking import TUESDAY


@pytest.fixture(autouse=True)
async def informed(city: City) -> City:
    await city.settle()
    city.house("feedback").limiter = None
    return city


async def _waiting(city: City, count: int) -> None:
    """Until so many wait for a row that somebody holds."""
    owner = await city.owner("feedback")
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(500):
        if await owner.fetchval(query) >= count:
            break
        await asyncio.sleep(0.01)
    await owner.close()


async def test_answers_about_two_episodes_of_a_need_do_not_wait_for_each_other(city: City) -> None:
    need = uuid4()
    for episode in (1, 2):
        await hear(city, ended(need, episode=episode, at=TUESDAY + timedelta(minutes=episode)))
    surveys = [await survey_of(city, need, episode) for episode in (1, 2)]
    owner, later = await city.owner("feedback"), TUESDAY + timedelta(hours=1)
    held = owner.transaction()
    await held.start()
    await owner.execute("SELECT 1 FROM survey WHERE id = $1 FOR UPDATE", surveys[0].id)
    answers = []
    for number, survey in enumerate(surveys, start=1):
        answers.append(asyncio.create_task(say(city, survey.token, now=later)))
        await _waiting(city, number)
    await held.rollback()
    assert [(await answer).status_code for answer in answers] == [200, 200]
    await owner.close()
