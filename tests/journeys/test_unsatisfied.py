"""A resident is not satisfied: the need goes on by itself, a second survey says otherwise, and both are counted."""

from typing import Any

import pytest

from tests.city import City
from tests.insights.looking import CITY_MANAGER
from tests.journeys.counted import Counted
from tests.journeys.story import Story, moment
from tests.people import STATION

pytestmark = pytest.mark.slow


async def rates(story: Story, key: str) -> dict[str, dict[str, Any]]:
    found = await story.sees("feedback", f"/rates?by={key}&period=2026-03", CITY_MANAGER)
    return {row["key"]: row for row in found["items"]}


async def figures_of(story: Story) -> None:
    """What insights shows of it."""
    station = (await rates(story, "station"))[str(STATION)]
    assert (station["resolved"], station["answered"], station["partly_solved"], station["unsatisfied"]) == (2, 2, 1, 1)
    assert station["response"] == {"numerator": 2, "denominator": 2, "rate": 1.0}
    for name in ("solved", "satisfaction"):
        assert station[name] == {"numerator": 1, "denominator": 2, "rate": 0.5}
    department = (await rates(story, "provider"))["civil_affairs"]
    assert (department["resolved"], department["satisfaction"]["rate"]) == (1, 1.0), "judged by its own episode alone"

    counted = Counted(story, "2026-03")
    # Six hours to the first episode's call; a day to the second's help: two episodes asked, both contacted in time.
    assert await counted.days() == (2, 0.625, 1.0, 2, 0)
    assert await counted.indicators("completion", "satisfaction", "survey_response") == {
        "completion": (2, 2), "satisfaction": (1, 2), "survey_response": (2, 2),
    }  # fmt: skip
    assert await counted.line("meals") == (2, 0, 1, 15)
    assert await counted.cell("satisfaction") == 0.5
    assert await counted.cell("need") == 2


async def test_a_resident_who_is_not_satisfied_is_helped_again_and_then_is(apart: City) -> None:
    story = Story(apart, moment("2026-03-10 09:00"))
    canteen = await story.lists("civil_affairs", "meals")
    asked = await story.somebody_asks()
    await story.station_judges(asked, "meals")
    await story.until("2026-03-10 15:00")
    await story.station_speaks_with(asked)
    await story.station_helps(asked)
    await story.until("2026-03-11 10:00")
    await story.station_resolves(asked)
    assert len(await story.links()) == 1

    await story.until("2026-03-12 10:00")
    assert (await story.person_answers(2, solved="partly"))["reopens"] is True
    again = await story.need(asked)
    assert (again["status"], again["episode"], again["reopen_reason"]) == ("triaged", 2, "unsatisfied")
    order = await story.station_orders(asked, canteen, quantity=5)
    await story.department(order, "accept")
    await story.until("2026-03-13 10:00")
    await story.department(order, "start")
    await story.until("2026-03-16 12:00")
    await story.department(order, "complete", used=5)
    await story.station_resolves(asked)
    assert len(await story.links()) == 2

    await story.until("2026-03-17 10:00")
    assert (await story.person_answers(5))["reopens"] is False
    assert (await story.need(asked))["status"] == "resolved"
    await story.until("2026-03-23 12:01")
    closed = await story.need(asked)
    assert (closed["status"], closed["episode"], closed["outcome"]) == ("closed", 2, "met")
    await figures_of(story)
