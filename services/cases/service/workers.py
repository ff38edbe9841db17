"""Workers: they join, are trained, have cases, and leave; what they leave behind is handed over."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import (
    AlreadyAtWork,
    HappenedAtAnotherTime,
    HasLeft,
    MentorOfThemself,
    NotTrained,
    UnknownPlace,
    UnknownWorker,
)
from services.cases.models import Case, Handover, Training, Worker
from services.cases.repository import plans
from services.cases.repository import stations as repository
from services.cases.schemas.stations import (
    HandoverView,
    TrainingForm,
    TrainingKind,
    TrainingView,
    WorkerEdit,
    WorkerFile,
    WorkerForm,
    WorkerView,
)
from services.cases.service import holders, owners
from services.cases.service.holding import held, seen
from shared.kit.access import Caller
from shared.kit.clock import now, today
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.kit.preconditions import require_version
from shared.kit.timers import set_timer

PACKET: Final = "packet"


async def join(session: AsyncSession, form: WorkerForm) -> Worker:
    """Somebody works at a station from now."""
    station = await repository.station_by_id(session, form.station_id)
    if station is None:
        raise UnknownPlace("#/station_id")
    joined = form.joined_at or now(session)
    if joined > now(session):
        raise HappenedAtAnotherTime
    if form.mentor_id is not None:
        await at_work(session, form.mentor_id, station.id, pointer="#/mentor_id")
    await repository.hold(session, f"account:{form.account}")
    if await repository.account_is_at_work(session, form.account):
        raise AlreadyAtWork
    worker = Worker(
        id=new_id(), account=form.account, station_id=station.id, division=station.division, licence=form.licence,
        is_trained=False, skills=list(form.skills), mentor_id=form.mentor_id, joined_at=joined, version=1,
    )  # fmt: skip
    session.add(worker)
    announce(session, worker.joined())
    await session.flush()
    return worker


async def at_work(session: AsyncSession, id: UUID, station_id: UUID, *, pointer: str = "#/worker_id") -> Worker:
    """A worker of a station who is still here, held so that they do not leave meanwhile."""
    worker = await repository.worker_by_id(session, id, lock=True)
    if worker is None or worker.station_id != station_id or worker.left_at is not None:
        raise UnknownWorker(pointer)
    return worker


async def able(session: AsyncSession, id: UUID, station_id: UUID) -> Worker:
    """A worker of a station who may have cases."""
    worker = await at_work(session, id, station_id)
    if not worker.is_trained:
        raise NotTrained
    return worker


async def _held(session: AsyncSession, id: UUID) -> Worker:
    worker = await repository.worker_by_id(session, id, lock=True)
    if worker is None:
        raise NotFound
    if worker.left_at is not None:
        raise HasLeft
    return worker


async def train(session: AsyncSession, id: UUID, form: TrainingForm, *, by: Caller) -> Training:
    """A course was taken; who passes pre-service may have cases."""
    worker = await _held(session, id)
    if form.held_on > today(session):
        raise HappenedAtAnotherTime
    training = Training(
        id=new_id(), worker_id=worker.id, **form.model_dump(), recorded_by=by.subject, recorded_at=now(session)
    )
    session.add(training)
    if form.kind is TrainingKind.PRE_SERVICE and form.passed:
        announce(session, *worker.passed(at=now(session)))
    return training


async def edit(session: AsyncSession, id: UUID, form: WorkerEdit, *, version: int) -> Worker:
    """Write licence, skills and mentor anew."""
    seen = await repository.worker_by_id(session, id)
    if seen is None:
        raise NotFound
    if form.mentor_id is not None and form.mentor_id != seen.mentor_id:
        await _check_mentor(session, seen, form.mentor_id)
    worker = await _held(session, id)
    require_version(version, worker.version)
    announce(session, *worker.edit(form.licence, form.skills, form.mentor_id, at=now(session)))
    return worker


async def _check_mentor(session: AsyncSession, worker: Worker, mentor_id: UUID) -> None:
    """A mentor is another one of the station who is here."""
    if mentor_id == worker.id:
        raise MentorOfThemself
    mentor = await repository.worker_by_id(session, mentor_id)
    if mentor is None or mentor.station_id != worker.station_id or mentor.left_at is not None:
        raise UnknownWorker("#/mentor_id")


async def leave(session: AsyncSession, id: UUID) -> Worker:
    """Somebody leaves: what they had waits in a packet until the head has assigned it all."""
    worker = await _held(session, id)
    cases = await repository.cases_left_by(session, id)
    open_cases = [case for case in cases if case.is_open]
    moment = now(session)
    if cases:
        packet = Handover(
            id=new_id(), worker_id=worker.id, left_station=None, station_id=worker.station_id,
            division=worker.division, count=len(cases), opened_at=moment,
        )  # fmt: skip
        session.add(packet)
        await session.flush()
        for case in cases:
            await _leave_behind(session, case, packet, left_by=id)
    await plans.leave_to_colleagues(session, id)
    announce(session, worker.leave(at=moment, open_cases=len(open_cases)))
    return worker


async def _leave_behind(session: AsyncSession, case: Case, packet: Handover, *, left_by: UUID) -> None:
    """A case waits in the packet with what was to be done in it; one that has ended, for its follow-ups."""
    if case.is_open:
        case.let_go(packet.id, at=packet.opened_at)
        await owners.watch(session, case)
        await holders.note(session, case)
    else:
        case.handover_id = packet.id
        case.version += 1
    await session.flush()
    await plans.let_go(session, case.id, left_by=left_by)


async def case_with(session: AsyncSession, id: UUID, worker_id: UUID, *, may_have_cases: bool) -> Case:
    """A case and one of its station's workers, both held: the worker first, as whoever leaves holds them."""
    station_id = (await seen(session, id)).station_id
    await (able if may_have_cases else at_work)(session, worker_id, station_id)
    case = await held(session, id)
    if case.station_id != station_id:
        raise UnknownWorker
    return case


