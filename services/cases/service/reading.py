"""Cases as they are read: in queues, as a file, and as a timeline of all that happened."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import (
    Approval,
    Assessment,
    Case,
    CaseEvent,
    CaseNeed,
    FollowUp,
    OrderWish,
    ServiceRecord,
    Transfer,
)
from services.cases.repository import casework as repository
from services.cases.repository import plans, waiting
from services.cases.rules.plans import moments_without_need
from services.cases.schemas.casework import (
    ApprovalView,
    CaseFile,
    CaseFilter,
    CaseLine,
    CaseView,
    PartView,
    Timeline,
    TimelineEntry,
    TransferView,
    UnownedView,
)
from services.cases.schemas.plans import FollowUpView
from services.cases.schemas.records import AssessmentView, ServiceView
from services.cases.service import wishes
from services.cases.service.holding import seen
from shared.kit.feed.log import facts_of
from shared.kit.paging import Cut, Page, paged
from shared.schemas.facts import needs as facts
from shared.schemas.vocabulary import NeedStatus

NOTHING_ASKED: Final = "cases.nothing_asked"
# A need that ended in one of these was not met here; nobody asks for it any more, or asks elsewhere.
GONE: Final = frozenset({facts.NeedWithdrawn.name, facts.NeedReferredOut.name})


async def queue(session: AsyncSession, page: Cut, wanted: CaseFilter) -> Page[CaseLine]:
    """Cases that the caller may see, in the order in which they were opened."""
    rows = await repository.queue(session, page, wanted)
    about = await repository.needs_of(session, [case.id for case in rows])

    def line(case: Case) -> CaseLine:
        return CaseLine(**CaseView.model_validate(case).model_dump(), need_ids=tuple(about[case.id]))

    return paged(rows, page, key=lambda case: (case.opened_at, case.id), view=line)


async def unowned(session: AsyncSession, page: Cut) -> Page[UnownedView]:
    """Open cases that nobody has, the longest without anybody first."""
    rows = await waiting.unowned(session, page)
    return paged(rows, page, key=lambda row: (row.unowned_since, row.id), view=UnownedView.model_validate)


async def case_file(session: AsyncSession, id: UUID) -> CaseFile:
    """A case with what it holds, in codes."""
    case = await seen(session, id)
    wished = await repository.within(session, OrderWish, id)
    orders = await plans.orders_of(session, [each.id for each in wished])
    return CaseFile(
        **CaseView.model_validate(case).model_dump(),
        needs=[PartView.model_validate(each) for each in await repository.parts_of(session, id)],
        approvals=[ApprovalView.model_validate(each) for each in await repository.within(session, Approval, id)],
        assessments=[AssessmentView.model_validate(each) for each in await repository.within(session, Assessment, id)],
        services=[ServiceView.model_validate(each) for each in await repository.within(session, ServiceRecord, id)],
        transfers=[TransferView.model_validate(each) for each in await repository.within(session, Transfer, id)],
        order_wishes=[wishes.shown(each, orders[each.id]) for each in wished],
        follow_ups=[FollowUpView.model_validate(each) for each in await repository.within(session, FollowUp, id)],
        also_open=await _also_open(session, case),
    )


async def _also_open(session: AsyncSession, case: Case) -> list[UUID]:
    files = await repository.files_of_person(session, case.resident_id)
    return [id for id in await repository.open_cases(session, files) if id != case.id]


async def timeline(session: AsyncSession, id: UUID) -> Timeline:
    """The case's own facts, and what happened elsewhere for its needs, oldest first."""
    await seen(session, id)
    own = [TimelineEntry(fact=row.name, at=row.time, details=row.body) for row in await facts_of(session, str(id))]
    events = await repository.events_of(session, id)
    parts = await repository.parts_of(session, id)
    return Timeline(
        items=sorted(
            [*own, *map(_entry, events), *_left_without_need(parts, events)], key=lambda entry: entry.at
        )
    )  # fmt: skip


def _entry(event: CaseEvent) -> TimelineEntry:
    return TimelineEntry(
        fact=event.fact, at=event.at,
        details={
            "need_id": str(event.need_id), "subject": str(event.subject), "provider": event.provider,
            "reason": event.reason,
        },
    )  # fmt: skip


def _left_without_need(parts: Sequence[CaseNeed], events: Sequence[CaseEvent]) -> list[TimelineEntry]:
    """What the worker is told where nothing asks for the case any more; nothing closes by itself."""
    joined = [(part.need_id, part.joined_at) for part in parts]
    ended = [(event.need_id, event.at) for event in events if _is_gone(event)]
    ended += [(part.need_id, part.ended_at) for part in parts if part.ended_at is not None]
    return [
        TimelineEntry(fact=NOTHING_ASKED, at=moment, details={"needs": [str(need) for need, _ in joined]})
        for moment in moments_without_need(joined, ended)
    ]


def _is_gone(event: CaseEvent) -> bool:
    return event.fact in GONE or event.reason == NeedStatus.ENTERED_IN_ERROR
