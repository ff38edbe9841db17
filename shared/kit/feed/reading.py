"""Reading the log: only what no open transaction can still undercut, from a position that names its cluster.

A number alone is not an order to read by: a slow transaction may take a low number and commit late, and a
reader that has passed it never sees it. So the order is (transaction id, number), and a reader sees only
transactions older than every one still open (`pg_snapshot_xmin`).
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.database import Context, Database
from shared.kit.errors import Conflict, Unprocessable

# Commits of other processes do not ring this process's bell, and what was just committed shows only when older
# transactions have ended: so a waiting reader also looks by itself, soon after a ring, and ever more seldom in quiet.
LOOK_SOON_SECONDS = 0.05
LOOK_AGAIN_SECONDS = 1.0
POSITION = re.compile(r"(\d{1,20})\.(\d{1,20})\.(\d{1,20})", re.ASCII)
BIGINT, XID8 = 2**63 - 1, 2**64 - 1


class ForeignPosition(Conflict):
    """The position was written by another database cluster: its transaction ids mean nothing here."""

    def __init__(self) -> None:
        super().__init__(
            "This position belongs to another database cluster (was the data restored from a dump?). Ask the operators"
            " to reset the listener with `fuzhou facts rewind`.",
            zh="该读取位置属于另一个数据库集群（数据是否由备份导入？）。请运维执行 `fuzhou facts rewind` 重置。",
        )


class BadPosition(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "`after` must be a position that this feed gave you, or be left out to read from the first fact.",
            zh="`after` 必须是本接口给出的位置；不带则从第一条读起。",
        )


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in one cluster's log: everything up to and including it has been read."""

    cluster: int
    xid: int
    number: int

    def __str__(self) -> str:
        return f"{self.cluster}.{self.xid}.{self.number}"

    @classmethod
    def parse(cls, written: str) -> "Position":
        found = POSITION.fullmatch(written)
        if found is None:
            raise BadPosition
        position = cls(*(int(part) for part in found.groups()))
        # What the database's own types can not hold is no position either.
        if position.cluster > BIGINT or position.xid > XID8 or position.number > BIGINT:
            raise BadPosition
        return position


@dataclass(frozen=True, slots=True)
class LoggedFact:
    """A fact as the log holds it."""

    position: Position
    id: UUID
    name: str
    subject: str
    sequence: int
    time: datetime
    body: dict[str, Any]
    traceparent: str | None = None


READ = text("""
SELECT (SELECT system_identifier FROM pg_control_system()) AS cluster,
       f.xid, f.number, f.id, f.name, f.subject, f.sequence, f.time, f.body, f.traceparent
FROM fact f
WHERE (f.xid, f.number) > (CAST(CAST(:xid AS text) AS xid8), CAST(:number AS bigint))
  AND f.xid < pg_snapshot_xmin(pg_current_snapshot())
  AND (CAST(:audience AS text) IS NULL OR f.audience = :audience)
ORDER BY f.xid, f.number
LIMIT :limit
""")
READ_SUBJECT = text("""
SELECT (SELECT system_identifier FROM pg_control_system()) AS cluster,
       f.xid, f.number, f.id, f.name, f.subject, f.sequence, f.time, f.body, f.traceparent
FROM fact f
WHERE f.subject = :subject AND f.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY f.sequence
""")
CLUSTER = text("SELECT system_identifier FROM pg_control_system()")


async def read_after(
    session: AsyncSession, after: Position | None, *, limit: int = 100, audience: str | None = None
) -> Sequence[LoggedFact]:
    """The next facts after a position, oldest first.

    Raises:
        ForeignPosition: the position is another cluster's.
    """
    await refuse_foreign(session, after)
    return await _read(session, after, limit=limit, audience=audience)


async def refuse_foreign(session: AsyncSession, after: Position | None) -> None:
    """See to it that a position means something here.

    Raises:
        ForeignPosition: it is another cluster's.
    """
    if after is not None and after.cluster != await session.scalar(CLUSTER):
        raise ForeignPosition


async def _read(
    session: AsyncSession, after: Position | None, *, limit: int, audience: str | None
) -> Sequence[LoggedFact]:
    rows = await session.execute(
        READ,
        {
            "xid": str(after.xid if after else 0),
            "number": after.number if after else 0,
            "audience": audience,
            "limit": limit,
        },
    )
    return [LoggedFact(Position(row.cluster, row.xid, row.number), *row[3:]) for row in rows]


async def read_subject(session: AsyncSession, subject: str) -> Sequence[LoggedFact]:
    """All facts of one subject that the feed shows, oldest first."""
    rows = await session.execute(READ_SUBJECT, {"subject": subject})
    return [LoggedFact(Position(row.cluster, row.xid, row.number), *row[3:]) for row in rows]


async def wait_for_facts(
    database: Database,
    context: Context,
    after: Position | None,
    *,
    timeout: float,  # noqa: ASYNC109 -- the reader's own wish, part of the feed convention
    limit: int = 100,
    audience: str | None = None,
) -> Sequence[LoggedFact]:
    """Read, and when there is nothing yet, wait for news up to `timeout` seconds.

    Each look is a transaction of its own: a transaction held open while waiting would stop every feed.
    """
    deadline = asyncio.get_running_loop().time() + timeout
    pause, is_ours = LOOK_SOON_SECONDS, False
    while True:
        ticket = database.bell.listen()
        try:
            async with database.work(context) as session:
                # While one reader waits, the cluster stays the same.
                if not is_ours:
                    await refuse_foreign(session, after)
                facts = await _read(session, after, limit=limit, audience=audience)
            remaining = deadline - asyncio.get_running_loop().time()
            if facts or remaining <= 0:
                return facts
            has_rung = await database.bell.wait(ticket, min(pause, remaining))
            pause = LOOK_SOON_SECONDS if has_rung else min(2 * pause, LOOK_AGAIN_SECONDS)
            is_ours = True
        finally:
            database.bell.leave(ticket)


def as_cloud_event(fact: LoggedFact, *, publisher: str) -> dict[str, Any]:
    """A fact as a CloudEvents 1.0 document; `position` is where a reader goes on.

    `traceparent` is CloudEvents' distributed tracing extension, there where a request's trace is known.
    """
    trace = {"traceparent": fact.traceparent} if fact.traceparent else {}
    return trace | {
        "specversion": "1.0",
        "id": str(fact.id),
        "source": f"/{publisher}",
        "type": fact.name,
        "subject": fact.subject,
        "sequence": fact.sequence,
        "time": fact.time.isoformat(),
        "datacontenttype": "application/json",
        "position": str(fact.position),
        "data": fact.body,
    }
