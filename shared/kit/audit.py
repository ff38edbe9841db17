"""The trail: every reading of personal fields, by whom, what and why, in the reader's own transaction.

The application role may insert and read here, never change or remove. A refusal is written in a transaction
of its own, since the one that was refused is undone.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.clock import now
from shared.kit.database import Context, Database
from shared.kit.tables import MOMENT, KitTable, TransactionId


class AuditEntry(KitTable):
    """One reading, or one refusal. Seals cover ranges of `number`; entries themselves never change."""

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    time: Mapped[datetime] = mapped_column(MOMENT)
    actor: Mapped[str]
    act: Mapped[str]
    purpose: Mapped[str]
    subject: Mapped[UUID | None]
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
    outcome: Mapped[str]
    request_id: Mapped[str]
    # The transaction that wrote it: the order in which entries are sealed.
    xid: Mapped[int] = mapped_column(TransactionId, server_default=text("pg_current_xact_id()"))

    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "number"),
        Index("ix_audit_entry_time", "time"),
        Index("ix_audit_entry_xid_number", "xid", "number"),
    )


def acting(session: AsyncSession) -> str | None:
    """The account in whose name this transaction runs; None where a machine acts."""
    who: Context = session.info["context"]
    return who.actor or None if not who.machine else None


async def record_reading(
    session: AsyncSession, act: str, *, purpose: str, fields: Sequence[str], subjects: Sequence[UUID]
) -> None:
    """Write down that personal fields are read, one entry a person."""
    if not subjects:
        return
    await session.execute(
        insert(AuditEntry).values([_entry(session, act, purpose, fields, subject, "read") for subject in subjects])
    )


async def record_figures(session: AsyncSession, act: str, *, purpose: str, fields: Sequence[str]) -> None:
    """Write down that exact figures are read, which may be of very few people: one entry for all of them."""
    await session.execute(insert(AuditEntry).values(_entry(session, act, purpose, fields, None, "read")))


async def record_act(session: AsyncSession, act: str, *, purpose: str, outcome: str, subject: UUID | None) -> None:
    """Write down what was done or refused where this transaction stays either way, as when somebody signs in."""
    await session.execute(insert(AuditEntry).values(_entry(session, act, purpose, (), subject, outcome)))


async def record_refusal(database: Database, session: AsyncSession, act: str, *, purpose: str, subject: UUID) -> None:
    """Write down that a reading was refused, right after this transaction; stays although it is undone."""
    entry, moment = _entry(session, act, purpose, (), subject, "refused"), now(session)
    who = Context(actor=session.info["context"].actor, machine="audit")

    async def write() -> None:
        async with database.work(who, now=moment) as own:
            await own.execute(insert(AuditEntry).values(entry))

    session.info["afterwards"].append(write)


def _entry(
    session: AsyncSession, act: str, purpose: str, fields: Sequence[str], subject: UUID | None, outcome: str
) -> dict[str, object]:
    return {
        "time": now(session),
        "actor": session.info["context"].actor,
        "act": act,
        "purpose": purpose,
        "subject": subject,
        "fields": list(fields),
        "outcome": outcome,
        "request_id": session.info.get("request_id", ""),
    }
