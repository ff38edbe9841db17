"""What feedback hears from needs and matching."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.service import asking, disputes, handling, people
from shared.kit.feed.listening import listens
from shared.schemas.facts import matching, needs


@listens(needs.NeedTriaged)
async def note_station(session: AsyncSession, fact: needs.NeedTriaged) -> None:
    await handling.note_triaged(session, fact)


@listens(needs.NeedChanged)
async def note_account(session: AsyncSession, fact: needs.NeedChanged) -> None:
    await handling.note_changed(session, fact)


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
