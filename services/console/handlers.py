"""What the console hears: how things are called."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.console.service import reference
from shared.kit.feed.ears import listens
from shared.schemas.facts import needs


@listens(needs.ReferenceChanged)
async def copy_reference(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    await reference.copy_reference(session, fact)
