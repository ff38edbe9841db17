"""Workers, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.cases.models import Training, Worker
from services.cases.schemas.casework import Nothing
from services.cases.schemas.plans import TimeView
from services.cases.schemas.stations import (
    HandoverView,
    TrainingForm,
    TrainingView,
    WorkerEdit,
    WorkerFile,
    WorkerForm,
    WorkerView,
)
from services.cases.service import times, workers
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.kit.preconditions import IfMatch, tag
from shared.schemas.access import Action

router = Room(prefix="/v1", tags=["workers"])
Year = Annotated[int, Query(ge=2024, le=2100, description="The calendar year, by when the service was given.")]


@router.post(
    "/workers", status_code=201, dependencies=[may(Action.MANAGE_WORKERS)], summary="Somebody begins",
    response_model=WorkerView,
)  # fmt: skip
async def join(form: WorkerForm, session: Transaction, response: Response) -> Worker:
    """An account works at a station from now; it has cases only once the pre-service course is passed."""
    return _tagged(response, await workers.join(session, form))


@router.get("/workers", dependencies=[may(Action.READ_WORKERS)], summary="Workers")
async def read_workers(
    session: Transaction,
    page: PageCut,
    division: Annotated[str | None, Query(pattern=r"^\d{4,12}$", description="Any level; covers all below.")] = None,
    station_id: UUID | None = None,
    *,
    with_left: Annotated[bool, Query(description="Those who left, too.")] = False,
) -> Page[WorkerView]:
    """Who works at your stations, in the order in which they came."""
    return await workers.workers(session, page, division=division, station_id=station_id, with_left=with_left)


@router.get("/workers/{id}", dependencies=[may(Action.READ_WORKERS)], summary="A worker's file")
async def read_worker(id: UUID, session: Transaction, response: Response) -> WorkerFile:
    """Licence, courses, skills, mentor, and how many open cases they have."""
    worker = await workers.worker_file(session, id)
    tag(response, worker.version)
    return worker


@router.put(
    "/workers/{id}",
    dependencies=[may(Action.MANAGE_WORKERS)],
    summary="Keep a worker's file",
    response_model=WorkerView,
)
async def edit(id: UUID, form: WorkerEdit, session: Transaction, version: IfMatch, response: Response) -> Worker:
    """Write licence, skills and mentor anew; a mentor is another worker of the station."""
    return _tagged(response, await workers.edit(session, id, form, version=version))


@router.get("/workers/{id}/time", dependencies=[may(Action.READ_WORKERS)], summary="A worker's time")
async def read_worker_time(id: UUID, session: Transaction, year: Year) -> TimeView:
    """Professional and administrative minutes by month, as service records tell of them."""
    return await times.of_worker(session, id, year)


@router.get("/stations/{id}/time", dependencies=[may(Action.READ_WORKERS)], summary="A station's time")
async def read_station_time(id: UUID, session: Transaction, year: Year) -> TimeView:
    """Professional and administrative minutes by month, of all who worked there."""
    return await times.of_station(session, id, year)


@router.post(
    "/workers/{id}/trainings", status_code=201, dependencies=[may(Action.MANAGE_WORKERS)], summary="Record a course",
    response_model=TrainingView,
)  # fmt: skip
async def train(id: UUID, form: TrainingForm, session: Transaction, who: Who) -> Training:
    """A course and its result; pre-service passed opens the way to cases."""
    return await workers.train(session, id, form, by=who)


@router.post(
    "/workers/{id}/leave", dependencies=[may(Action.MANAGE_WORKERS)], summary="Somebody leaves",
    response_model=WorkerView,
)  # fmt: skip
async def leave(id: UUID, _: Nothing, session: Transaction, response: Response) -> Worker:
    """Their open cases go into a hand-over packet, which the head assigns; after a working day somebody is told."""
    return _tagged(response, await workers.leave(session, id))


@router.get("/handovers", dependencies=[may(Action.READ_WORKERS)], summary="Hand-over packets")
async def read_handovers(
    session: Transaction, page: PageCut, *, open_only: Annotated[bool, Query(description="Only what waits.")] = True
) -> Page[HandoverView]:
    """What those who left had, and which cases nobody has yet."""
    return await workers.handovers(session, page, open_only=open_only)


def _tagged(response: Response, worker: Worker) -> Worker:
    tag(response, worker.version)
    return worker
