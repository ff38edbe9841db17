"""One need, two departments under one lead: the lead ends last, and when it gives up, another leads."""

import pytest

from tests.city import City
from tests.journeys.counted import Counted
from tests.journeys.story import UNABLE, Story, moment
from tests.matching.people import officer

pytestmark = pytest.mark.slow

LEAD, PART, SPARE = "civil_affairs", "health", "disabled_federation"


async def figures_of(story: Story) -> None:
    """What insights shows of it."""
    counted = Counted(story, "2026-03")
    # The part began after 23 and a half hours: that was contact, and a provider's start.
    assert await counted.days() == (1, 0.9792, 0.9792, 1, 0)
    assert await counted.line("elder_care") == (1, 0, 3, 57)
    assert await counted.indicators("completion", "stations_with_three_departments") == {
        "completion": (1, 1), "stations_with_three_departments": (1, 34),
    }  # fmt: skip
    assert await counted.cell("capacity_left", "elder_care") == 57
    assert await counted.cell("response_p90") == 0.9792


async def test_two_departments_meet_a_need_under_one_lead_and_another_leads_when_it_gives_up(apart: City) -> None:
    story = Story(apart, moment("2026-03-10 10:00"))
    listed = {name: await story.lists(name, "elder_care") for name in (LEAD, PART)}
    asked = await story.somebody_asks("我腿脚不便，想有人上门照料和换药。")
    await story.station_judges(asked, "elder_care")
    lead = await story.station_orders(asked, listed[LEAD], quantity=3)
    part = await story.station_orders(asked, listed[PART], part_of=lead["id"])
    await story.department(lead, "accept")
    await story.department(part, "accept")
    await story.until("2026-03-11 09:30")
    await story.department(part, "start")
    await story.department(lead, "start")

    refused = await story.tries("matching", f"/orders/{lead['id']}/complete", officer(LEAD), {"used": 1})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fuzhou:problem:order-cannot-move")
    # A third department lists its help later; the lead gives up, and that one is asked by itself, under the new lead.
    listed[SPARE] = await story.lists(SPARE, "elder_care")
    await story.until("2026-03-12 10:00")
    await story.department(lead, "fail", fail=UNABLE)
    ended, leading, replacing = await story.orders_of(asked)
    assert (ended["status"], ended["failure"]) == ("failed", "provider_unable")
    assert (leading["part_of"], replacing["part_of"], replacing["replaces"]) == (None, part["id"], lead["id"])
    assert replacing["provider"] == SPARE

    await story.department(replacing, "accept", "start")
    still = await story.tries("matching", f"/orders/{part['id']}/complete", officer(PART), {"used": 1})
    assert still.status_code == 409
    early = await story.tries("needs", f"/needs/{asked['id']}/resolve", officer(PART), {"outcome": "met"})
    assert early.status_code == 403, "who serves does not say what became of it"
    await story.until("2026-03-13 11:00")
    await story.department(replacing, "complete", used=2)
    await story.department(part, "complete")
    await story.station_resolves(asked)

    assert [await story.left_of(listed[name]) for name in (LEAD, PART, SPARE)] == [20, 19, 18]
    await figures_of(story)
