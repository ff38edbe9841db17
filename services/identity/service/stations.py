"""Stations, as identity knows them: where each lies, so that it is clear whose accounts are whose."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.reference import put_row
from shared.schemas.facts.needs import ReferenceChanged
from shared.schemas.reference import Station


async def copy_row(session: AsyncSession, fact: ReferenceChanged) -> None:
    """Keep the copy of a station's row; other tables say nothing about who may."""
    if fact.table == Station.table:
        await put_row(
            session, fact.table, fact.key, valid_from=fact.valid_from, valid_to=fact.valid_to, body=fact.body,
            source=fact.source, version=fact.version,
        )  # fmt: skip
