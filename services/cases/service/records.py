"""What is written down in a case; words are sealed, and whoever reads them is written down."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import (
    AlreadyDecided,
    ConsentMissing,
    HappenedAtAnotherTime,
    NobodyHasIt,
    UnknownPart,
)
from services.cases.models import Assessment, Case, FollowUp, Goal, Note, OrderWish, ServiceRecord, Task, Worded
from services.cases.repository import casework as repository
from services.cases.repository import stations
from services.cases.rules.scores import overall
from services.cases.rules.stages import CaseAct
from services.cases.rules.times import contact_by, is_late, is_possible
from services.cases.schemas.records import (
    AssessmentForm,
    CaseWords,
    GoalForm,
    NoteForm,
    ServiceForm,
    TaskForm,
    TaskState,
    TaskView,
    WordsView,
)
from services.cases.service import times, workers
from services.cases.service.holding import held, seen
from shared.kit.access import Caller
from shared.kit.audit import record_reading
from shared.kit.clock import now, today
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.schemas.facts import cases as facts
from shared.schemas.vocabulary import ServiceKind

WORDED: Final[tuple[type[Worded], ...]] = (Assessment, Goal, Task, ServiceRecord, Note, OrderWish, FollowUp)


async def _open(session: AsyncSession, id: UUID) -> Case:
    """A case in which things may be written down."""
    case = await held(session, id)
    case.check(CaseAct.SUSPEND)
    return case


async def assess(session: AsyncSession, id: UUID, form: AssessmentForm, *, by: Caller) -> Assessment:
    """Score the person's situation: to plan by, or to see what came of it."""
    case = await _open(session, id)
    if case.consents is not True:
        raise ConsentMissing
    announce(session, *case.move(CaseAct.EVALUATE if form.is_evaluation else CaseAct.ASSESS, at=now(session)))
    assessment = Assessment(
        id=new_id(), case_id=id, scores={key.value: value for key, value in form.scores.items()},
        overall=overall(form.scores), is_evaluation=form.is_evaluation, by=by.subject, at=now(session),
    )  # fmt: skip
    assessment.words = form.words
    session.add(assessment)
    if case.score_before is None:
        case.score_before = assessment.overall
    return assessment


async def set_goal(session: AsyncSession, id: UUID, form: GoalForm, *, by: Caller) -> Goal:
    """What the work is for."""
    await _open(session, id)
    goal = Goal(id=new_id(), case_id=id, domain=form.domain, by=by.subject, at=now(session))
    goal.words = form.words
    session.add(goal)
    return goal


async def set_task(session: AsyncSession, id: UUID, form: TaskForm, *, by: Caller) -> Task:
    """Something to be done by a day; by the case's worker if nobody else is named."""
    if form.worker_id is not None:
        await workers.case_with(session, id, form.worker_id, may_have_cases=False)
    case = await _open(session, id)
    if form.goal_id is not None and await repository.part(session, Goal, form.goal_id, id) is None:
        raise UnknownPart("#/goal_id")
    task = Task(
        id=new_id(), case_id=id, goal_id=form.goal_id, worker_id=form.worker_id or case.worker_id, due_on=form.due_on,
        by=by.subject, at=now(session), version=1,
    )  # fmt: skip
    task.words = form.words
    session.add(task)
    return task


async def finish_task(session: AsyncSession, id: UUID, task_id: UUID) -> Task:
    await _open(session, id)
    task = await repository.part(session, Task, task_id, id, lock=True)
    if task is None:
        raise NotFound
    if task.done_at is not None:
        raise AlreadyDecided
    task.done_at = now(session)
    task.version += 1
    return task


