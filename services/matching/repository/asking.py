"""Questions about those who ask: copies of needs, people and consents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text
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


async def _same_person(session: AsyncSession, resident_id: UUID) -> Sequence[UUID]:
    """The ids under which a person is known: the one asked for, and the file that it was merged into."""
    merged = await session.scalar(select(ResidentAlias.canonical_id).where(ResidentAlias.resident_id == resident_id))
    return [resident_id] if merged is None else [merged, resident_id]


async def person_by_resident(session: AsyncSession, resident_id: UUID) -> Person | None:
    """The codes of a person, of the file that counts."""
    for id in await _same_person(session, resident_id):
        found: Person | None = await session.get(Person, id, populate_existing=True)
        if found is not None:
            return found
    return None


async def may_name(session: AsyncSession, resident_id: UUID, need_id: UUID) -> bool:
    """Whether the person agreed that departments see their file, or a lawful reason stands in for it."""
    ids = await _same_person(session, resident_id)
    agreed = select(Consent.resident_id).where(Consent.resident_id.in_(ids), Consent.given).exists()
    overridden = select(Override.need_id).where(Override.need_id == need_id).exists()
    return bool(await session.scalar(select(or_(agreed, overridden))))


async def overridden_needs(session: AsyncSession, resident_id: UUID) -> set[UUID]:
    """The needs of a person that may be named without their consent."""
    return set(await session.scalars(select(Override.need_id).where(Override.resident_id == resident_id)))


async def count_needs(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Need)) or 0
