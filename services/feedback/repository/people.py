"""Questions about whose file counts."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.models import ResidentAlias, Survey


async def merge(session: AsyncSession, resident_id: UUID, canonical_id: UUID) -> None:
    """From now on a file is read under another one, and so is what was merged into it before."""
    statement = insert(ResidentAlias).values(resident_id=resident_id, canonical_id=canonical_id)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["resident_id"], set_={"canonical_id": canonical_id})
    )


async def split(session: AsyncSession, resident_id: UUID, canonical_id: UUID) -> None:
    """The files are two people's again."""
    wanted = (ResidentAlias.resident_id == resident_id, ResidentAlias.canonical_id == canonical_id)
    await session.execute(delete(ResidentAlias).where(*wanted))


async def canonical(session: AsyncSession, resident_id: UUID) -> UUID:
    """The file that counts."""
    return await session.scalar(select(func.file_that_counts(resident_id))) or resident_id


def person() -> ColumnElement[UUID | None]:
    """Whose survey it is, by the file that counts."""
    return func.file_that_counts(Survey.resident_id)