async def tasks(
    session: AsyncSession, page: Cut, *, by: Caller, mine: bool, state: TaskState | None, case_id: UUID | None
) -> Page[TaskView]:
    """Tasks of the caller's cases; `mine` are those of the caller as a worker."""
    worker = await stations.worker_of_account(session, by.subject) if mine else None
    if mine and worker is None:
        return Page[TaskView](items=[], next=None)
    rows = await repository.tasks(
        session, page, today(session), worker_id=worker.id if worker else None, case_id=case_id, state=state
    )
    return paged(rows, page, key=lambda task: (task.at, task.id), view=TaskView.model_validate)


async def record_service(session: AsyncSession, id: UUID, form: ServiceForm, *, by: Caller) -> ServiceRecord:
    """A service was given; reaching the person about a need is contact."""
    if form.worker_id is not None:
        await workers.case_with(session, id, form.worker_id, may_have_cases=True)
    case = await _open(session, id)
    occurred = form.occurred_at or now(session)
    if not is_possible(occurred, opened=case.opened_at, now=now(session)):
        raise HappenedAtAnotherTime
    if form.need_id is not None and not await repository.has_need(session, id, form.need_id):
        raise UnknownPart("#/need_id")
    record = ServiceRecord(
        id=new_id(), case_id=id, need_id=form.need_id, worker_id=_who_served(case, form), kind=form.kind,
        contact=form.contact, minutes=form.minutes, person_times=form.person_times, reached=form.reached,
        occurred_at=occurred, is_late_entry=is_late(occurred, now(session)), by=by.subject,
        at=now(session),
    )  # fmt: skip
    record.words = form.words
    session.add(record)
    # The record is there before what counts it.
    await session.flush()
    times.count(session, case, record)
    _announce_service(session, case, record, form, occurred)
    await _announce_contact(session, case, record, form)
    return record


def _who_served(case: Case, form: ServiceForm) -> UUID:
    """Who served; no case without pre-service passed, so no service in one either."""
    served = form.worker_id or case.worker_id
    if served is None:
        raise NobodyHasIt
    return served


def _announce_service(
    session: AsyncSession, case: Case, record: ServiceRecord, form: ServiceForm, occurred: datetime
) -> None:
    announce(
        session,
        facts.ServiceRecorded(
            case_id=case.id, service_id=record.id, kind=form.kind, station_id=case.station_id, division=case.division,
            worker_id=record.worker_id, minutes=form.minutes, person_times=form.person_times,
            is_professional=ServiceKind(form.kind).is_professional, reached=form.reached, occurred_at=occurred,
            is_late_entry=record.is_late_entry,
        ),
    )  # fmt: skip


async def _announce_contact(session: AsyncSession, case: Case, record: ServiceRecord, form: ServiceForm) -> None:
    """Who was reached was in contact about the need named, or about all that the case is open for."""
    if not form.reached:
        return
    needs = [form.need_id] if form.need_id is not None else await repository.awaiting_needs(session, case.id)
    for need_id in needs:
        announce(
            session,
            facts.ContactMade(
                case_id=case.id, need_id=need_id, kind=form.contact or contact_by(form.kind),
                occurred_at=record.occurred_at, recorded_at=now(session), service_id=record.id,
            ),
        )  # fmt: skip


async def add_note(session: AsyncSession, id: UUID, form: NoteForm, *, by: Caller) -> Note:
    """Words about the case, for ever."""
    await held(session, id)
    note = Note(id=new_id(), case_id=id, by=by.subject, at=now(session))
    note.words = form.words
    session.add(note)
    return note


async def read_words(session: AsyncSession, id: UUID) -> CaseWords:
    """All that was written in words in a case, oldest first; the reading is written down."""
    case = await seen(session, id)
    found = [
        WordsView(kind=kind.__tablename__, id=row.id, at=row.at, words=row.words)
        for kind in WORDED
        for row in await repository.within(session, kind, id)
        if row.words is not None
    ]  # fmt: skip
    await record_reading(
        session, "read_case_words", purpose=f"case:{id}", fields=("words",), subjects=[case.resident_id]
    )
    return CaseWords(items=sorted(found, key=lambda each: (each.at, each.id)))
