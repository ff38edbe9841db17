"""Cases: opened for a need, joined by later ones, consented to, assigned, ended and opened again."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import (
    CaseAlreadyOpen,
    NeedAlreadyInCase,
    NeedNotReady,
    NeedOfAnother,
    ScoresMissing,
    UnknownNeed,
)
from services.cases.models import Approval, Assessment, Case, CaseNeed, Need, ServiceRecord, Transfer
from services.cases.repository import casework as repository
from services.cases.repository import stations
from services.cases.rules.scores import MEASURED, overall
from services.cases.rules.stages import CaseAct
from services.cases.schemas.casework import (
    ApprovalView,
    AssignForm,
    CaseFile,
    CaseFilter,
    CaseForm,
    CaseView,
    CloseForm,
    ConsentForm,
    PartView,
    Timeline,
    TimelineEntry,
    TransferView,
)
from services.cases.schemas.records import AssessmentView, ServiceView
from services.cases.service import owners, workers
from shared.kit.access import Caller
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce, facts_of
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.schemas.vocabulary import CaseStage, CaseStatus


async def held(session: AsyncSession, id: UUID) -> Case:
    """A case of the caller's that nobody else moves until this transaction ends."""
    case = await repository.case_by_id(session, id, lock=True)
    if case is None:
        raise NotFound
    return case


async def seen(session: AsyncSession, id: UUID) -> Case:
    case = await repository.case_by_id(session, id)
    if case is None:
        raise NotFound
    return case


async def open_by_hand(session: AsyncSession, form: CaseForm, *, by: Caller) -> Case:
    """Open a case for a need of a person on file; one is open for a person at a station."""
    need = await _ready_need(session, form.need_id)
    assert need.resident_id is not None
    await _hold_person(session, need)
    if await repository.stations_with(session, need.id, need.episode, open_only=True):
        raise NeedAlreadyInCase
    open_case = await repository.open_case_of(session, need.station_id, need.resident_id)
    if open_case is not None:
        raise CaseAlreadyOpen(open_case.id)
    if form.worker_id is not None:
        await workers.able(session, form.worker_id, need.station_id)
    return await _open(session, need, by=by.subject, worker_id=form.worker_id)


async def _ready_need(session: AsyncSession, id: UUID) -> Need:
    need = await repository.need_by_id(session, id)
    if need is None:
        raise UnknownNeed
    if need.resident_id is None or need.category is None:
        raise NeedNotReady
    return need


async def _hold_person(session: AsyncSession, need: Need) -> None:
    await stations.hold(session, f"case:{need.station_id}:{need.resident_id}")


async def open_by_policy(session: AsyncSession, need: Need) -> None:
    """A need of such a category came to the station: it joins the person's open case, or opens one."""
    assert need.resident_id is not None
    await _hold_person(session, need)
    if need.station_id in await repository.stations_with(session, need.id, need.episode, open_only=False):
        return
    case = await repository.open_case_of(session, need.station_id, need.resident_id)
    if case is None:
        await _open(session, need, by="cases.handlers", worker_id=None)
    else:
        await _attach(session, case, need)


async def _open(session: AsyncSession, need: Need, *, by: str, worker_id: UUID | None) -> Case:
    assert need.resident_id is not None
    assert need.category is not None
    moment = now(session)
    case = Case(
        id=new_id(), resident_id=need.resident_id, station_id=need.station_id, division=need.division,
        category=need.category, worker_id=worker_id, status=CaseStatus.OPEN, stage=CaseStage.INTAKE, opened_by=by,
        opened_at=moment, unowned_since=None if worker_id else moment, version=1,
    )  # fmt: skip
    session.add(case)
    announce(session, case.opened(need.id))
    # What is written in a case is let in only where the case is seen already.
    await session.flush()
    await _attach(session, case, need)
    if worker_id is None:
        await owners.watch(session, case)
    return case


async def _attach(session: AsyncSession, case: Case, need: Need) -> None:
    session.add(CaseNeed(case_id=case.id, need_id=need.id, episode=need.episode, joined_at=now(session)))
    await session.flush()


async def join_need(session: AsyncSession, id: UUID, need_id: UUID) -> Case:
    """A later need of the person goes on in this case."""
    case = await held(session, id)
    case.check(CaseAct.SUSPEND)
    need = await _ready_need(session, need_id)
    if need.resident_id != case.resident_id or need.station_id != case.station_id:
        raise NeedOfAnother
    if await repository.stations_with(session, need.id, need.episode, open_only=True):
        raise NeedAlreadyInCase
    if not await repository.has_episode(session, case.id, need.id, need.episode):
        await _attach(session, case, need)
    case.version += 1
    return case


