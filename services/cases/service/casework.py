"""Cases: opened for a need, joined by later ones, consented to, assigned, ended and opened again."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import (
    CaseAlreadyOpen,
    NeedAlreadyInCase,
    NeedHasEnded,
    NeedNotReady,
    NeedOfAnother,
    ScoresMissing,
    UnknownNeed,
)
from services.cases.models import Assessment, Case, CaseNeed, Need
from services.cases.repository import casework as repository
from services.cases.repository import plans, stations
from services.cases.rules.needs import ENDED
from services.cases.rules.scores import MEASURED, overall
from services.cases.rules.stages import CaseAct
from services.cases.schemas.casework import AssignForm, CaseForm, CloseForm, ConsentForm
from services.cases.schemas.plans import ReopenForm
from services.cases.service import follow_ups, holders, owners, transfers, workers
from services.cases.service.holding import held, seen
from shared.kit.access import Caller
from shared.kit.clock import now
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.schemas.vocabulary import CaseStage, CaseStatus, NeedStatus


async def open_by_hand(session: AsyncSession, form: CaseForm, *, by: Caller) -> Case:
    """Open a case for a need of a person on file; one is open for a person at a station."""
    need = await _ready_need(session, form.need_id)
    files = await _hold_person(session, need.station_id, need.resident_id)
    if await repository.stations_with(session, need.id, need.episode, open_only=True):
        raise NeedAlreadyInCase
    open_case = await repository.open_case_of(session, need.station_id, files)
    if open_case is not None:
        raise CaseAlreadyOpen(open_case.id)
    if form.worker_id is not None:
        await workers.able(session, form.worker_id, need.station_id)
    return await _open(session, need, by=by.subject, worker_id=form.worker_id)


async def _ready_need(session: AsyncSession, id: UUID) -> Need:
    need = await repository.need_by_id(session, id)
    if need is None:
        raise UnknownNeed
    if need.status in ENDED:
        raise NeedHasEnded(NeedStatus(need.status))
    if need.resident_id is None or need.category is None:
        raise NeedNotReady
    return need


async def _hold_person(session: AsyncSession, station_id: UUID, resident_id: UUID | None) -> list[UUID]:
    """Nobody else opens a case for this person at this station meanwhile; all files that are the person's."""
    assert resident_id is not None
    files = await repository.files_of_person(session, resident_id)
    await stations.hold(session, f"case:{station_id}:{min(files)}")
    return files


async def open_by_policy(session: AsyncSession, need: Need, *, is_casework: bool, is_news: bool = True) -> None:
    """A need came to the station: it joins the person's open case, or opens one where its category is casework.

    One that policy does not name joins only the case that it was part of before: its next episode goes on there.
    An episode is in casework at one station at a time: where it was before, it no longer is part of the case, whose
    own way its head decides on. `is_news` is false where an older fact is heard again, which moves nothing.
    """
    files = await _hold_person(session, need.station_id, need.resident_id)
    if is_news:
        await _end_elsewhere(session, need)
    if need.has_ended:
        return
    if need.station_id in await repository.stations_with(session, need.id, need.episode, open_only=is_news):
        return
    case = await repository.open_case_of(session, need.station_id, files)
    if case is not None and (is_casework or await repository.has_need(session, case.id, need.id)):
        await _attach(session, case, need)
    elif case is None and is_casework:
        await _open(session, need, by="cases.handlers", worker_id=None)


async def _end_elsewhere(session: AsyncSession, need: Need) -> None:
    for case, part in await repository.open_parts_elsewhere(session, need.id, need.episode, station_id=need.station_id):
        part.ended_at = now(session)
        case.version += 1
        announce(session, case.left_by(part, need.station_id))
    await session.flush()


async def _open(session: AsyncSession, need: Need, *, by: str, worker_id: UUID | None) -> Case:
    assert need.resident_id is not None
    assert need.category is not None
    moment = now(session)
    case = Case(
        id=new_id(), resident_id=need.resident_id, station_id=need.station_id, division=need.division,
        category=need.category, worker_id=worker_id, status=CaseStatus.OPEN, stage=CaseStage.INTAKE, opened_by=by,
        opened_at=moment, unowned_since=None if worker_id else moment, version=1, alerts=0, stage_since=moment,
        reference=need.reference,
    )  # fmt: skip
    session.add(case)
    announce(session, case.opened(need.id))
    # What is written in a case is let in only where the case is seen already.
    await session.flush()
    await _attach(session, case, need)
    await holders.note(session, case)
    if worker_id is None:
        await owners.watch(session, case)
    return case


