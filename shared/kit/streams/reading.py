"""Reading the log for streams: some names and subjects of it, and how far one has then read."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.database import Context, Database
from shared.kit.feed.reading import LoggedFact, Position

AT_ONCE = 500
# The rows and how far they go, in one statement: both are of one snapshot. A place with the number 0 lies before all
# facts of its transaction, so the oldest one still open is the place up to which everything has been read.
READ = text("""
SELECT log.cluster, CAST(log.open AS text) AS open, f.*
FROM (SELECT system_identifier AS cluster, pg_snapshot_xmin(pg_current_snapshot()) AS open
      FROM pg_control_system()) log
LEFT JOIN LATERAL (
    SELECT CAST(e.xid AS text) AS xid, e.number, e.id, e.name, e.subject, e.sequence, e.time, e.body
    FROM fact e
    WHERE (e.xid, e.number) > (CAST(CAST(:xid AS text) AS xid8), CAST(:number AS bigint))
      AND e.xid < log.open
      AND e.name = ANY(:names)
      AND (CAST(:subjects AS text[]) IS NULL OR e.subject = ANY(:subjects))
    ORDER BY e.xid, e.number
    LIMIT :limit
) f ON true
ORDER BY CAST(f.xid AS xid8), f.number
""")
PRESENT = text("""
SELECT system_identifier, CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) FROM pg_control_system()
""")


@dataclass(frozen=True, slots=True)
class Piece:
    """The next facts of the log, and the place up to which it has been read with them."""

    facts: tuple[LoggedFact, ...]
    end: Position
    is_last: bool


def context_of(service: str) -> Context:
    """The scope in which the log itself is read; what of it somebody sees is asked in theirs."""
    return Context(actor=f"{service}.streams", machine=f"{service}.streams")


async def present(session: AsyncSession) -> Position:
    """The place of this moment: everything readable lies before it, everything to come lies behind it."""
    cluster, open_ = (await session.execute(PRESENT)).one()
    return Position(cluster, int(open_), 0)


async def read_piece(
    database: Database,
    context: Context,
    after: Position,
    *,
    names: Iterable[str],
    subjects: Iterable[str] | None = None,
) -> Piece:
    """The next facts after a position that have one of these names and, where it is given, one of these subjects."""
    wanted = {
        "xid": str(after.xid), "number": after.number, "names": list(names),
        "subjects": None if subjects is None else list(subjects), "limit": AT_ONCE,
    }  # fmt: skip
    async with database.work(context) as session:
        rows = (await session.execute(READ, wanted)).all()
    facts = tuple(
        LoggedFact(Position(row.cluster, int(row.xid), row.number), *row[4:]) for row in rows if row.xid is not None
    )
    is_last = len(facts) < AT_ONCE
    end = max(after, Position(rows[0].cluster, int(rows[0].open), 0)) if is_last else facts[-1].position
    return Piece(facts, end, is_last)
