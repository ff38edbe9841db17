"""Reference rows as needs tells them: the console keeps its own copy, so that a page asks nobody for a name."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.reference import put_row
from shared.schemas.facts import needs


async def copy_reference(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    """Keep a row as it now is."""
    await put_row(
        session, fact.table, fact.key, valid_from=fact.valid_from, valid_to=fact.valid_to, body=fact.body,
        source=fact.source, version=fact.version,
    )  # fmt: skip
