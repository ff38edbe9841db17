"""What was found not to agree between services: seen since when, seen last when, and when it was healed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.tables import MOMENT, KitTable


class Inconsistency(KitTable):
    """One subject for which one promise was broken. `wrong` says how, in codes; a broken one again begins anew."""

    __tablename__ = "inconsistency"

    promise: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    wrong: Mapped[str]
    first_seen: Mapped[datetime] = mapped_column(MOMENT)
    last_seen: Mapped[datetime] = mapped_column(MOMENT)
    healed_at: Mapped[datetime | None] = mapped_column(MOMENT)


async def standing_open(session: AsyncSession) -> Sequence[Inconsistency]:
    """What is not healed, the oldest first."""
    query = select(Inconsistency).where(Inconsistency.healed_at.is_(None))
    return (await session.scalars(query.order_by(Inconsistency.first_seen, Inconsistency.subject))).all()


async def write_down(
    session: AsyncSession, promise: str, found: Mapping[str, str], *, healed: Collection[str], at: datetime
) -> None:
    """Keep what was found (subject, what is wrong) and whether it was healed; what is found no more is healed too."""
    for subject, wrong in found.items():
        ended = at if subject in healed else None
        statement = insert(Inconsistency).values(
            promise=promise, subject=subject, wrong=wrong, first_seen=at, last_seen=at, healed_at=ended
        )
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["promise", "subject"], set_={"wrong": wrong, "last_seen": at, "healed_at": ended}
            )
        )
    gone = (Inconsistency.promise == promise, Inconsistency.subject.not_in(list(found)))
    await session.execute(update(Inconsistency).where(*gone, Inconsistency.healed_at.is_(None)).values(healed_at=at))
