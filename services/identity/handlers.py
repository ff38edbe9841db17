"""What identity hears from needs."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.service import stations
from shared.kit.feed.ears import listens
from shared.schemas.facts.needs import ReferenceChanged


@listens(ReferenceChanged)
async def copy_station(session: AsyncSession, fact: ReferenceChanged) -> None:
    await stations.copy_row(session, fact)
