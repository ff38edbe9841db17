"""Response times: less what listed pauses held, each episode by itself, and the same as counted by hand."""

import random
import statistics
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.schemas.facts import Fact
from shared.schemas.vocabulary import PauseReason
from tests.city import City
from tests.given.scene import Scene
from tests.insights.looking import CITY_MANAGER, MARCH, read
from tests.insights.planting import AT, begun, contacted, later, ordered, paused, registered, reopened, triaged

LATE = later(days=25)


async def figures(city: City, **query: Any) -> dict[str, Any]:
    (row,) = (await read(city, "/response-times", CITY_MANAGER, **(MARCH | query), now=LATE))["rows"]
    found: dict[str, Any] = row
    return found


@pytest.fixture(scope="module")
async def asked(counted: City) -> City:
    """One waited two of four days for papers, one for two of four after three attempts, one waits for papers still;
    one was met and reopened."""
    scene = Scene(counted)
    papers, attempts, still, again = (uuid4() for _ in range(4))
    first, second = ordered(again), ordered(again)
    facts: list[Fact] = [
        registered(papers), triaged(papers),
        *paused(papers, PauseReason.RESIDENT_PAPERS, later(days=1), later(days=3)),
        contacted(papers, later(days=4)),
        registered(attempts), triaged(attempts),
        *paused(attempts, PauseReason.THREE_ATTEMPTS, later(days=1), later(days=3)),
        contacted(attempts, later(days=4)),
        registered(still), triaged(still), *paused(still, PauseReason.RESIDENT_AWAY, later(days=1), None),
        registered(again), triaged(again, "mediation"), contacted(again, later(days=1)),
    ]  # fmt: skip
    await scene.hear("insights", *facts)
    await hear_orders(scene, first, days=0, starts=2)
    await scene.hear("insights", reopened(again, 2, later(days=10)))
    await hear_orders(scene, second, days=11, starts=15)
    return counted


async def hear_orders(scene: Scene, order: Any, *, days: float, starts: float) -> None:
    """An order is asked for when its fact was written: so that time is told, too."""
    listener = next(each for each in scene.city.house("insights").listeners if order.name in each.handlers)
    async with listener.database.work(listener.context, now=later(days=days)) as session:
        for fact in (order, begun(order, later(days=starts))):
            for ear in listener.handlers[fact.name][1]:
                await ear(session, fact)


async def test_listed_pauses_do_not_count_and_three_attempts_only_in_the_second_figure(asked: City) -> None:
    found = await figures(asked, category="meals")
    # Two days less two, four days whole; reopened, it is about meals too and nobody spoke with them yet.
    assert (found["first_contact"]["count"], found["first_contact"]["mean_days"]) == (2, 3.0)
    assert (found["first_contact_known"]["count"], found["first_contact_known"]["mean_days"]) == (2, 3.0)
    assert (found["first_contact_less_attempts"]["mean_days"], found["first_contact_less_attempts"]["p90_days"]) == (
        2.0, 2.0,
    )  # fmt: skip


async def test_in_time_is_by_the_same_measure(asked: City) -> None:
    found = await figures(asked, category="meals")
    assert found["first_contact"]["within_target"] == 1, "three days, less what the papers took"
    assert found["first_contact_less_attempts"]["within_target"] == 2


async def test_what_stands_still_is_not_late(asked: City) -> None:
    found = await figures(asked, category="meals")
    # The reopened episode is late; whoever asked to be called later is not.
    assert (found["asked"], found["first_contact"]["overdue"]) == (4, 1)


async def test_a_reopened_need_has_a_start_of_its_own(asked: City) -> None:
    first = await figures(asked, category="mediation")
    assert first["provider_start"]["mean_days"] == 2.0
    second = (await figures(asked, category="meals"))["provider_start"]
    assert (second["count"], second["mean_days"]) == (1, 5.0)


async def test_the_map_shows_the_same_ninth_tenth(asked: City) -> None:
    for query in ({}, {"category": "meals"}):
        shown = await read(asked, "/heatmap", CITY_MANAGER, layer="response_p90", month="2026-03", **query, now=LATE)
        (county,) = [row for row in shown["features"] if row["id"] == "361002"]
        assert county["properties"]["value"] == (await figures(asked, **query))["first_contact"]["p90_days"]


async def test_it_is_what_anybody_would_count_by_hand(asked: City) -> None:
    chance, days = random.Random(3610), []
    facts: list[Fact] = []
    for _ in range(60):
        need, length = uuid4(), chance.randint(0, 900_000)
        days.append(length / 86_400)
        facts += [
            registered(need), triaged(need, "jobs"), contacted(need, AT + timedelta(seconds=length))
        ]  # fmt: skip
    await Scene(asked).hear("insights", *facts)
    found = (await figures(asked, category="jobs"))["first_contact"]
    assert found["count"] == 60
    assert found["mean_days"] == pytest.approx(statistics.fmean(days), abs=1e-4)
    assert found["median_days"] == pytest.approx(statistics.median(days), abs=1e-4)
    assert found["p90_days"] == pytest.approx(statistics.quantiles(days, n=10, method="inclusive")[8], abs=1e-4)
    assert found["within_target"] == sum(length <= 3 for length in days)
    assert found["share_within_target"] == pytest.approx(found["within_target"] / 60)


async def behind(city: City, **query: Any) -> list[dict[str, Any]]:
    """What stands behind a count, page by page."""
    found: list[dict[str, Any]] = []
    after: dict[str, Any] = {}
    while True:
        page = await read(city, "/episodes", CITY_MANAGER, limit=7, now=LATE, **(MARCH | query | after))
        found += page["items"]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


async def test_the_list_behind_a_count_holds_exactly_what_it_counts(asked: City) -> None:
    for query in ({}, {"category": "meals"}, {"category": "mediation", "division": "361002"}):
        told = await figures(asked, **query)
        listed = await behind(asked, **query)
        assert len({(each["need_id"], each["episode"]) for each in listed}) == len(listed) == told["asked"]
        late = await behind(asked, **query, overdue=True)
        assert len(late) == told["first_contact"]["overdue"]


async def test_a_need_reopened_in_a_later_month_is_behind_the_count_of_both(asked: City) -> None:
    need, april = uuid4(), {"month_from": "2026-04", "month_to": "2026-04"}
    await Scene(asked).hear("insights", registered(need), triaged(need), reopened(need, 2, later(days=40)))
    assert (await figures(asked, **april))["asked"] == 1
    (second,) = await behind(asked, **april)
    assert (second["need_id"], second["episode"]) == (str(need), 2)
    assert (str(need), 1) in {(each["need_id"], each["episode"]) for each in await behind(asked)}


async def test_what_waits_is_listed_as_the_three_lists_count_it(asked: City) -> None:
    lines = (await read(asked, "/lists", CITY_MANAGER, now=LATE, **MARCH))["lines"]
    assert sum(line["open"] for line in lines) == len(await behind(asked, waiting=True)) > 0
