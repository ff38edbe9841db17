"""Working: a part at a time is written with its answers, in one transaction that also takes the part away.

So a file that was interrupted, by whatever, goes on where it was, and no row is taken twice; and no transaction is
longer than a thousand rows, so that feeds go on meanwhile.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit import crypto, revocations
from shared.kit.access import Caller, context_for
from shared.kit.bulk.answers import answers_row, keys_taken
from shared.kit.bulk.kinds import Kind, Sender, Taken, Told, told, unpacked
from shared.kit.bulk.tables import Batch, BatchAnswers, BatchPart, part_place
from shared.kit.clock import now, wall_clock
from shared.kit.database import Context, Database
from shared.kit.errors import Problem
from shared.kit.problems import database_problem
from shared.kit.rows import driver, insert_rows
from shared.schemas.access import Grant
from shared.schemas.batches import BatchStatus, RowError, RowOutcome

log = structlog.get_logger()
LOOK_EVERY_SECONDS: Final = 1.0
MOST_ATTEMPTS: Final = 8
SWEEP_SECONDS: Final = 3600
# What was not sent to its end by then never will be; answers can be read for a month.
ABANDONED: Final = timedelta(hours=6)
KEPT: Final = timedelta(days=30)
# Rows that are read before others are let in between.
BREATH: Final = 100
ALREADY_THERE: Final = RowError(
    pointer="#", en="This key stands in an earlier row of the file.", zh="该编号在本文件前面的行已出现。"
)


@dataclass(slots=True)
class Held:
    """What a process remembers of a file that it works on: who sends it, and which keys it held so far."""

    kind: Kind
    sender: Sender
    moment: Any
    parts_known: int = 0
    keys: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Bulk:
    """One process's hands on the files of a service."""

    service: str
    database: Database
    kinds: dict[str, Kind]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _held: dict[UUID, Held] = field(default_factory=dict)

    @property
    def context(self) -> Context:
        """The machine that looks for what is left to do; what it finds is written as its sender."""
        return Context(actor=f"{self.service}.bulk", machine=f"{self.service}.bulk")

    async def keep_working(self) -> None:
        """Work until cancelled; trouble is written down and waited out."""
        swept_at = wall_clock()
        while True:
            try:
                if not await self.step():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.wake.wait(), LOOK_EVERY_SECONDS)
                self.wake.clear()
                if wall_clock() - swept_at > timedelta(seconds=SWEEP_SECONDS):
                    swept_at = wall_clock()
                    await self.sweep()
            except Exception as trouble:  # noqa: BLE001 -- any trouble is written down and waited out
                log.warning("bulk_waits", trouble=type(trouble).__name__)
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def step(self) -> bool:
        """Write the next part of each file that is due; False when there is none."""
        async with self.database.work(self.context) as session:
            query = select(Batch.id).where(Batch.status == BatchStatus.WORKING, Batch.due_at <= wall_clock())
            due = (await session.scalars(query.order_by(Batch.due_at, Batch.id).limit(20))).all()
        for id in due:
            await self.advance(id)
        return bool(due)

    async def finish(self, id: UUID) -> None:
        """Write all parts of a file, while its sender waits; what goes wrong is left to the others."""
        while await self.advance(id):
            pass

    async def let_go(self, id: UUID) -> None:
        """Nobody waits for this file: whoever works by itself takes it now."""
        async with self.database.work(self.context) as session:
            await session.execute(update(Batch).where(Batch.id == id).values(due_at=wall_clock()))
        self.wake.set()

    async def sweep(self) -> None:
        """Forget what was never sent to its end, and what was answered long ago."""
        here = wall_clock()
        ended = Batch.status.in_((BatchStatus.DONE, BatchStatus.FAILED)) & (Batch.due_at < here - KEPT)
        abandoned = (Batch.status == BatchStatus.RECEIVING) & (Batch.due_at < here - ABANDONED)
        async with self.database.work(self.context) as session:
            await session.execute(delete(Batch).where(ended | abandoned))

    async def advance(self, id: UUID) -> bool:
        """Write the next part of a file; False when there is none, or it has to wait."""
        held = self._held.get(id) or await self._hold(id)
        if held is None:
            return False
        try:
            return await self._write_part(id, held, is_careful=False)
        except Exception as first:  # noqa: BLE001 -- which of the rows it was is found out one by one
            log.info("bulk_one_by_one", batch=str(id), trouble=type(first).__name__)
        try:
            return await self._write_part(id, held, is_careful=True)
        except Exception as trouble:  # noqa: BLE001 -- any trouble is written down and waited out
            await self._put_off(id, trouble)
            return False

    async def _hold(self, id: UUID) -> Held | None:
        async with self.database.work(self.context) as session:
            batch = await session.get(Batch, id)
        if batch is None or batch.status != BatchStatus.WORKING:
            return None
        says = batch.acts_as
        grants = tuple(Grant.model_validate(grant) for grant in says["grants"])
        sender = Sender(Caller(batch.caller, says["client"], grants, says["worker"]), batch.scope)
        return self._held.setdefault(id, Held(self.kinds[batch.kind], sender, batch.moment))

    async def _write_part(self, id: UUID, held: Held, *, is_careful: bool) -> bool:
        context = context_for(held.sender.caller, held.kind.action)
        async with self.database.work(context, now=held.moment) as session:
            batch = await session.get(Batch, id, with_for_update=True)
            if batch is None or batch.status != BatchStatus.WORKING:
                self._held.pop(id, None)
                return False
            if self._is_revoked(batch):
                batch.status, batch.ended_at = BatchStatus.FAILED, now(session)
                self._held.pop(id, None)
                return False
            taken = await self._take_part(session, batch, held, is_careful=is_careful)
            batch.attempts, is_last = 0, batch.parts_done == batch.parts
            if is_last:
                batch.status, batch.ended_at = BatchStatus.DONE, now(session)
        if is_last:
            self._held.pop(id, None)
        else:
            held.parts_known, held.keys = batch.parts_done, held.keys | taken
        return not is_last

    def _is_revoked(self, batch: Batch) -> bool:
        """Whether the sender's access was called back since."""
        revoked: dict[str, float] = self.database.memory.get(revocations.MEMORY, {})
        return revoked.get(batch.caller, 0.0) > batch.received_at.timestamp()

    async def _take_part(self, session: AsyncSession, batch: Batch, held: Held, *, is_careful: bool) -> set[str]:
        """Write a part, its answers, and how far the file is; the keys that it took."""
        number = batch.parts_done
        part = await session.get(BatchPart, (batch.id, number))
        assert part is not None, "a file that is not done has a next part"
        if held.parts_known != number:
            # Another process wrote the parts before, or this one died and began again.
            held.keys, held.parts_known = await keys_taken(session, batch.id), number
        rows = await _read(unpacked(crypto.open_bytes(part.content, part_place(batch.id, number))), held.kind)
        taken: set[str] = set()
        for run in _runs(rows):
            await _take_run(session, held, run, taken, is_careful=is_careful)
        answers = answers_row(batch.id, number, rows)
        await insert_rows(session, (BatchAnswers, [answers]))
        await (await driver(session)).execute(
            "DELETE FROM batch_part WHERE batch_id = $1 AND number = $2", batch.id, number
        )
        session.expunge(part)
        batch.counts = {
            name: batch.counts.get(name, 0) + answers["counts"].get(name, 0)
            for name in {*batch.counts, *answers["counts"]}
        }
        batch.parts_done, batch.answered = number + 1, batch.answered + len(rows)
        return taken

    async def _put_off(self, id: UUID, trouble: Exception) -> None:
        """Try again later, a little later each time; one that fails for ever is ended, and says so."""
        log.error("bulk_failed", batch=str(id), trouble=type(trouble).__name__)
        with suppress(SQLAlchemyError, OSError):
            async with self.database.work(self.context) as session:
                batch = await session.get(Batch, id, with_for_update=True)
                if batch is None or batch.status != BatchStatus.WORKING:
                    return
                batch.attempts += 1
                batch.due_at = wall_clock() + timedelta(seconds=2**batch.attempts)
                if batch.attempts >= MOST_ATTEMPTS:
                    batch.status, batch.ended_at = BatchStatus.FAILED, now(session)


