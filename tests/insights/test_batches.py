"""Facts heard in batches make the rows that they make one by one, whoever publishes them, and heard again too."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from deploy.postgres import Cluster
from shared.schemas.facts import Fact, cases, feedback, matching
from shared.schemas.vocabulary import (
    CancellationReason,
    ComplaintOutcome,
    FailureReason,
    Licence,
    Outcome,
    PauseReason,
    RefusalReason,
    ResourceStatus,
    ServiceKind,
    Solved,
    SurveyChannel,
    Unit,
)
from tests.city import City, running
from tests.given.scene import Scene
from tests.insights.hearing import hear_batch
from tests.insights.looking import kept
from tests.insights.planting import AT, later, ordered, station, worker
from tests.people import OTHER_TOWNSHIP, STATION, TOWNSHIP


def orders() -> list[Fact]:
    """Orders to every end; two of them draw on one resource, which then offers more."""
    resource, told = uuid4(), list[Fact]()
    offer: dict[str, Any] = {
        "resource_id": resource, "provider": "health", "category": "meals", "unit": next(iter(Unit)),
        "areas": (TOWNSHIP,), "status": ResourceStatus.ACTIVE,
    }  # fmt: skip
    told.append(matching.ResourcePublished(**offer, capacity=4))
    for end in ("completed", "rejected", "failed", "cancelled", "held", None):
        order = ordered(uuid4()).model_copy(update={"resource_id": resource, "quantity": 3})
        of: dict[str, Any] = {"order_id": order.order_id, "need_id": order.need_id, "provider": order.provider}
        told += [order, matching.OrderAccepted(**of, resident_id=None, category="meals", accepted_at=later(hours=1))]
        ends: dict[str | None, list[Fact]] = {
            "completed": [
                matching.OrderStarted(**of, started_at=later(days=1)),
                matching.OrderCompleted(**of, quantity=3, used=2, completed_at=later(days=2)),
            ],
            "rejected": [matching.OrderRejected(**of, reason=next(iter(RefusalReason)), waits_for_county=False)],
            "failed": [matching.OrderFailed(**of, reason=next(iter(FailureReason)), used=1)],
            "cancelled": [matching.OrderCancelled(**of, reason=next(iter(CancellationReason)))],
            "held": [
                matching.OrderHeld(**of, reason=PauseReason.RESIDENT_AWAY, held_at=later(days=1)),
                matching.OrderResumed(**of, resumed_at=later(days=2)),
            ],
            None: [],
        }
        told += ends[end]
    package = matching.PackageGranted(
        package_id=uuid4(), provider="health", resource_id=resource, station_id=STATION, quarter="2026Q1", quota=9
    )
    return [*told, package, matching.ResourceChanged(**offer, capacity=8)]


def casework() -> list[Fact]:
    """A case with a part that leaves and one that stays, closed and gone on with; workers; a station told of twice."""
    of: dict[str, Any] = {"case_id": uuid4(), "station_id": STATION}
    resident, left, stays, somebody = (uuid4() for _ in range(4))
    place: dict[str, Any] = of | {"division": TOWNSHIP}
    joined = [cases.CaseJoined(**of, need_id=need, episode=1, joined_at=AT) for need in (left, stays)]
    changed: dict[str, Any] = {"worker_id": somebody, "station_id": STATION, "division": OTHER_TOWNSHIP}
    home = uuid4()
    return [
        cases.CaseOpened(
            **place, need_id=left, resident_id=resident, worker_id=None, category="meals", opened_at=AT
        ),
        *joined,
        cases.ServiceRecorded(
            **place, service_id=uuid4(), kind=ServiceKind.COUNSELLING, worker_id=somebody, minutes=40, person_times=1,
            is_professional=True, reached=True, occurred_at=later(days=2), is_late_entry=False,
        ),
        cases.PartEnded(**place, need_id=left, episode=1, moved_to=uuid4(), ended_at=later(days=3)),
        cases.CaseClosed(**place, resident_id=resident, outcome=Outcome.MET, score_after=3, closed_at=later(days=4)),
        cases.CaseReopened(**place, resident_id=resident, worker_id=None, reopened_at=later(days=5)),
        worker(somebody),
        cases.WorkerChanged(**changed, licence=Licence.ASSISTANT, is_trained=True, version=2, changed_at=AT),
        cases.WorkerLeft(**changed, open_cases=0, left_at=later(days=9)),
        station(home, version=3, is_active=False), station(home, version=2),
    ]  # fmt: skip


def voices() -> list[Fact]:
    """Surveys answered, silent and taken back; a complaint late and settled; a suggestion adopted."""
    told: list[Fact] = []
    for end in ("answered", "silent", "voided"):
        of: dict[str, Any] = {"survey_id": uuid4(), "need_id": uuid4(), "episode": 1}
        place: dict[str, Any] = of | {"category": "meals", "division": TOWNSHIP, "station_id": STATION}
        told.append(feedback.SurveyInvited(**place, invited_at=later(days=30), closes_at=AT, resolved_at=AT))
        if end != "silent":
            told.append(
                feedback.SurveyAnswered(
                    **place, channel=SurveyChannel.LINK, responded=False, solved=Solved.YES, satisfaction=4,
                    providers=(), answered_at=later(days=31),
                )
            )  # fmt: skip
        if end == "voided":
            told.append(feedback.SurveyVoided(**of, voided_at=later(days=32)))
    complaint: dict[str, Any] = {"complaint_id": uuid4(), "division": TOWNSHIP}
    idea: dict[str, Any] = {"suggestion_id": uuid4(), "division": TOWNSHIP}
    at: dict[str, Any] = complaint | {"need_id": None, "station_id": STATION, "due_at": later(days=5)}
    outcome = next(iter(ComplaintOutcome))
    return [
        *told,
        feedback.ComplaintLodged(**at, lodged_at=AT), feedback.ComplaintOverdue(**at, is_assigned=False),
        feedback.ComplaintSettled(**complaint, outcome=outcome, settled_at=later(days=6), is_late=True),
        feedback.SuggestionMade(**idea, made_at=AT), feedback.SuggestionAdopted(**idea, adopted_at=later(days=3)),
    ]  # fmt: skip


@pytest.fixture(scope="module")
async def alone(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    async with running(cluster, folder, ("insights",)) as city:
        yield city


async def rows(city: City) -> dict[str, list[str]]:
    """All that is kept; a month in which nothing is left counts nothing."""
    found = await kept(city)
    owner = await city.owner("insights")
    query = "SELECT t::text FROM answer_month t WHERE answered <> 0 ORDER BY 1"
    found["answer_month"] = [row[0] for row in await owner.fetch(query)]
    await owner.close()
    return found


async def empty(city: City) -> None:
    owner = await city.owner("insights")
    await owner.execute(f"TRUNCATE {', '.join(await kept(city))}")
    await owner.close()


# What is told, and how many rows come of it.
STORIES = {"matching": (orders, 9), "cases": (casework, 6), "feedback": (voices, 5)}


@pytest.mark.parametrize("publisher", STORIES)
async def test_a_batch_makes_the_rows_that_its_facts_make_one_by_one(alone: City, publisher: str) -> None:
    tell, count = STORIES[publisher]
    told = tell()
    await empty(alone)
    # An order is asked for when its fact was written: all are heard at that one moment.
    await Scene(alone).hear("insights", *told)
    one_by_one = await rows(alone)
    for size in (len(told), 2):
        await empty(alone)
        for _ in range(2):
            for first in range(0, len(told), size):
                await hear_batch(alone, told[first : first + size])
            assert await rows(alone) == one_by_one, f"in batches of {size}"
    assert sum(len(found) for found in one_by_one.values()) == count


async def test_a_part_that_went_on_elsewhere_is_known_as_ended_and_the_other_goes_on(alone: City) -> None:
    await empty(alone)
    await hear_batch(alone, casework())
    owner = await alone.owner("insights")
    ends = [row["ended_at"] for row in await owner.fetch("SELECT ended_at FROM case_part ORDER BY ended_at")]
    await owner.close()
    assert ends == [later(days=3), None]