async def record_consent(session: AsyncSession, id: UUID, form: ConsentForm) -> Case:
    """The person says yes or no; without a yes nothing goes on but closure."""
    case = await held(session, id)
    case.check(CaseAct.SUSPEND)
    case.consents, case.consent_at = form.given, now(session)
    case.consent_evidence = form.evidence
    case.version += 1
    return case


async def assign(session: AsyncSession, id: UUID, form: AssignForm) -> Case:
    """The head gives a case to somebody who passed pre-service; the last one of a packet completes it."""
    # The worker first, then the case: whoever leaves holds them in this order too.
    station_id = (await seen(session, id)).station_id
    worker = await workers.able(session, form.worker_id, station_id)
    case = await held(session, id)
    case.check(CaseAct.SUSPEND)
    packet = case.handover_id
    case.assign(worker.id)
    await owners.unwatch(session, case)
    if packet is not None:
        await workers.complete_packet(session, packet, now(session))
    return case


async def do(session: AsyncSession, id: UUID, act: CaseAct) -> Case:
    """An act that says nothing more: suspend, resume, reopen."""
    case = await held(session, id)
    announce(session, *case.move(act, at=now(session)))
    return case


async def reopen(session: AsyncSession, id: UUID) -> Case:
    """A closed case goes on, at assessment, unless another one of the person is open here."""
    case = await held(session, id)
    await stations.hold(session, f"case:{case.station_id}:{case.resident_id}")
    other = await repository.open_case_of(session, case.station_id, case.resident_id)
    if other is not None and other.id != case.id:
        raise CaseAlreadyOpen(other.id)
    announce(session, *case.move(CaseAct.REOPEN, at=now(session)))
    case.outcome = case.closed_at = None
    worker = await stations.worker_by_id(session, case.worker_id, lock=True) if case.worker_id else None
    if worker is None or worker.left_at is not None or worker.station_id != case.station_id:
        case.let_go(None, at=now(session))
        await owners.watch(session, case)
    return case


async def close(session: AsyncSession, id: UUID, form: CloseForm, *, by: Caller) -> Case:
    """The head approved closure: the outcome is stated, with the scores at the end."""
    case = await held(session, id)
    case.check(CaseAct.CLOSE)
    if form.outcome in MEASURED and form.scores is None:
        raise ScoresMissing
    score = overall(form.scores) if form.scores is not None else None
    if form.scores is not None:
        session.add(
            Assessment(
                id=new_id(), case_id=case.id, scores={key.value: value for key, value in form.scores.items()},
                overall=score, is_evaluation=True, by=by.subject, at=now(session),
            )
        )  # fmt: skip
    packet = case.handover_id
    announce(session, case.close(form.outcome, score, at=now(session)))
    case.handover_id = None
    await owners.unwatch(session, case)
    if packet is not None:
        await workers.complete_packet(session, packet, now(session))
    return case


async def queue(session: AsyncSession, page: Cut, wanted: CaseFilter) -> Page[CaseView]:
    """Cases that the caller may see, in the order in which they were opened."""
    rows = await repository.queue(session, page, wanted)
    return paged(rows, page, key=lambda case: (case.opened_at, case.id), view=CaseView.model_validate)


async def case_file(session: AsyncSession, id: UUID) -> CaseFile:
    """A case with what it holds, in codes."""
    case = await seen(session, id)
    return CaseFile(
        **CaseView.model_validate(case).model_dump(),
        needs=[PartView.model_validate(each) for each in await repository.parts_of(session, id)],
        approvals=[ApprovalView.model_validate(each) for each in await repository.within(session, Approval, id)],
        assessments=[AssessmentView.model_validate(each) for each in await repository.within(session, Assessment, id)],
        services=[ServiceView.model_validate(each) for each in await repository.within(session, ServiceRecord, id)],
        transfers=[TransferView.model_validate(each) for each in await repository.within(session, Transfer, id)],
    )


async def timeline(session: AsyncSession, id: UUID) -> Timeline:
    """The case's own facts, and what happened elsewhere for its needs, oldest first."""
    await seen(session, id)
    own = [TimelineEntry(fact=row.name, at=row.time, details=row.body) for row in await facts_of(session, str(id))]
    others = [
        TimelineEntry(
            fact=event.fact, at=event.at,
            details={
                "need_id": str(event.need_id), "subject": str(event.subject), "provider": event.provider,
                "reason": event.reason,
            },
        )
        for event in await repository.events_of(session, id)
    ]  # fmt: skip
    return Timeline(items=sorted(own + others, key=lambda entry: entry.at))
