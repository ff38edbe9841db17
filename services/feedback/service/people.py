"""Files that needs merged or split: what is kept here stays as it is, and is read under the one that counts."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.repository import people as repository
from shared.schemas.facts import needs


async def residents_merged(session: AsyncSession, fact: needs.ResidentsMerged) -> None:
    await repository.merge(session, fact.resident_id, fact.canonical_id)


async def residents_split(session: AsyncSession, fact: needs.ResidentsSplit) -> None:
    await repository.split(session, fact.resident_id, fact.canonical_id)
