"""What feedback hears from needs and matching."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.service import asking, handling
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


@listens(needs.ReferenceChanged)
async def copy_reference(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    await handling.copy_reference(session, fact)


@listens(matching.OrderAccepted)
async def note_provider(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    await handling.note_accepted(session, fact)


@listens(matching.OrderCompleted)
async def note_served(session: AsyncSession, fact: matching.OrderCompleted) -> None:
    await handling.note_completed(session, fact)
