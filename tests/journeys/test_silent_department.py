"""A department says nothing: at its deadline the next one is asked by itself, and helps."""

import pytest

from tests.city import City
from tests.journeys.counted import Counted
from tests.journeys.story import Story, moment
from tests.matching.people import officer

pytestmark = pytest.mark.slow


async def figures_of(story: Story) -> None:
    """What insights shows of it."""
    counted = Counted(story, "2026-03")
    assert await counted.days() == (1, 2.0, 2.0, 1, 0)
    assert await counted.line("meals") == (1, 0, 2, 38)
    assert await counted.indicators("completion", "response_time") == {
        "completion": (1, 1), "response_time": (2.0, 1),
    }  # fmt: skip
    assert await counted.cell("need", "meals") == 1
    assert await counted.cell("unmet_need") is None


async def test_a_department_is_silent_and_the_next_one_is_asked_by_itself(apart: City) -> None:
    story = Story(apart, moment("2026-03-10 10:00"))
    listed = {name: await story.lists(name, "meals") for name in ("civil_affairs", "womens_federation")}
    asked = await story.somebody_asks()
    await story.station_judges(asked, "meals")
    silent = await story.station_orders(asked, listed["civil_affairs"], quantity=3)
    assert silent["due_at"] == "2026-03-11T10:00:00+08:00"
    assert await story.left_of(listed["civil_affairs"]) == 17

    await story.until("2026-03-11 10:00")
    assert [order["status"] for order in await story.orders_of(asked)] == ["requested"]
    await story.until("2026-03-11 10:01")
    lapsed, next_one = await story.orders_of(asked)
    assert (lapsed["status"], lapsed["cancellation"]) == ("cancelled", "no_reply")
    assert (next_one["provider"], next_one["replaces"], next_one["requested_by"]) == (
        "womens_federation", silent["id"], "platform",
    )  # fmt: skip
    assert [await story.left_of(each) for each in listed.values()] == [20, 17]
    late = await story.tries("matching", f"/orders/{silent['id']}/accept", officer("civil_affairs"))
    assert late.status_code == 409
    # Warned at half and four fifths of its day, and told of at the end; the station's own clocks were kept.
    told = [(fact["kind"], fact["provider"]) for fact in await story.said("matching", "clock_breached")]
    assert told == [("provider_response", "civil_affairs")]

    await story.until("2026-03-11 15:00")
    await story.department(next_one, "accept")
    await story.until("2026-03-12 10:00")
    await story.department(next_one, "start")
    await story.until("2026-03-12 16:00")
    await story.department(next_one, "complete", used=2)
    await story.station_resolves(asked)
    await figures_of(story)
