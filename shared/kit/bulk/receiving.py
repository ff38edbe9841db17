"""Receiving: what arrives is cut into parts, each sealed and kept in a transaction of its own.

Nothing of a file is written before it was sent to its end, and no more than a part of it is in memory. Who goes away
half-way leaves nothing behind: what was kept is taken back at once, or swept where the process died too.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from sqlalchemy import delete, insert, update
from starlette.requests import ClientDisconnect

from shared.kit import crypto
from shared.kit.access import context_for
from shared.kit.bulk.kinds import Kind, Sender, packed
from shared.kit.bulk.reading import Lines, Row, reader_for
from shared.kit.bulk.tables import Batch, BatchPart, part_place
from shared.kit.clock import wall_clock
from shared.kit.database import Context, Database
from shared.kit.errors import BadRequest, Unprocessable
from shared.kit.ids import new_id
from shared.schemas.batches import BatchStatus

MOST_ROWS: Final = 100_000
MOST_BYTES: Final = 256 * 1024 * 1024
# Rows are long or short; a part is small in memory either way.
PART_BYTES: Final = 1024 * 1024
# Whoever sent a small file works on it while its sender waits; others leave it alone for so long.
HEAD_START: Final = timedelta(seconds=30)


class TooManyRows(Unprocessable):
    def __init__(self, most: int) -> None:
        super().__init__(
            f"A batch holds at most {most} rows. Send the file in pieces.", zh=f"每批最多 {most} 行，请分批发送。"
        )


class BrokeOff(BadRequest):
    def __init__(self) -> None:
        super().__init__(
            "The connection ended before the file did, and nothing of it was kept. Send it again.",
            zh="连接在文件传完之前中断，未作任何保存。请重新发送。",
        )


@dataclass(slots=True)
class Spool:
    """A file that is being received."""

    database: Database
    context: Context
    kind: Kind
    id: UUID = field(default_factory=new_id)
    rows: int = 0
    parts: int = 0
    _waiting: list[Row] = field(default_factory=list)
    _bytes: int = 0

    async def begin(self, sender: Sender, *, moment: datetime | None) -> None:
        caller, here = sender.caller, wall_clock()
        acts_as = {
            "client": caller.client, "worker": caller.worker,
            "grants": [grant.model_dump(mode="json") for grant in caller.grants],
        }  # fmt: skip
        row: dict[str, Any] = {
            "id": self.id, "kind": self.kind.name, "scope": sender.scope, "caller": caller.subject, "acts_as": acts_as,
            "provider": self.context.provider or None,
            "status": BatchStatus.RECEIVING, "moment": moment, "received_at": moment or here, "due_at": here,
        }  # fmt: skip
        async with self.database.work(self.context) as session:
            await session.execute(insert(Batch).values(row))

    async def take(self, row: Row) -> None:
        """Keep a row, in a part with others.

        Raises:
            TooManyRows: the file holds more than a batch may.
        """
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise TooManyRows(MOST_ROWS)
        self._waiting.append(row)
        self._bytes += len(row.text)
        if len(self._waiting) >= self.kind.rows_at_once or self._bytes >= PART_BYTES:
            await self._keep()

    async def _keep(self) -> None:
        if not self._waiting:
            return
        content = crypto.keyring().seal_bytes(packed(self._waiting), part_place(self.id, self.parts))
        async with self.database.work(self.context) as session:
            row = {"batch_id": self.id, "number": self.parts, "content": content}
            await session.execute(insert(BatchPart).values(row))
        self.parts += 1
        self._waiting, self._bytes = [], 0

    async def end(self) -> None:
        """The file was sent to its end: from now on it is written, whatever happens."""
        await self._keep()
        is_empty, here = not self.parts, wall_clock()
        async with self.database.work(self.context) as session:
            await session.execute(
                update(Batch).where(Batch.id == self.id).values(
                    status=BatchStatus.DONE if is_empty else BatchStatus.WORKING, parts=self.parts, rows=self.rows,
                    due_at=here + HEAD_START, ended_at=here if is_empty else None,
                )
            )  # fmt: skip

    async def give_up(self) -> None:
        """Take back what was kept."""
        async with self.database.work(self.context) as session:
            await session.execute(delete(Batch).where(Batch.id == self.id))


async def receive(database: Database, http: Request, kind: Kind, sender: Sender, *, moment: datetime | None) -> Spool:
    """Take in the body of a request, to its end.

    Raises:
        NotARowFile: it is neither JSON lines nor CSV.
        UnknownColumns: the header of the table names what no row may hold.
        TooManyRows: it holds more than a batch may.
        BrokeOff: its sender went away before its end.
    """
    reader = reader_for(http.headers.get("content-type", ""), kind.form)
    spool = Spool(database, context_for(sender.caller, kind.action), kind)
    await spool.begin(sender, moment=moment)
    try:
        async for row in _rows(http, reader):
            await spool.take(row)
        await spool.end()
    except ClientDisconnect as gone:
        await spool.give_up()
        raise BrokeOff from gone
    except BaseException:
        await spool.give_up()
        raise
    return spool


async def _rows(http: Request, reader: Lines) -> AsyncIterator[Row]:
    async for chunk in http.stream():
        for row in reader.feed(chunk):
            yield row
    for row in reader.feed(b"", is_last=True):
        yield row
