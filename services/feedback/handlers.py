"""What feedback hears from needs, matching, cases and identity."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.service import asking, disputes, handling, people, voiding
from shared.kit.feed.ears import listens
from shared.schemas.facts import cases, identity, matching, needs


@listens(needs.NeedTriaged)
async def note_station(session: AsyncSession, fact: needs.NeedTriaged) -> None:
    await handling.note_placed(session, fact, by=fact.by)


@listens(needs.NeedContacted)
async def note_contact(session: AsyncSession, fact: needs.NeedContacted) -> None:
    await handling.note_account(session, fact.need_id, fact.by)


@listens(needs.NeedStarted)
async def note_start(session: AsyncSession, fact: needs.NeedStarted) -> None:
    await handling.note_account(session, fact.need_id, fact.by)


@listens(needs.NeedChanged)
async def note_account(session: AsyncSession, fact: needs.NeedChanged) -> None:
    await handling.note_changed(session, fact)
    await voiding.void_if_error(session, fact)


@listens(needs.NeedResolved)
async def open_survey(session: AsyncSession, fact: needs.NeedResolved) -> None:
    await asking.open_survey(session, fact)


@listens(needs.NeedReopened)
async def note_reopened(session: AsyncSession, fact: needs.NeedReopened) -> None:
    await disputes.need_reopened(session, fact)


@listens(needs.ReopeningDeclined)
async def note_declined(session: AsyncSession, fact: needs.ReopeningDeclined) -> None:
    await disputes.reopening_declined(session, fact)


@listens(needs.ResidentsMerged)
async def note_merged(session: AsyncSession, fact: needs.ResidentsMerged) -> None:
    await people.residents_merged(session, fact)


@listens(needs.ResidentsSplit)
async def note_split(session: AsyncSession, fact: needs.ResidentsSplit) -> None:
    await people.residents_split(session, fact)


@listens(needs.ReferenceChanged)
async def copy_reference(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    await handling.copy_reference(session, fact)


@listens(matching.OrderAccepted)
async def note_provider(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    await handling.note_accepted(session, fact)


@listens(matching.OrderCompleted)
async def note_served(session: AsyncSession, fact: matching.OrderCompleted) -> None:
    await handling.note_completed(session, fact)


@listens(cases.CaseOpened)
async def note_case(session: AsyncSession, fact: cases.CaseOpened) -> None:
    await handling.case_opened(session, fact)


@listens(cases.CaseJoined)
async def note_part(session: AsyncSession, fact: cases.CaseJoined) -> None:
    await handling.case_joined(session, fact)


@listens(cases.CaseAssigned)
async def note_assigned(session: AsyncSession, fact: cases.CaseAssigned) -> None:
    await handling.note_case_hands(session, fact.case_id, stations=(fact.station_id,), worker_id=fact.worker_id)


@listens(cases.CaseTransferred)
async def note_transferred(session: AsyncSession, fact: cases.CaseTransferred) -> None:
    stations = (fact.from_station, fact.to_station)
    await handling.note_case_hands(session, fact.case_id, stations=stations, worker_id=fact.to_worker)


@listens(cases.CaseReopened)
async def note_case_again(session: AsyncSession, fact: cases.CaseReopened) -> None:
    await handling.note_case_hands(session, fact.case_id, stations=(fact.station_id,), worker_id=fact.worker_id)


@listens(cases.ServiceRecorded)
async def note_service(session: AsyncSession, fact: cases.ServiceRecorded) -> None:
    await handling.note_case_hands(session, fact.case_id, stations=(fact.station_id,), worker_id=fact.worker_id)


@listens(identity.AccountChanged)
async def know_account(session: AsyncSession, fact: identity.AccountChanged) -> None:
    await handling.know_account(session, fact)
