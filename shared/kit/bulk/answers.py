"""Answers: what became of the rows, kept sealed part by part, and read page by page."""

import csv
import io
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit import crypto
from shared.kit.bulk.kinds import Told
from shared.kit.bulk.tables import Batch, BatchAnswers, answers_place
from shared.kit.database import Context, Database
from shared.kit.errors import NotFound
from shared.kit.paging import Page
from shared.schemas.batches import BatchStatus, BatchView, RowAnswer, RowOutcome, counts_of, tally

HEADER: Final = ("number", "client_reference", "outcome", "id", "pointer", "en", "zh")
# A spreadsheet would take such a cell for a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def answers_row(batch_id: UUID, number: int, rows: Sequence[Told]) -> dict[str, Any]:
    """The answers to a part, as the row to insert."""
    plain = b"\n".join(orjson.dumps(row.answer()) for row in rows)
    counted = {outcome.value: count for outcome, count in tally(row.outcome for row in rows).items() if count}
    content = crypto.keyring().seal_bytes(zlib.compress(plain, 1), answers_place(batch_id, number))
    return {
        "batch_id": batch_id, "number": number, "last": rows[-1].number, "counts": counted, "content": content,
    }  # fmt: skip


async def keys_taken(session: AsyncSession, batch_id: UUID) -> set[str]:
    """The caller's keys of all rows that were taken so far."""
    keys: set[str] = set()
    for answers in await _parts(session, batch_id, after=0):
        keys.update(
            row["client_reference"]
            for row in _opened(answers)
            if row["outcome"] != RowOutcome.REFUSED and row["client_reference"] is not None
        )
    return keys


async def batch_view(session: AsyncSession, id: UUID) -> BatchView:
    """How far a file is; who did not send it does not see it."""
    batch = await _batch(session, id)
    return BatchView(
        id=batch.id, status=BatchStatus(batch.status), received_at=batch.received_at, ended_at=batch.ended_at,
        rows=batch.rows, answered=batch.answered, counts=counts_of(batch.counts),
    )  # fmt: skip


async def _batch(session: AsyncSession, id: UUID) -> Batch:
    batch = await session.get(Batch, id)
    if batch is None:
        raise NotFound
    return batch


async def answers_page(
    session: AsyncSession, id: UUID, *, outcome: RowOutcome | None, after: int, limit: int
) -> Page[RowAnswer]:
    """Answers by the rows' numbers, of one outcome or all; none where the file is not the caller's to see."""
    shown: list[RowAnswer] = []
    number = -1
    while (part := await _part_after(session, id, number=number, after=after)) is not None:
        number = part.number
        shown += [RowAnswer(**row) for row in _wanted(part, outcome) if row["number"] > after]
        if len(shown) > limit:
            return Page[RowAnswer](items=shown[:limit], next=str(shown[limit - 1].number))
    return Page[RowAnswer](items=shown, next=None)


async def all_answers(session: AsyncSession, id: UUID) -> list[RowAnswer]:
    """All answers of a small file."""
    return [RowAnswer(**row) for part in await _parts(session, id, after=0) for row in _opened(part)]


async def report(
    database: Database, context: Context, id: UUID, *, outcome: RowOutcome | None, as_table: bool
) -> AsyncIterator[bytes]:
    """All answers as lines of JSON or as a table, a part at a time, each read in a transaction of its own."""
    if as_table:
        # With its mark, so that spreadsheets read Chinese as Chinese.
        yield b"\xef\xbb\xbf" + _table([HEADER])
    number = -1
    while True:
        async with database.work(context) as session:
            part = await _part_after(session, id, number=number, after=0)
            rows = [] if part is None else list(_wanted(part, outcome))
        if part is None:
            return
        number = part.number
        if rows:
            yield _table(_cells(rows)) if as_table else b"".join(orjson.dumps(row) + b"\n" for row in rows)


async def _parts(session: AsyncSession, id: UUID, *, after: int) -> Sequence[BatchAnswers]:
    query = select(BatchAnswers).where(BatchAnswers.batch_id == id, BatchAnswers.last > after)
    return (await session.scalars(query.order_by(BatchAnswers.number))).all()


async def _part_after(session: AsyncSession, id: UUID, *, number: int, after: int) -> BatchAnswers | None:
    found: BatchAnswers | None = await session.scalar(
        select(BatchAnswers)
        .where(BatchAnswers.batch_id == id, BatchAnswers.number > number, BatchAnswers.last > after)
        .order_by(BatchAnswers.number)
        .limit(1)
    )
    return found


def _wanted(part: BatchAnswers, outcome: RowOutcome | None) -> Iterator[dict[str, Any]]:
    if outcome is not None and not part.counts.get(outcome):
        return
    for row in _opened(part):
        if outcome is None or row["outcome"] == outcome:
            yield row


def _opened(part: BatchAnswers) -> Iterator[dict[str, Any]]:
    plain = zlib.decompress(crypto.open_bytes(part.content, answers_place(part.batch_id, part.number)))
    return map(orjson.loads, plain.split(b"\n"))


def _cells(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """A line for each thing that is wrong; one for a row with which nothing is."""
    for row in rows:
        begun = (row["number"], _text(row["client_reference"]), row["outcome"], row["id"] or "")
        for error in row["errors"] or [{"pointer": "", "en": "", "zh": ""}]:
            yield *begun, error["pointer"], _text(error["en"]), _text(error["zh"])


def _text(cell: str | None) -> str:
    return f"'{cell}" if cell and cell.startswith(FORMULA) else cell or ""


def _table(rows: Any) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
