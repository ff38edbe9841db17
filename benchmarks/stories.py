"""What happens to people, as facts of each publisher: what a rebuilding of insights hears."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from benchmarks.rows import STATION, TOWNSHIP
from shared.schemas.facts import Fact, cases, feedback, matching, needs
from shared.schemas.vocabulary import (
    Channel,
    ContactKind,
    Outcome,
    ResourceStatus,
    ServiceKind,
    Solved,
    SurveyChannel,
    Unit,
    Urgency,
)

AT: Final = datetime(2026, 3, 10, 2, tzinfo=UTC)


def asked() -> Iterator[Fact]:
    """A need asked, judged and answered."""
    place: dict[str, Any] = {"need_id": uuid4(), "division": TOWNSHIP, "station_id": STATION, "episode": 1}
    told: dict[str, Any] = place | {
        "resident_id": None, "reference": "XQ", "urgency": Urgency.ROUTINE, "groups": (), "registered_at": AT,
    }  # fmt: skip
    yield needs.NeedRegistered(**told, channel=Channel.HOTLINE)
    yield needs.NeedTriaged(**told, category="meals", confidence=1, triaged_at=AT)
    yield needs.NeedContacted(
        need_id=place["need_id"], episode=1, kind=ContactKind.CALL, occurred_at=AT, recorded_at=AT, is_first=True,
        is_late_entry=False,
    )  # fmt: skip


def given() -> Iterator[Fact]:
    """Something offered, ordered and done."""
    order, need, resource = uuid4(), uuid4(), uuid4()
    of: dict[str, Any] = {"order_id": order, "need_id": need, "provider": "health"}
    yield matching.ResourcePublished(
        resource_id=resource, provider="health", category="meals", unit=next(iter(Unit)), areas=(TOWNSHIP,),
        capacity=9, status=ResourceStatus.ACTIVE,
    )  # fmt: skip
    yield matching.OrderRequested(
        **of, reference="DD", resident_id=None, resource_id=resource, station_id=STATION, division=TOWNSHIP,
        category="meals", quantity=2, due_at=AT,
    )  # fmt: skip
    yield matching.OrderAccepted(**of, resident_id=None, category="meals", accepted_at=AT)
    yield matching.OrderStarted(**of, started_at=AT)
    yield matching.OrderCompleted(**of, quantity=2, used=1, completed_at=AT)


def worked_on() -> Iterator[Fact]:
    """A case opened, served twice and closed."""
    of: dict[str, Any] = {"case_id": uuid4(), "station_id": STATION, "division": TOWNSHIP}
    resident = uuid4()
    yield cases.CaseOpened(**of, need_id=None, resident_id=resident, worker_id=None, category="meals", opened_at=AT)
    for _ in range(2):
        yield cases.ServiceRecorded(
            **of, service_id=uuid4(), kind=ServiceKind.COUNSELLING, worker_id=resident, minutes=30, person_times=1,
            is_professional=True, reached=True, occurred_at=AT, is_late_entry=False,
        )  # fmt: skip
    yield cases.CaseClosed(**of, resident_id=resident, outcome=Outcome.MET, closed_at=AT)


def judged() -> Iterator[Fact]:
    """A survey sent and answered."""
    of: dict[str, Any] = {
        "survey_id": uuid4(), "need_id": uuid4(), "episode": 1, "category": "meals", "division": TOWNSHIP,
        "station_id": STATION,
    }  # fmt: skip
    yield feedback.SurveyInvited(**of, invited_at=AT, closes_at=AT, resolved_at=AT)
    yield feedback.SurveyAnswered(
        **of, channel=SurveyChannel.LINK, responded=True, solved=Solved.YES, satisfaction=5, providers=(),
        answered_at=AT,
    )  # fmt: skip


STORIES: Final[dict[str, Callable[[], Iterator[Fact]]]] = {
    "needs": asked, "matching": given, "cases": worked_on, "feedback": judged,
}  # fmt: skip


def story(publisher: str, *, times: int) -> list[Fact]:
    """The same again and again, of other people each time, one after another as in a year."""
    return [fact for _ in range(times) for fact in STORIES[publisher]()]
