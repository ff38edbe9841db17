"""What identity hears: from needs its stations, and from everybody, itself too, the seals of their trail."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.service import seals, stations
from shared.kit.feed.ears import listens
from shared.schemas.facts import cases, console, feedback, identity, insights, matching, needs
from shared.schemas.facts.needs import ReferenceChanged


@listens(ReferenceChanged)
async def copy_station(session: AsyncSession, fact: ReferenceChanged) -> None:
    await stations.copy_row(session, fact)


@listens(needs.AuditSealed)
async def hold_seal_of_needs(session: AsyncSession, fact: needs.AuditSealed) -> None:
    await seals.hold_seal(session, fact)


@listens(matching.AuditSealed)
async def hold_seal_of_matching(session: AsyncSession, fact: matching.AuditSealed) -> None:
    await seals.hold_seal(session, fact)


@listens(cases.AuditSealed)
async def hold_seal_of_cases(session: AsyncSession, fact: cases.AuditSealed) -> None:
    await seals.hold_seal(session, fact)


@listens(feedback.AuditSealed)
async def hold_seal_of_feedback(session: AsyncSession, fact: feedback.AuditSealed) -> None:
    await seals.hold_seal(session, fact)


@listens(insights.AuditSealed)
async def hold_seal_of_insights(session: AsyncSession, fact: insights.AuditSealed) -> None:
    await seals.hold_seal(session, fact)


@listens(console.AuditSealed)
async def hold_seal_of_console(session: AsyncSession, fact: console.AuditSealed) -> None:
    await seals.hold_seal(session, fact)


@listens(identity.AuditSealed)
async def hold_seal_of_identity(session: AsyncSession, fact: identity.AuditSealed) -> None:
    await seals.hold_seal(session, fact)
