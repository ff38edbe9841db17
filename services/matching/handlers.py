"""What matching hears from needs and cases."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.service import projections
from shared.kit.feed.ears import listens
from shared.kit.stations import keep_station
from shared.schemas.facts import cases, needs


@listens(needs.NeedRegistered)
async def note_registered(session: AsyncSession, fact: needs.NeedRegistered) -> None:
    await projections.note_registered(session, fact)


@listens(needs.NeedChanged)
async def note_changed(session: AsyncSession, fact: needs.NeedChanged) -> None:
    await projections.note_changed(session, fact)


@listens(needs.NeedTriaged)
async def note_triaged(session: AsyncSession, fact: needs.NeedTriaged) -> None:
    await projections.note_triaged(session, fact)


@listens(needs.NeedWithdrawn)
async def note_withdrawn(session: AsyncSession, fact: needs.NeedWithdrawn) -> None:
    await projections.note_ended(session, fact)


@listens(needs.NeedResolved)
async def note_resolved(session: AsyncSession, fact: needs.NeedResolved) -> None:
    await projections.note_ended(session, fact)


@listens(needs.NeedReferredOut)
async def note_referred_out(session: AsyncSession, fact: needs.NeedReferredOut) -> None:
    await projections.note_ended(session, fact)


@listens(needs.NeedJoined)
async def note_joined(session: AsyncSession, fact: needs.NeedJoined) -> None:
    await projections.note_ended(session, fact)


@listens(needs.NeedClosed)
async def note_closed(session: AsyncSession, fact: needs.NeedClosed) -> None:
    await projections.note_ended(session, fact)


@listens(needs.NeedReopened)
async def note_reopened(session: AsyncSession, fact: needs.NeedReopened) -> None:
    await projections.note_reopened(session, fact)


@listens(cases.StationChanged)
async def grant_by_station(session: AsyncSession, fact: cases.StationChanged) -> None:
    await keep_station(session, fact)


@listens(needs.ResidentChanged)
async def keep_person(session: AsyncSession, fact: needs.ResidentChanged) -> None:
    await projections.keep_person(session, fact)


@listens(needs.ResidentsMerged)
async def note_merged(session: AsyncSession, fact: needs.ResidentsMerged) -> None:
    await projections.residents_merged(session, fact)


@listens(needs.ResidentsSplit)
async def note_split(session: AsyncSession, fact: needs.ResidentsSplit) -> None:
    await projections.residents_split(session, fact)


@listens(needs.ConsentChanged)
async def keep_consent(session: AsyncSession, fact: needs.ConsentChanged) -> None:
    await projections.keep_consent(session, fact)


@listens(needs.ReferenceChanged)
async def copy_reference(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    await projections.copy_reference(session, fact)
