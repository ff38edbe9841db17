"""A crisis by hotline, two minutes before the National Day holiday: by the wall clock, with the people on duty."""

import pytest

from tests.city import City
from tests.journeys.counted import Counted
from tests.journeys.story import CONSENT, Story, moment

pytestmark = pytest.mark.slow

NIGHT = {"duty-3610-night", "duty-361002-night"}
WORDS = "老人一个人在家，电话里一直哭，说不想活了。"


async def figures_of(story: Story) -> None:
    """What insights shows of it."""
    counted = Counted(story, "2025-09")
    # 32 minutes to the worker's call, 52 to the helpline's start; the helpline kept one of its places busy and used it.
    assert await counted.days() == (1, 0.0222, 0.0361, 1, 0)
    assert await counted.line("mental_health") == (1, 0, 1, 19)
    assert await counted.indicators("completion", "response_time") == {
        "completion": (1, 1), "response_time": (0.0222, 1),
    }  # fmt: skip
    assert await counted.cell("need") == 1
    assert await counted.cell("unmet_need") is None
    assert await counted.cell("response_p90") == 0.0222
    october = Counted(story, "2025-10")
    assert (await october.days())[0] == 0
    assert await october.indicators("person_times", "professional_service", "licensed_workers") == {
        "person_times": (1, None), "professional_service": (30, 30), "licensed_workers": (1, 1),
    }  # fmt: skip


async def test_a_crisis_at_midnight_before_a_holiday_is_contacted_in_time(apart: City) -> None:
    story = Story(apart, moment("2025-09-29 09:00"))
    helpline = await story.lists("health", "mental_health")
    worker = await story.worker("night-worker")

    await story.until("2025-09-30 23:58")
    asked = await story.somebody_asks(WORDS, urgency="crisis")
    (raised,) = await story.said("needs", "crisis_raised")
    assert (set(raised["told"]), raised["said_at"]) == (NIGHT, moment("2025-09-30 23:58"))
    assert (await story.clock(asked, "triage"))["due_at"] == "2025-10-01T00:03:00+08:00"
    assert (await story.clock(asked, "first_contact"))["due_at"] == "2025-10-01T01:58:00+08:00"

    await story.until("2025-10-01 00:01")
    await story.station_judges(asked, "mental_health", urgency="crisis")
    assert (await story.clock(asked, "station_response"))["due_at"] == "2025-10-01T01:01:00+08:00"
    case = await story.case_of(asked)
    await story.head_assigns(case, worker)

    await story.until("2025-10-01 00:05")
    order = await story.station_orders(asked, helpline)
    assert order["due_at"] == "2025-10-01T01:05:00+08:00"
    await story.until("2025-10-01 00:30")
    await story.worker_serves(case, asked)
    await story.department(order, "accept")
    await story.until("2025-10-01 00:50")
    await story.department(order, "start")

    await story.until("2025-10-01 09:00")
    await story.department(order, "complete")
    await story.worker_writes(case, "consent", **CONSENT)
    await story.worker_may(case, "closure")
    await story.worker_writes(case, "close", outcome="met", scores={"mind": 3})
    await story.station_resolves(asked)
    for clock in (await story.need(asked))["clocks"]:
        assert clock["breached_at"] is None, clock["kind"]
    # Nobody was told of anything after the night: neither a warning at midnight's end nor a case without anybody.
    await story.until("2025-10-08 12:00")
    assert await story.said("needs", "clock_breached") == []
    assert await story.said("cases", "case_unowned") == []
    await figures_of(story)
