"""What matching hears from needs."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.service import projections
from shared.kit.feed.listening import listens
from shared.schemas.facts import needs


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


@listens(needs.ResidentChanged)
async def keep_person(session: AsyncSession, fact: needs.ResidentChanged) -> None:
    await projections.keep_person(session, fact)


@listens(needs.ConsentChanged)
async def keep_consent(session: AsyncSession, fact: needs.ConsentChanged) -> None:
    await projections.keep_consent(session, fact)


@listens(needs.ReferenceChanged)
async def copy_reference(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    await projections.copy_reference(session, fact)
