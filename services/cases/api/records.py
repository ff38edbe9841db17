"""What is written down in cases, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.cases.models import Assessment, Goal, Note, ServiceRecord, Task
from services.cases.schemas.casework import Nothing
from services.cases.schemas.records import (
    AssessmentForm,
    AssessmentView,
    CaseWords,
    GoalForm,
    GoalView,
    NoteForm,
    NoteView,
    ServiceForm,
    ServiceView,
    TaskForm,
    TaskState,
    TaskView,
)
from services.cases.service import records
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1", tags=["records"])
work = may(Action.WORK_CASE)


@router.post(
    "/cases/{id}/assessments", status_code=201, dependencies=[work], summary="Assess", response_model=AssessmentView
)
async def assess(id: UUID, form: AssessmentForm, session: Transaction, who: Who) -> Assessment:
    """Score the person's situation by domain; the first one is the "before" of the case."""
    return await records.assess(session, id, form, by=who)


@router.post("/cases/{id}/goals", status_code=201, dependencies=[work], summary="Set a goal", response_model=GoalView)
async def set_goal(id: UUID, form: GoalForm, session: Transaction, who: Who) -> Goal:
    """What the work is for; a plan has one at least."""
    return await records.set_goal(session, id, form, by=who)


@router.post("/cases/{id}/tasks", status_code=201, dependencies=[work], summary="Set a task", response_model=TaskView)
async def set_task(id: UUID, form: TaskForm, session: Transaction, who: Who) -> Task:
    """Something to be done by a day."""
    return await records.set_task(session, id, form, by=who)


@router.post(
    "/cases/{id}/tasks/{task_id}/finish", dependencies=[work], summary="Finish a task", response_model=TaskView
)
async def finish_task(id: UUID, task_id: UUID, _: Nothing, session: Transaction) -> Task:
    """It is done, as of now."""
    return await records.finish_task(session, id, task_id)


@router.get("/tasks", dependencies=[may(Action.READ_CASES)], summary="Tasks")
async def read_tasks(
    session: Transaction,
    page: PageCut,
    who: Who,
    *,
    mine: Annotated[bool, Query(description="Only the caller's own, as a worker.")] = False,
    state: TaskState | None = None,
    case_id: UUID | None = None,
) -> Page[TaskView]:
    """Tasks of your cases: mine, overdue, upcoming, done."""
    return await records.tasks(session, page, by=who, mine=mine, state=state, case_id=case_id)


@router.post(
    "/cases/{id}/services", status_code=201, dependencies=[work], summary="Record a service",
    response_model=ServiceView,
)  # fmt: skip
async def record_service(id: UUID, form: ServiceForm, session: Transaction, who: Who) -> ServiceRecord:
    """A service that was given, with minutes and person-times; reaching the person about a need is contact."""
    return await records.record_service(session, id, form, by=who)


@router.post("/cases/{id}/notes", status_code=201, dependencies=[work], summary="Add a note", response_model=NoteView)
async def add_note(id: UUID, form: NoteForm, session: Transaction, who: Who) -> Note:
    """Words about the case; they stay."""
    return await records.add_note(session, id, form, by=who)


@router.get("/cases/{id}/words", dependencies=[may(Action.READ_CASE_WORDS)], summary="The words of a case")
async def read_words(id: UUID, session: Transaction) -> CaseWords:
    """Notes, goals, tasks and what was said of assessments and services; the reading is written into the trail."""
    return await records.read_words(session, id)
