"""What people said of it, and who did it, is counted as feedback and cases tell it, also where those are not run."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.schemas.facts import Fact, cases, feedback
from shared.schemas.vocabulary import ComplaintOutcome, Licence, ServiceKind, Solved, SurveyChannel
from tests.city import City
from tests.given.scene import Scene
from tests.insights.looking import MARCH, figure_of
from tests.insights.planting import heard_of
from tests.people import STATION, TOWNSHIP

AT = datetime.fromisoformat("2026-03-12T10:00:00+08:00")


def survey(satisfaction: int | None) -> list[Fact]:
    id, need = uuid4(), uuid4()
    place: dict[str, Any] = {"survey_id": id, "need_id": need, "episode": 1, "category": "meals", "division": TOWNSHIP}
    invited = feedback.SurveyInvited(**place, station_id=STATION, invited_at=AT, closes_at=AT + timedelta(days=7))
    if satisfaction is None:
        return [invited]
    answered = feedback.SurveyAnswered(
        **place, station_id=STATION, channel=SurveyChannel.LINK, responded=True, solved=Solved.YES,
        satisfaction=satisfaction, providers=(), answered_at=AT,
    )  # fmt: skip
    return [invited, answered]


def service(kind: ServiceKind, minutes: int, people: int) -> cases.ServiceRecorded:
    return cases.ServiceRecorded(
        case_id=uuid4(), service_id=uuid4(), kind=kind, station_id=STATION, division=TOWNSHIP, worker_id=uuid4(),
        minutes=minutes, person_times=people, is_professional=kind.is_professional, reached=True, occurred_at=AT,
        is_late_entry=False,
    )  # fmt: skip


def worker(id: UUID, licence: Licence) -> cases.WorkerJoined:
    return cases.WorkerJoined(
        worker_id=id, station_id=STATION, division=TOWNSHIP, licence=licence, is_trained=True, joined_at=AT
    )


@pytest.fixture(scope="module")
async def told(counted: City) -> City:
    """Three surveys of which two were answered, a complaint, two suggestions with one adopted, three workers."""
    await heard_of(counted, "feedback", "cases")
    scene, complaint, ideas, people = Scene(counted), uuid4(), (uuid4(), uuid4()), (uuid4(), uuid4(), uuid4())
    await scene.hear("insights", *survey(5), *survey(2), *survey(None))
    await scene.hear(
        "insights",
        feedback.ComplaintLodged(
            complaint_id=complaint, need_id=None, station_id=STATION, division=TOWNSHIP, lodged_at=AT, due_at=AT
        ),
        feedback.ComplaintSettled(
            complaint_id=complaint, division=TOWNSHIP, outcome=ComplaintOutcome.UPHELD, settled_at=AT, is_late=False
        ),
        *(feedback.SuggestionMade(suggestion_id=id, division=TOWNSHIP, made_at=AT) for id in ideas),
        feedback.SuggestionAdopted(suggestion_id=ideas[0], division=TOWNSHIP, adopted_at=AT),
    )
    await scene.hear(
        "insights",
        service(ServiceKind.COUNSELLING, 60, 1),
        service(ServiceKind.ADMINISTRATION, 20, 0),
        *(worker(id, Licence.ASSISTANT if id == people[0] else Licence.NONE) for id in people),
        cases.WorkerLeft(worker_id=people[2], station_id=STATION, division=TOWNSHIP, open_cases=0, left_at=AT),
    )
    return counted


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator"),
    [
        ("satisfaction", 1, 2), ("survey_response", 2, 3), ("suggestions_made", 2, None), ("suggestions_adopted", 1, 2),
        ("complaints", 1, 0), ("professional_service", 60, 80), ("person_times", 1, None), ("licensed_workers", 1, 2),
    ],
)  # fmt: skip
async def test_an_indicator_is_what_was_told(
    told: City, indicator: str, numerator: float, denominator: float | None
) -> None:
    found = await figure_of(told, indicator, **MARCH)
    assert (found["numerator"], found["denominator"]) == (numerator, denominator)
    assert (found["value"] is None) == (denominator == 0) == (found["unknown"] is not None)


async def test_a_publisher_that_is_not_run_is_no_trouble(told: City) -> None:
    waits = [each for each in told.house("insights").listeners if each.publisher not in told.apps]
    assert [await listener.step() for listener in waits] == [0] * len(waits)