async def left_packet(session: AsyncSession, handover_id: UUID | None) -> None:
    """A case left its packet for another station, which does not see the packet: a timer looks whether it is done."""
    if handover_id is not None:
        await set_timer(session, PACKET, handover_id, due=now(session))


async def complete_packet(session: AsyncSession, handover_id: UUID, at: datetime) -> None:
    """A case left the packet; the last one completes it."""
    await session.flush()
    packet = await repository.handover_by_id(session, handover_id)
    if packet is not None and packet.completed_at is None and not await repository.waiting_in(session, handover_id):
        packet.completed_at = at


async def workers(
    session: AsyncSession, page: Cut, *, division: str | None, station_id: UUID | None, with_left: bool
) -> Page[WorkerView]:
    rows = await repository.workers(session, page, division=division, station_id=station_id, with_left=with_left)
    return paged(rows, page, key=lambda each: (each.joined_at, each.id), view=WorkerView.model_validate)


async def worker_file(session: AsyncSession, id: UUID) -> WorkerFile:
    """A worker with courses and caseload."""
    worker = await repository.worker_by_id(session, id)
    if worker is None:
        raise NotFound
    trainings = [TrainingView.model_validate(each) for each in await repository.trainings_of(session, id)]
    load = await repository.caseload(session, id)
    return WorkerFile(**WorkerView.model_validate(worker).model_dump(), caseload=load, trainings=trainings)


async def handovers(session: AsyncSession, page: Cut, *, open_only: bool) -> Page[HandoverView]:
    """Packets, each with the cases that nobody has yet."""
    rows = await repository.handovers(session, page, open_only=open_only)
    waiting = {packet.id: list(await repository.waiting_in(session, packet.id)) for packet in rows}
    return paged(
        rows, page, key=lambda each: (each.opened_at, each.id),
        view=lambda each: HandoverView.model_validate(
            {name: getattr(each, name) for name in HandoverView.model_fields if name != "waiting"}
            | {"waiting": waiting[each.id]}
        ),
    )  # fmt: skip
