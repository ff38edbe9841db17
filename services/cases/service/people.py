"""Files that needs merged, or split again: rows here keep the id that they were written with."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.repository import casework as repository
from shared.schemas.facts import needs as facts


async def note_merged(session: AsyncSession, fact: facts.ResidentsMerged) -> None:
    await repository.put_alias(session, fact.resident_id, fact.canonical_id)


async def note_split(session: AsyncSession, fact: facts.ResidentsSplit) -> None:
    await repository.remove_alias(session, fact.resident_id, fact.canonical_id)
