"""Questions about those who ask: copies of needs, people and consents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, false, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Consent, Need, Override, Person, ResidentAlias

IS_KNOWN = text("SELECT need_is_known(:id)")
HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('need:' || :id, 0))")
HOLD_SHARED = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('need:' || :id, 0))")


async def need_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Need | None:
    query = select(Need).where(Need.id == id).execution_options(populate_existing=True)
    found: Need | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def need_is_known(session: AsyncSession, id: UUID) -> bool:
    """Whether a need has arrived here at all, whoever may see it."""
    return bool(await session.scalar(IS_KNOWN, {"id": id}))


async def hold_need(session: AsyncSession, id: UUID, *, shared: bool = False) -> None:
    """Until this transaction ends, nobody else moves the orders of a need (shared: others may order beside).

    Everybody takes, in this order: the need, its orders, their clocks, the accounts.
    """
    await session.execute(HOLD_SHARED if shared else HOLD, {"id": str(id)})


async def put_need(session: AsyncSession, **values: Any) -> None:
    """Write a need as its fact tells of it."""
    statement = insert(Need).values(**values)
    changed = {name: value for name, value in values.items() if name != "id"}
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))


async def put_person(session: AsyncSession, **values: Any) -> None:
    statement = insert(Person).values(**values)
    changed = {name: value for name, value in values.items() if name != "resident_id"}
    await session.execute(statement.on_conflict_do_update(index_elements=["resident_id"], set_=changed))


async def put_consent(session: AsyncSession, resident_id: UUID, *, given: bool, at: datetime) -> None:
    statement = insert(Consent).values(resident_id=resident_id, given=given, at=at)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["resident_id"], set_={"given": given, "at": at})
    )


async def put_override(session: AsyncSession, need_id: UUID, resident_id: UUID, *, reason: str, at: datetime) -> None:
    values = {"resident_id": resident_id, "reason": reason, "at": at}
    statement = insert(Override).values(need_id=need_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["need_id"], set_=values))


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


async def files_of(session: AsyncSession, resident_id: UUID) -> Sequence[UUID]:
    """The ids under which a person is known: of the file that counts, and of those that were merged into it."""
    return (await session.scalars(select(func.files_of_person(resident_id)))).all()


async def person_by_resident(session: AsyncSession, resident_id: UUID) -> Person | None:
    """The codes of a person, of the file that counts."""
    for id in (await session.scalar(select(func.file_that_counts(resident_id))), resident_id):
        found: Person | None = await session.get(Person, id, populate_existing=True)
        if found is not None:
            return found
    return None


async def may_name(session: AsyncSession, resident_id: UUID, need_id: UUID) -> bool:
    """Whether the person's last word was that departments see their file, or a lawful reason stands in for it."""
    told = select(Consent.given).where(Consent.resident_id.in_(await files_of(session, resident_id)))
    last = func.coalesce(told.order_by(Consent.at.desc()).limit(1).scalar_subquery(), false())
    overridden = select(Override.need_id).where(Override.need_id == need_id).exists()
    return bool(await session.scalar(select(or_(last, overridden))))


async def overridden_needs(session: AsyncSession, resident_id: UUID) -> set[UUID]:
    """The needs of a person that may be named without their consent."""
    ids = await files_of(session, resident_id)
    return set(await session.scalars(select(Override.need_id).where(Override.resident_id.in_(ids))))


async def count_needs(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Need)) or 0
