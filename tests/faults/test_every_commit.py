"""A kill before or after every commit of a journey: what was acknowledged is there, once, and everybody agrees."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.postgres import Cluster
from tests.chaos.agreement import disagreements, looking
from tests.city import City
from tests.faults.mortal_city import MortalCity, mortal_city, patiently
from tests.figures import Figure
from tests.journeys.story import CONSENT, Story, moment
from tests.people import OPERATOR, need

SEED = 20261125
# The full form's; `FUZHOU_ACKNOWLEDGED=1000 FUZHOU_KILLS=30` tries it out.
ACKNOWLEDGED = int(os.environ.get("FUZHOU_ACKNOWLEDGED", "30000"))
KILLS = int(os.environ.get("FUZHOU_KILLS", "150"))
CALLERS = 6
# Who acts on this way. That who only counts or draws dies too is for the full form.
MORTALS = ("needs", "matching", "feedback")
WORDS = "老人一个人在家，电话里一直哭，说不想活了。"


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


async def the_way_of_a_case(story: Story, account: str) -> UUID:
    """A crisis, in which a case is opened, served, approved and closed beside the order."""
    helpline = await story.lists("health", "mental_health", capacity=1000)
    worker = await story.worker(account)
    await story.until("2026-03-10 10:00")
    asked = await story.somebody_asks(WORDS, urgency="crisis")
    await story.station_judges(asked, "mental_health", urgency="crisis")
    case = await story.case_of(asked)
    await story.head_assigns(case, worker)
    order = await story.station_orders(asked, helpline)
    await story.until("2026-03-10 10:20")
    await story.worker_serves(case, asked)
    await story.department(order, "accept", "start")
    await story.until("2026-03-11 09:00")
    await story.department(order, "complete")
    await story.worker_writes(case, "consent", **CONSENT)
    await story.worker_may(case, "closure")
    await story.worker_writes(case, "close", outcome="met", scores={"mind": 3})
    await story.station_resolves(asked)
    await story.until("2026-03-12 10:00")
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
async def mortal(cluster: Cluster, folder: Path, informed: dict[str, str]) -> AsyncIterator[MortalCity]:
    async with mortal_city(cluster, folder, informed, seed=SEED, mortals=MORTALS) as made:
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


class Crowd:
    """People who ask all the while, each with a key of their own; what each was told is written down."""

    def __init__(self, city: MortalCity) -> None:
        self.city, self.told, self.is_over = city, dict[str, str](), asyncio.Event()

    async def caller(self) -> None:
        while not self.is_over.is_set():
            key = str(uuid4())
            self.told[key] = await self.ask(key)

    async def ask(self, key: str) -> str:
        """Ask until somebody acknowledges; the id."""
        headers = OPERATOR.header() | {"Idempotency-Key": key}
        url = f"{self.city.doors['needs']}/needs/v1/needs"
        answer = await patiently(self.city.http, httpx.Request("POST", url, json=need(), headers=headers))
        assert answer.status_code == 201, answer.text
        id: str = answer.json()["id"]
        return id

    async def all_are_there_once(self) -> None:
        owner = await self.city.owner("needs")
        written = Counter(str(row["id"]) for row in await owner.fetch("SELECT id FROM need"))
        facts = Counter(row["subject"] for row in await owner.fetch(
            "SELECT subject FROM fact WHERE name = 'needs.need_registered.v1'"
        ))  # fmt: skip
        await owner.close()
        asked = {answer.json()["id"] for *_, path, _, _, _, answer in self.city.acknowledged if path == "/needs"}
        assert len(set(self.told.values())) == len(self.told)
        assert set(written) == set(self.told.values()) | asked
        assert facts == written
        for key in list(self.told)[::300]:
            assert await self.ask(key) == self.told[key]


@pytest.mark.chaos
async def test_kills_at_every_commit_on_both_sides_while_a_crowd_asks(
    cluster: Cluster, folder: Path, informed: dict[str, str], figure: Figure
) -> None:
    """The full cross: each commit of the journey, before and after, the service and the database's server."""
    kills, needs, journeys = Counter[str](), list[UUID](), 0
    async with mortal_city(cluster, folder, informed, seed=SEED) as city:
        city.others_ask = True
        crowd = Crowd(city)
        asking = [asyncio.create_task(crowd.caller()) for _ in range(CALLERS)]
        while sum(kills.values()) == 0 or not is_enough(kills, crowd):
            before, journeys = len(city.ledger.deaths()), journeys + 1
            story = Story(city, moment("2026-03-10 09:00"), phone=f"139{journeys:08}")
            needs.append(await the_way(story))
            story = Story(city, moment("2026-03-10 09:00"), phone=f"138{journeys:08}")
            needs.append(await the_way_of_a_case(story, f"w-{journeys}"))
            deaths = city.ledger.deaths()
            if len(deaths) == before or is_enough(kills + Counter(each.split()[0] for each in deaths), crowd):
                kills += Counter(each.split()[0] for each in deaths)
                city.ledger.begin_anew()
        crowd.is_over.set()
        await asyncio.gather(*asking)
        city.others_ask = False
        await city.settle()
        await crowd.all_are_there_once()
        await everything_is_there_once(city)
        await nothing_is_left_lying(city)
        async with looking(city) as databases:
            assert await disagreements(databases, needs) == []
        acknowledged = len(crowd.told) + len(city.acknowledged)
    figure(
        "R1", kills=kills["service"], of_the_database=kills["database"], acknowledged=acknowledged, lost=0, doubled=0
    )


def is_enough(kills: Counter[str], crowd: Crowd) -> bool:
    """What the promise names."""
    return kills["service"] >= KILLS and kills["database"] >= KILLS // 6 and len(crowd.told) >= ACKNOWLEDGED
