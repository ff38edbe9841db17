"""A kill before or after every commit of a journey: what was acknowledged is there, once, and everybody agrees."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from deploy.postgres import Cluster
from tests.chaos.agreement import disagreements, looking
from tests.city import City
from tests.faults.mortal_city import MortalCity, mortal_city
from tests.figures import Figure
from tests.journeys.story import Story, moment

SEED = 20261125
# Who acts on this way; who only counts or draws what was said stays alive.
MORTALS = ("needs", "matching", "feedback")


async def the_way(story: Story) -> UUID:
    """Asked, judged, ordered, given, resolved; asked how it was, and not satisfied, so that it goes on."""
    canteen = await story.lists("civil_affairs", "meals", capacity=1000)
    await story.until("2026-03-10 10:00")
    asked = await story.somebody_asks()
    await story.station_judges(asked, "meals")
    order = await story.station_orders(asked, canteen)
    await story.station_speaks_with(asked)
    await story.department(order, "accept", "start")
    await story.until("2026-03-11 09:00")
    await story.department(order, "complete")
    await story.station_resolves(asked)
    # What died on an errand is run again when its lease is over.
    await story.until("2026-03-12 10:00")
    assert (await story.person_answers(2, solved="partly"))["reopens"] is True
    await story.until("2026-03-13 10:00")
    return UUID(asked["id"])


async def everything_is_there_once(city: MortalCity) -> None:
    """Each acknowledged act answers the same to the same key, and no fact and no message was said twice."""
    for service, path, person, body, key, answer in city.acknowledged:
        again = await City.post(city, service, path, person, body, key=key)
        assert (again.status_code, again.json()) == (answer.status_code, answer.json()), path


async def nothing_is_left_lying(city: MortalCity) -> None:
    async with looking(city) as databases:
        for service, owner in databases.items():
            assert await owner.fetchval("SELECT count(*) FROM parked_fact") == 0, service
            assert await owner.fetchval("SELECT count(*) FROM timer WHERE given_up IS NOT NULL") == 0, service
            twice = await owner.fetch("SELECT subject, sequence FROM fact GROUP BY 1, 2 HAVING count(*) > 1")
            assert twice == [], service


@pytest.fixture
async def mortal(cluster: Cluster, folder: Path) -> AsyncIterator[MortalCity]:
    async with mortal_city(cluster, folder, seed=SEED, mortals=MORTALS) as made:
        yield made


@pytest.mark.slow
async def test_a_kill_at_every_commit_of_a_journey_loses_and_doubles_nothing(
    mortal: MortalCity, figure: Figure
) -> None:
    story = Story(mortal, moment("2026-03-10 09:00"))
    wanted = await the_way(story)
    deaths = mortal.ledger.deaths()
    victims = Counter(each.split()[0] for each in deaths)
    sides = Counter(each.split()[1] for each in deaths)
    assert min(sides.values()) >= 10, sides
    assert victims["database"] >= 6, victims
    await everything_is_there_once(mortal)
    await nothing_is_left_lying(mortal)
    async with looking(mortal) as databases:
        assert await disagreements(databases, [wanted]) == []
    figure(
        "R1", kills=victims["service"], of_the_database=victims["database"], acknowledged=len(mortal.acknowledged),
        lost=0, doubled=0,
    )  # fmt: skip
