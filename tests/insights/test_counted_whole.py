"""Nothing that happened is left out: what a broken order used, whom a case alone reached, and who read figures."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.schemas.facts import Fact, cases, feedback, matching, needs
from shared.schemas.vocabulary import (
    CancellationReason,
    FailureReason,
    Group,
    NeedStatus,
    ServiceKind,
    Solved,
    SurveyChannel,
    Urgency,
)
from tests.city import City
from tests.given.scene import Scene
from tests.insights.looking import COUNTY_MANAGER, MARCH, figure_of, read
from tests.insights.planting import AT, heard_of, later, on_file, ordered, registered, reopened, started, triaged
from tests.people import STATION, TOWNSHIP


async def used(city: City) -> int:
    lines = (await read(city, "/packages", quarter="2026Q1", division=TOWNSHIP))["lines"]
    return int(next(line["used"] for line in lines if line["provider"] == "health"))


def failed(order: matching.OrderRequested) -> Fact:
    return matching.OrderFailed(
        order_id=order.order_id, need_id=order.need_id, provider="health", reason=next(iter(FailureReason)), used=1
    )


def cancelled(order: matching.OrderRequested) -> Fact:
    return matching.OrderCancelled(
        order_id=order.order_id, need_id=order.need_id, provider="health", reason=next(iter(CancellationReason)), used=1
    )


@pytest.mark.parametrize("end", [failed, cancelled])
async def test_what_an_order_used_before_it_broke_off_was_used_of_the_package(counted: City, end: Any) -> None:
    scene, order = Scene(counted), ordered(uuid4())
    granted = matching.PackageGranted(
        package_id=uuid4(), provider="health", resource_id=order.resource_id, station_id=STATION, quarter="2026Q1",
        quota=5,
    )  # fmt: skip
    before = await used(counted)
    await scene.hear("insights", granted, order)
    assert await used(counted) == before
    await scene.hear("insights", end(order))
    assert await used(counted) == before + 1
    owner = await counted.owner("insights")
    taken = await owner.fetchval("SELECT taken FROM resource_use WHERE resource_id = $1", order.resource_id)
    await owner.close()
    assert taken == 1


def _served_by_case(resident: UUID, *, reached: bool) -> list[Fact]:
    case = uuid4()
    place: dict[str, Any] = {"case_id": case, "station_id": STATION, "division": TOWNSHIP}
    return [
        cases.CaseOpened(
            **place, need_id=None, resident_id=resident, worker_id=None, category="counselling", opened_at=AT
        ),
        cases.ServiceRecorded(
            **place, service_id=uuid4(), kind=ServiceKind.COUNSELLING, worker_id=uuid4(), minutes=40, person_times=1,
            is_professional=True, reached=reached, occurred_at=later(days=2), is_late_entry=False,
        ),
    ]  # fmt: skip


async def test_whom_a_case_alone_reached_is_covered_and_whom_it_did_not_reach_is_not(counted: City) -> None:
    scene, met, missed, both = Scene(counted), uuid4(), uuid4(), uuid4()
    before = await _coverage(counted)
    need = uuid4()
    await scene.hear(
        "insights", *(on_file(each, Group.ELDERLY) for each in (met, missed, both)),
        *_served_by_case(met, reached=True), *_served_by_case(missed, reached=False),
        *_served_by_case(both, reached=True), registered(need, both), triaged(need, resident_id=both),
        started(need, later(days=1)),
    )  # fmt: skip
    assert await _coverage(counted) == (before[0] + 2, before[1] + 3)


async def _coverage(city: City) -> tuple[float, float]:
    found = await figure_of(city, "special_groups_coverage", **MARCH)
    return (found["numerator"] or 0, found["denominator"] or 0)


async def test_a_need_that_was_an_error_counts_in_none_of_its_episodes(counted: City) -> None:
    scene, need, survey = Scene(counted), uuid4(), uuid4()
    await heard_of(counted, "feedback")
    before = [await _counts(counted, each) for each in ("completion", "satisfaction", "survey_response")]
    place: dict[str, Any] = {"survey_id": survey, "need_id": need, "episode": 1, "division": TOWNSHIP}
    judged: dict[str, Any] = place | {"category": "meals", "station_id": STATION}
    await scene.hear(
        "insights", registered(need), triaged(need), reopened(need, 2, later(days=1)),
        feedback.SurveyInvited(**judged, invited_at=AT, closes_at=later(days=7)),
        feedback.SurveyAnswered(
            **judged, channel=SurveyChannel.LINK, responded=True, solved=Solved.YES, satisfaction=5, providers=(),
            answered_at=AT,
        ),
    )  # fmt: skip
    counted_now = [await _counts(counted, each) for each in ("completion", "satisfaction", "survey_response")]
    assert [now - then for now, then in zip(counted_now, before, strict=True)] == [2, 1, 1]
    error = needs.NeedChanged(
        need_id=need, status=NeedStatus.ENTERED_IN_ERROR, division=TOWNSHIP, station_id=STATION,
        urgency=Urgency.ROUTINE, groups=(),
    )  # fmt: skip
    voided = feedback.SurveyVoided(survey_id=survey, need_id=need, episode=1, voided_at=later(days=2))
    await scene.hear("insights", error, voided)
    assert [await _counts(counted, each) for each in ("completion", "satisfaction", "survey_response")] == before


async def _counts(city: City, indicator: str) -> float:
    """The denominator of an indicator."""
    return float((await figure_of(city, indicator, **MARCH))["denominator"] or 0)


READINGS = [
    ("/heatmap", {"month": "2026-03", "level": "township"}, "read_heat_map"), ("/lists", MARCH, "read_lists"),
    ("/indicators", MARCH, "read_indicators"), ("/response-times", MARCH | {"by": "township"}, "read_response_times"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "query", "act"), READINGS)
async def test_exact_figures_are_read_with_their_purpose_in_the_trail(
    counted: City, path: str, query: dict[str, Any], act: str
) -> None:
    await read(counted, path, **query)
    owner = await counted.owner("insights")
    entry = await owner.fetchrow("SELECT * FROM audit_entry WHERE act = $1 ORDER BY number DESC", act)
    await owner.close()
    assert entry is not None
    assert (entry["actor"], entry["purpose"], entry["outcome"]) == (COUNTY_MANAGER.subject, "planning", "read")


async def test_a_complaint_that_is_overdue_is_known_as_late_before_it_has_an_outcome(counted: City) -> None:
    id = uuid4()
    place: dict[str, Any] = {"complaint_id": id, "need_id": None, "station_id": STATION, "division": TOWNSHIP}
    lodged = feedback.ComplaintLodged(**place, lodged_at=AT, due_at=later(days=21))
    overdue = feedback.ComplaintOverdue(**place, is_assigned=False, due_at=later(days=21))
    await Scene(counted).hear("insights", lodged, overdue)
    owner = await counted.owner("insights")
    assert await owner.fetchval("SELECT is_late FROM complaint WHERE complaint_id = $1", id) is True
    await owner.close()
