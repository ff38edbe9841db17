"""The log: a fact is a row written in the transaction that caused it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.clock import now
from shared.kit.ids import new_id
from shared.kit.rows import driver
from shared.kit.tables import MOMENT, KitTable, TransactionId
from shared.kit.tracing import current
from shared.schemas.facts import Fact


class FactRow(KitTable):
    """One announced fact. Ordered by (xid, number); `sequence` counts within its subject."""

    __tablename__ = "fact"

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(TransactionId, server_default=text("pg_current_xact_id()"))
    id: Mapped[UUID]
    name: Mapped[str]
    subject: Mapped[str]
    sequence: Mapped[int]
    time: Mapped[datetime] = mapped_column(MOMENT)
    audience: Mapped[str | None]
    body: Mapped[dict[str, Any]]
    traceparent: Mapped[str | None]

    __table_args__ = (
        Index("ix_fact_xid_number", "xid", "number"),
        Index("uq_fact_subject_sequence", "subject", "sequence", unique=True),
        Index("ix_fact_audience", "audience", "xid", "number", postgresql_where=text("audience IS NOT NULL")),
    )
    __mapper_args__ = {"eager_defaults": False}


# All facts of a transaction in one statement. The caller holds its subject's row, so the count cannot race;
# the unique index is the last fence.
WRITE = """
INSERT INTO fact (id, name, subject, sequence, time, audience, body, traceparent)
SELECT f.id, f.name, f.subject,
       coalesce((SELECT max(e.sequence) FROM fact e WHERE e.subject = f.subject), 0)
         + row_number() OVER (PARTITION BY f.subject ORDER BY f.place),
       f.time, f.audience, f.body::jsonb, f.traceparent
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
     WITH ORDINALITY AS f(id, name, subject, time, audience, body, traceparent, place)
ORDER BY f.place
"""


def announce(session: AsyncSession, *facts: Fact) -> None:
    """Put facts into the log of this transaction, in this order; they are written when it commits."""
    moment, trace = now(session), current()
    session.info["announced"].extend((fact, moment, trace) for fact in facts)


async def write_announced(session: AsyncSession) -> bool:
    """Write what was announced; the edge calls it just before the commit. True if there was anything."""
    announced: list[tuple[Fact, datetime, str | None]] = session.info["announced"]
    if not announced:
        return False
    session.info["announced"] = []
    connection = await driver(session)
    await connection.execute(
        WRITE,
        [new_id() for _ in announced],
        [fact.name for fact, _, _ in announced],
        [fact.subject for fact, _, _ in announced],
        [moment for _, moment, _ in announced],
        [fact.audience for fact, _, _ in announced],
        [fact.model_dump_json() for fact, _, _ in announced],
        [trace for _, _, trace in announced],
    )
    return True


async def facts_of(session: AsyncSession, subject: str) -> Sequence[FactRow]:
    """All facts of one subject, in their order."""
    return (await session.scalars(select(FactRow).where(FactRow.subject == subject).order_by(FactRow.sequence))).all()
