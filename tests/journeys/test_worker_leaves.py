"""A worker leaves in mid-case: nothing is ownerless unheard of, somebody else ends what was begun."""

from datetime import datetime
from typing import Any

import pytest

from tests.city import City
from tests.journeys.counted import Counted
from tests.journeys.story import CONSENT, Story, moment
from tests.people import HEAD

pytestmark = pytest.mark.slow


async def begun(story: Story, asked: dict[str, Any], worker: dict[str, Any]) -> dict[str, Any]:
    """The case that policy opened, from consent to plan."""
    case = await story.case_of(asked)
    await story.head_assigns(case, worker)
    await story.station_helps(asked)
    await story.worker_writes(case, "consent", **CONSENT)
    await story.worker_may(case, "intake")
    await story.worker_writes(case, "assessments", scores={"mind": 2, "family": 2})
    await story.worker_writes(case, "goals", domain="mind", words="两个月内恢复正常作息（示例）")
    await story.worker_may(case, "plan")
    return case


async def figures_of(story: Story) -> None:
    """What insights shows of it."""
    counted = Counted(story, "2026-03")
    assert await counted.days() == (1, 0.25, None, 1, 0)
    assert await counted.indicators(
        "completion", "professional_service", "person_times", "licensed_workers", "special_groups_coverage"
    ) == {
        "completion": (1, 1), "professional_service": (105, 105), "person_times": (2, None),
        "licensed_workers": (1, 1), "special_groups_coverage": (1, 1),
    }  # fmt: skip
    assert await counted.line("counselling") == (1, 0, 0, 0)
    assert await counted.cell("need", "counselling") == 1


async def test_a_worker_leaves_in_mid_case_and_another_one_ends_it(apart: City) -> None:
    story = Story(apart, moment("2026-03-09 09:00"))
    leaving, staying = await story.worker("leaving-worker"), await story.worker("staying-worker")
    await story.until("2026-03-10 10:00")
    asked = await story.somebody_asks("老伴走了以后，我一直睡不着，想找人说说话。")
    await story.station_judges(asked, "counselling")
    case = await begun(story, asked, leaving)
    await story.until("2026-03-10 16:00")
    await story.worker_serves(case, asked, minutes=60)

    await story.until("2026-03-12 12:00")
    await story.does("cases", f"/workers/{leaving['id']}/leave", HEAD)
    (packet,) = (await story.sees("cases", "/handovers", HEAD))["items"]
    assert (packet["worker_id"], packet["count"], packet["waiting"]) == (leaving["id"], 1, [case["id"]])
    # The afternoon and the next morning are a working day.
    await story.until("2026-03-13 11:59")
    assert await story.said("cases", "case_unowned") == []
    await story.until("2026-03-13 14:00")
    (alert,) = await story.said("cases", "case_unowned")
    assert (alert["case_id"], datetime.fromisoformat(alert["since"])) == (case["id"], moment("2026-03-12 12:00"))

    await story.head_assigns(case, staying)
    assert (await story.sees("cases", "/handovers", HEAD))["items"] == []
    await story.until("2026-03-17 10:00")
    await story.worker_serves(case, asked, kind="visit", contact="visit", minutes=45)
    await story.worker_writes(case, "assessments", scores={"mind": 4, "family": 4}, is_evaluation=True)
    await story.worker_may(case, "closure")
    await story.worker_writes(case, "close", outcome="met", scores={"mind": 4, "family": 4})
    await story.station_resolves(asked)
    closed = await story.case_of(asked)
    assert (closed["status"], closed["worker_id"], closed["score_before"], closed["score_after"]) == (
        "closed", staying["id"], 40, 80,
    )  # fmt: skip
    await figures_of(story)
