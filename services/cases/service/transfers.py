"""Transfer: a case is offered to another station, and goes there when that accepts."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import CaseAlreadyOpen, NothingOffered, OwnAct, TransferToItself, TransferWaits, UnknownPlace
from services.cases.models import Case, Transfer
from services.cases.repository import casework as repository
from services.cases.repository import plans, stations
from services.cases.rules.stages import CaseAct
from services.cases.schemas.casework import AnswerForm, TransferForm
from services.cases.service import holders, owners, workers
from services.cases.service.holding import held
from shared.kit.access import Caller
from shared.kit.clock import now, today
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.reference import reference
from shared.schemas.reference import Station


async def offer(session: AsyncSession, id: UUID, form: TransferForm, *, by: Caller) -> Transfer:
    """Offer a case to another station; until it answers, the case is worked on here."""
    case = await held(session, id)
    case.check(CaseAct.SUSPEND)
    if await repository.waiting_transfer(session, id) is not None:
        raise TransferWaits
    if form.station_id == case.station_id:
        raise TransferToItself
    # The other station's file is not the caller's to see; the reference row is everybody's.
    rows = (await reference(session)).all(Station, Station.table, today(session))
    station = next((row for row in rows if row.id == form.station_id), None)
    if station is None:
        raise UnknownPlace("#/station_id")
    transfer = Transfer(
        id=new_id(), case_id=id, from_station=case.station_id, from_division=case.division, to_station=station.id,
        to_division=station.division, asked_by=by.subject, asked_at=now(session),
    )  # fmt: skip
    transfer.reason = form.reason
    session.add(transfer)
    return transfer


async def take_back(session: AsyncSession, id: UUID, *, by: Caller) -> Transfer:
    """The station that offered no longer does; it can offer the case anew."""
    await held(session, id)
    transfer = await lapse(session, id, by=by)
    if transfer is None:
        raise NothingOffered
    return transfer


async def lapse(session: AsyncSession, id: UUID, *, by: Caller) -> Transfer | None:
    """An offer that waits ends unanswered: taken back, or because the case has ended."""
    transfer = await repository.waiting_transfer(session, id)
    if transfer is not None:
        transfer.answered_by, transfer.answered_at, transfer.is_accepted = by.subject, now(session), False
    return transfer


async def answer(session: AsyncSession, id: UUID, form: AnswerForm, *, by: Caller) -> Transfer:
    """The other station takes the case, with somebody who may have it, or leaves it where it is."""
    if form.accepts:
        await _hold_newcomers(session, id, form.worker_id)
    case = await repository.case_offered(session, id)
    transfer = await repository.waiting_transfer(session, id)
    if case is None or transfer is None:
        raise NotFound
    if form.accepts and by.subject == transfer.asked_by:
        raise OwnAct
    if form.accepts:
        # The offer lets the other station write the case: so it is answered afterwards.
        await _arrive(session, case, transfer, form.worker_id)
    transfer.answered_by, transfer.answered_at, transfer.is_accepted = by.subject, now(session), form.accepts
    return transfer


async def _hold_newcomers(session: AsyncSession, id: UUID, worker_id: UUID | None) -> None:
    """The person at the other station and whoever has the case there, before the case itself."""
    offered = await repository.offer_of(session, id)
    if offered is None:
        raise NotFound
    case, transfer = offered
    files = await repository.files_of_person(session, case.resident_id)
    await stations.hold(session, f"case:{transfer.to_station}:{min(files)}")
    if worker_id is not None:
        await workers.able(session, worker_id, transfer.to_station)


async def _arrive(session: AsyncSession, case: Case, transfer: Transfer, worker_id: UUID | None) -> None:
    case.check(CaseAct.SUSPEND)
    files = await repository.files_of_person(session, case.resident_id)
    other = await repository.open_case_of(session, transfer.to_station, files)
    if other is not None:
        raise CaseAlreadyOpen(other.id)
    packet = case.handover_id
    announce(session, case.arrive(transfer.to_station, transfer.to_division, worker_id, at=now(session)))
    await holders.note(session, case)
    await workers.left_packet(session, packet)
    await plans.pass_all_on(session, case.id, to=worker_id)
    if worker_id is None:
        await owners.watch(session, case)
    else:
        await owners.unwatch(session, case)
