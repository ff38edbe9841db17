"""Questions about people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Consent, Resident, ResidentPhone
from shared.kit.rows import insert_rows


@dataclass(frozen=True, slots=True)
class Likeness:
    """A file that shares something with what was searched for; found across counties, so it says little."""

    id: UUID
    name_sealed: bytes | None
    division: str
    by_number: bool
    by_name: bool
    by_birth: bool
    by_phone: bool


# Both functions run as a role of their own that sees only these columns: the one look-up across counties.
BY_NUMBER = text("SELECT resident_by_number(:number_index)")
ALIKE = text("SELECT * FROM resident_alike(:number_index, :name_index, :birth_index, :phone_index)")


async def resident_by_number(session: AsyncSession, number_index: bytes) -> UUID | None:
    """The file under a resident number, wherever it is and restricted or not; only its id."""
    found: UUID | None = await session.scalar(BY_NUMBER, {"number_index": number_index})
    return found


async def residents_alike(
    session: AsyncSession, *, number_index: bytes | None, name_index: bytes | None,
    birth_index: bytes | None, phone_index: bytes | None,
) -> list[Likeness]:  # fmt: skip
    """Files that share a number, or a name, birth date or phone; restricted ones stay hidden."""
    rows = await session.execute(
        ALIKE,
        {
            "number_index": number_index,
            "name_index": name_index,
            "birth_index": birth_index,
            "phone_index": phone_index,
        },
    )
    return [Likeness(*row) for row in rows]


async def canonical(session: AsyncSession, id: UUID) -> UUID:
    """The file that counts: the one that this one was merged into, or itself."""
    return await session.scalar(select(func.file_that_counts(id))) or id


def files_of(id: UUID) -> CompoundSelect[Any]:
    """The ids of one person's files: the one that counts, and all that were merged into it."""
    counts = func.file_that_counts(id)
    return select(counts).union_all(select(func.files_merged_into(counts)))


async def resident_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Resident | None:
    """The file that counts of whose id this is, or was."""
    query = select(Resident).where(Resident.id == select(func.file_that_counts(id)).scalar_subquery())
    found: Resident | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def replace_phones(session: AsyncSession, resident_id: UUID, phones: list[dict[str, Any]]) -> None:
    """A file's phones as they are now."""
    await session.execute(delete(ResidentPhone).where(ResidentPhone.resident_id == resident_id))
    await insert_rows(session, (ResidentPhone, phones))


async def phones_of(session: AsyncSession, resident_id: UUID) -> Sequence[ResidentPhone]:
    """A person's phones: those of the file that counts, and where it has none, of those that were merged into it."""
    query = select(ResidentPhone).where(ResidentPhone.resident_id.in_(files_of(resident_id)))
    found = (await session.scalars(query.order_by(ResidentPhone.id))).all()
    counts = await canonical(session, resident_id) if found else resident_id
    return [phone for phone in found if phone.resident_id == counts] or found


async def readable(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these files the caller may read."""
    return set(await session.scalars(select(Resident.id).where(Resident.id.in_(ids))))


async def consents_of(session: AsyncSession, resident_id: UUID) -> Sequence[Consent]:
    """What was recorded for a person, in whichever of their files."""
    query = select(Consent).where(Consent.resident_id.in_(files_of(resident_id)))
    return (await session.scalars(query.order_by(Consent.recorded_at, Consent.id))).all()