async def _attach(session: AsyncSession, case: Case, need: Need) -> None:
    """An episode of a need is part of the case from now, however it came to be."""
    before = await repository.part_by_id(session, case.id, need.id, need.episode)
    if before is None:
        session.add(CaseNeed(case_id=case.id, need_id=need.id, episode=need.episode, joined_at=now(session)))
    else:
        before.joined_at, before.ended_at = now(session), None
    announce(session, case.joined(need.id, need.episode, at=now(session)))
    await session.flush()


async def join_need(session: AsyncSession, id: UUID, need_id: UUID) -> Case:
    """A later need of the person goes on in this case."""
    case = await held(session, id)
    case.check(CaseAct.SUSPEND)
    need = await _ready_need(session, need_id)
    files = await repository.files_of_person(session, case.resident_id)
    if need.resident_id not in files or need.station_id != case.station_id:
        raise NeedOfAnother
    if await repository.stations_with(session, need.id, need.episode, open_only=True):
        raise NeedAlreadyInCase
    part = await repository.part_by_id(session, case.id, need.id, need.episode)
    if part is None or part.ended_at is not None:
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
    case = await workers.case_with(session, id, form.worker_id, may_have_cases=True)
    packet, before = case.handover_id, case.worker_id
    if packet is None:
        # One that has ended is given to somebody only for the follow-ups that wait in a packet.
        case.check_open()
    announce(session, case.assign(form.worker_id, at=now(session)))
    await holders.note(session, case)
    await plans.pass_on(session, id, left_by=before, to=form.worker_id)
    await owners.unwatch(session, case)
    if packet is not None:
        await workers.complete_packet(session, packet, now(session))
    return case


async def do(session: AsyncSession, id: UUID, act: CaseAct) -> Case:
    """An act that says nothing more: suspend, resume, reopen."""
    case = await held(session, id)
    announce(session, *case.move(act, at=now(session)))
    return case


async def reopen(session: AsyncSession, id: UUID, form: ReopenForm) -> Case:
    """A closed case goes on, at assessment, unless another one of the person is open here."""
    before = await seen(session, id)
    files = await _hold_person(session, before.station_id, before.resident_id)
    worker = await stations.worker_by_id(session, before.worker_id, lock=True) if before.worker_id else None
    case = await held(session, id)
    other = await repository.open_case_of(session, case.station_id, files)
    if other is not None and other.id != case.id:
        raise CaseAlreadyOpen(other.id)
    if form.follow_up_id is not None:
        await follow_ups.lead_back(session, id, form.follow_up_id)
    has_worker = worker is not None and worker.left_at is None and worker.station_id == case.station_id
    packet = case.handover_id
    announce(session, *case.reopen(has_worker=has_worker, at=now(session)))
    await _without_what_left(session, case)
    await holders.note(session, case)
    await plans.drop_follow_ups(session, id, at=now(session))
    if packet is not None:
        await workers.complete_packet(session, packet, now(session))
    if not has_worker:
        await owners.watch(session, case)
    return case


async def _without_what_left(session: AsyncSession, case: Case) -> None:
    """What went on at another station does not come back with the case."""
    for part in await repository.parts_of(session, case.id):
        need = await repository.need_by_id(session, part.need_id) if part.ended_at is not None else None
        if part.ended_at is not None:
            announce(session, case.left_by(part, need.station_id if need is not None else case.station_id))


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
    follow_ups.planned(session, case, form.follow_ups, by=by)
    await transfers.lapse(session, id, by=by)
    packet = case.handover_id
    announce(session, case.close(form.outcome, score, at=now(session)))
    case.handover_id = None
    await owners.unwatch(session, case)
    if packet is not None:
        await workers.complete_packet(session, packet, now(session))
    return case
