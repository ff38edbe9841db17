"""A batch of facts: what it is about is fetched together, and written together once all of it was heard."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import (
    CaseFile,
    CasePart,
    Complaint,
    NeedEpisode,
    NeedPause,
    Order,
    Package,
    Person,
    Resource,
    ServiceGiven,
    Station,
    Suggestion,
    Survey,
    Table,
    Worker,
)
from services.insights.repository import hand as repository
from services.insights.service.deadlines import reckon
from shared.kit.feed.ears import HeardFact

OF_NEEDS: Final = (NeedEpisode, NeedPause)
# What the facts are about whose names begin so, and the field that says which one.
ABOUT: Final[tuple[tuple[str, tuple[type[Table], ...], str], ...]] = (
    ("needs.need_", OF_NEEDS, "need_id"),
    ("needs.clock_breached", OF_NEEDS, "need_id"),
    ("needs.reopening_declined", OF_NEEDS, "need_id"),
    ("needs.resident_changed", (Person,), "resident_id"),
    ("matching.order_", (Order,), "order_id"),
    ("matching.resource_", (Resource,), "resource_id"),
    ("matching.package_granted", (Package,), "package_id"),
    ("feedback.survey_", (Survey,), "survey_id"),
    ("feedback.complaint_", (Complaint,), "complaint_id"),
    ("feedback.suggestion_", (Suggestion,), "suggestion_id"),
    ("cases.station_changed", (Station,), "station_id"),
    ("cases.worker_", (Worker,), "worker_id"),
    ("cases.case_", (CaseFile, CasePart), "case_id"),
    ("cases.part_ended", (CasePart,), "case_id"),
    ("cases.service_recorded", (ServiceGiven,), "service_id"),
)


async def take_in_hand(session: AsyncSession, batch: Sequence[HeardFact]) -> None:
    """Fetch what a batch is about, once for all of its facts; it is written when they have all been heard."""
    wanted: dict[type[Table], set[UUID]] = {}
    for fact in batch:
        for beginning, models, field in ABOUT:
            if fact.name.startswith(beginning) and field in fact.body:
                id = UUID(fact.body[field])
                for model in models:
                    wanted.setdefault(model, set()).add(id)
    if not wanted:
        return
    hand = await repository.take_in_hand(session, wanted)

    async def write() -> None:
        await reckon(session, hand)
        await repository.write(session, hand)

    session.info["before_commit"].append(write)