async def _read(rows: Sequence[Any], kind: Kind) -> list[Told]:
    """What the rows say; others are let in between."""
    read = []
    for place, row in enumerate(rows, 1):
        read.append(told(row, kind))
        if not place % BREATH:
            await asyncio.sleep(0)
    return read


def _runs(rows: Sequence[Told]) -> Iterator[list[Told]]:
    """Rows that can be taken together: in each run, each key once."""
    run: list[Told] = []
    keys: set[str] = set()
    for row in rows:
        if row.row is None:
            continue
        if row.key in keys:
            yield run
            run, keys = [], set()
        run.append(row)
        keys.add(row.key or "")
    yield run


async def _take_run(session: AsyncSession, held: Held, run: list[Told], taken: set[str], *, is_careful: bool) -> None:
    fresh = []
    for each in run:
        if each.key in held.keys or each.key in taken:
            each.errors = [ALREADY_THERE.model_copy(update={"pointer": f"#/{held.kind.key}"})]
        else:
            fresh.append(each)
    if not fresh:
        return
    rows = [each.row for each in fresh]
    if is_careful:
        outcomes = [await _take_alone(session, held, row) for row in rows]
    else:
        outcomes = list(await held.kind.take(session, held.sender, rows))
    for each, outcome in zip(fresh, outcomes, strict=True):
        each.outcome, each.id, each.errors = outcome
        if not each.errors:
            taken.add(each.key or "")


async def _take_alone(session: AsyncSession, held: Held, row: Any) -> Taken:
    """A row by itself: what goes wrong with it undoes it alone, facts and all."""
    kept = {name: len(session.info[name]) for name in ("announced", "after_commit", "afterwards")}
    try:
        async with session.begin_nested():
            (taken,) = await held.kind.take(session, held.sender, [row])
            await session.flush()
    except Exception as trouble:
        refused = trouble if isinstance(trouble, Problem) else database_problem(trouble)
        if refused.status >= 500:
            raise
        for name, count in kept.items():
            del session.info[name][count:]
        return Taken(RowOutcome.REFUSED, None, _errors(refused))
    return taken


def _errors(refused: Problem) -> list[RowError]:
    """A refusal as the errors of a row."""
    if refused.errors:
        return [
            RowError(pointer=each["pointer"], en=each["detail"], zh=each.get("zh", each["detail"]))
            for each in refused.errors
        ]
    return [RowError(pointer="#", en=refused.detail, zh=refused.detail_zh)]
