"""Follow-up after the end: planned for a day, recorded with how the person stands; it may lead to a reopening."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import DayIsPast, FollowUpOver, HappenedAtAnotherTime, NotEndedYet, NothingFound, UnknownPart
from services.cases.models import Case, FollowUp
from services.cases.repository import casework as repository
from services.cases.repository import plans, stations
from services.cases.rules.times import is_late, is_possible
from services.cases.schemas.plans import FollowUpForm, FollowUpRecord, FollowUpState, FollowUpView
from services.cases.service import workers
from services.cases.service.holding import held
from shared.kit.access import Caller
from shared.kit.clock import now, today
from shared.kit.errors import NotFound
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged


async def _ended(session: AsyncSession, id: UUID) -> Case:
    case = await held(session, id)
    if case.is_open:
        raise NotEndedYet
    return case


async def plan(session: AsyncSession, id: UUID, form: FollowUpForm, *, by: Caller) -> FollowUp:
    """Plan a follow-up by hand."""
    if form.worker_id is not None:
        await workers.case_with(session, id, form.worker_id, may_have_cases=False)
    case = await _ended(session, id)
    (made,) = planned(session, case, [form.due_on], worker_id=form.worker_id, by=by, pointer="#/due_on")
    return made


def planned(
    session: AsyncSession, case: Case, days: Iterable[date], *, by: Caller, worker_id: UUID | None = None,
    pointer: str = "#/follow_ups",
) -> list[FollowUp]:  # fmt: skip
    """Follow-ups on these days, each once; by the case's worker if nobody else is named."""
    made = []
    for day in sorted(set(days)):
        if day < today(session):
            raise DayIsPast(pointer)
        made.append(
            FollowUp(
                id=new_id(), case_id=case.id, worker_id=worker_id or case.worker_id, due_on=day, by=by.subject,
                at=now(session),
            )
        )  # fmt: skip
    session.add_all(made)
    return made


async def record(session: AsyncSession, id: UUID, follow_up_id: UUID, form: FollowUpRecord, *, by: Caller) -> FollowUp:
    """What a follow-up found; where nobody was reached the next day can be planned at once."""
    case = await _ended(session, id)
    follow_up = await repository.part(session, FollowUp, follow_up_id, id, lock=True)
    if follow_up is None:
        raise NotFound
    if follow_up.done_at is not None or follow_up.dropped_at is not None:
        raise FollowUpOver
    occurred = form.occurred_at or now(session)
    if not is_possible(occurred, opened=case.closed_at or case.opened_at, now=now(session)):
        raise HappenedAtAnotherTime
    follow_up.kind, follow_up.reached, follow_up.standing = form.kind, form.reached, form.standing
    follow_up.occurred_at, follow_up.is_late_entry = occurred, is_late(occurred, now(session))
    follow_up.words = form.words
    follow_up.done_by, follow_up.done_at = by.subject, now(session)
    if form.next_on is not None:
        planned(session, case, [form.next_on], worker_id=follow_up.worker_id, by=by, pointer="#/next_on")
    await _leave_packet(session, case)
    return follow_up


async def _leave_packet(session: AsyncSession, case: Case) -> None:
    """A case that waits in a packet only for its follow-ups leaves it with the last one."""
    await session.flush()
    if case.handover_id is not None and not await plans.count_follow_ups(session, case.id):
        packet, case.handover_id = case.handover_id, None
        await workers.complete_packet(session, packet, now(session))


async def lead_back(session: AsyncSession, id: UUID, follow_up_id: UUID) -> None:
    """The case goes on for what a follow-up found: it is one of the case's, and was recorded."""
    follow_up = await repository.part(session, FollowUp, follow_up_id, id, lock=True)
    if follow_up is None:
        raise UnknownPart("#/follow_up_id")
    if follow_up.done_at is None:
        raise NothingFound
    follow_up.reopened_at = now(session)


async def follow_ups(
    session: AsyncSession, page: Cut, *, by: Caller, mine: bool, state: FollowUpState | None, case_id: UUID | None
) -> Page[FollowUpView]:
    """Follow-ups of the caller's cases; `mine` are those of the caller as a worker."""
    worker = await stations.worker_of_account(session, by.subject) if mine else None
    if mine and worker is None:
        return Page[FollowUpView](items=[], next=None)
    rows = await plans.follow_ups(
        session, page, today(session), worker_id=worker.id if worker else None, case_id=case_id, state=state
    )
    return paged(rows, page, key=lambda each: (each.at, each.id), view=FollowUpView.model_validate)
