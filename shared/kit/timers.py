"""Timers: a deadline is a row, claimed with SKIP LOCKED, that survives a crash and takes effect once.

Live, a loop fires what is due. Played (`FUZHOU_CLOCK=played`), nothing fires until the player advances the
clock; each timer then runs at its own due time, so that a played year unfolds in order.

An errand is a timer that must ask a peer: it runs outside any transaction, and ends its timer itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import Index, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.clock import wall_clock
from shared.kit.database import Context, Database
from shared.kit.ids import new_id
from shared.kit.peers import Peers
from shared.kit.rows import driver, insert_rows
from shared.kit.tables import MOMENT, KitTable

log = structlog.get_logger()
LOOK_EVERY_SECONDS = 0.5
MOST_ATTEMPTS = 8
# So many are fired in one transaction where a player moves the clock.
TOGETHER = 40
# So long an errand has to itself: whoever dies on the way leaves it to be run again after that.
LEASE = timedelta(minutes=2)


# The earliest that is due, taken away if it is no errand: one statement, for a year has forty thousand.
TAKE = """
WITH earliest AS (
  SELECT id, kind FROM timer WHERE due <= $1 AND given_up IS NULL AND kind = ANY($2::text[])
  ORDER BY due, id LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
  DELETE FROM timer t USING earliest e WHERE t.id = e.id AND e.kind = ANY($3::text[])
  RETURNING t.id, t.kind, t.subject, t.due, t.payload::text AS payload, t.attempts
) SELECT t.* FROM earliest e LEFT JOIN taken t ON t.id = e.id
"""


class Timer(KitTable):
    """Something to do at a time. `kind` names the function, `subject` what it is about."""

    __tablename__ = "timer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    due: Mapped[datetime] = mapped_column(MOMENT)
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(server_default="0")
    # Set when it failed too often: it stays, is seen, and fires no more by itself.
    given_up: Mapped[str | None]

    __table_args__ = (
        Index("ix_timer_due", "due", "id", postgresql_where=text("given_up IS NULL")),
        Index("ix_timer_subject", "subject", "kind"),
    )


Firing = Callable[[AsyncSession, Timer], Awaitable[None]]


def fires(kind: str) -> Callable[[Firing], Firing]:
    """Mark a function as what happens when a timer of this kind is due."""

    def mark(firing: Firing) -> Firing:
        firing.__fires__ = kind  # type: ignore[attr-defined]
        return firing

    return mark


@dataclass(frozen=True, slots=True)
class Errand:
    """What an errand is run with. It may run twice, so what it asks of a peer goes under a key of its own."""

    database: Database
    context: Context
    peers: Peers
    id: UUID
    subject: str
    attempts: int
    at: datetime

    def work(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A transaction of the errand, at the moment it was due."""
        return self.database.work(self.context, now=self.at)

    async def done(self, session: AsyncSession) -> None:
        """End the timer, in the transaction that writes what came of it."""
        await session.execute(delete(Timer).where(Timer.id == self.id))


Running = Callable[[Errand], Awaitable[None]]


def runs_errand(kind: str) -> Callable[[Running], Running]:
    """Mark a function as the errand that is run when a timer of this kind is due."""

    def mark(running: Running) -> Running:
        running.__errand__ = kind  # type: ignore[attr-defined]
        return running

    return mark


def firings_in(*rooms: ModuleType) -> dict[str, Firing]:
    """The timed functions in these modules, by kind."""
    return _marked("__fires__", rooms)


def errands_in(*rooms: ModuleType) -> dict[str, Running]:
    """The errands in these modules, by kind."""
    return _marked("__errand__", rooms)


def _marked(mark: str, rooms: Sequence[ModuleType]) -> dict[str, Any]:
    return {
        getattr(thing, mark): thing
        for room in rooms
        for thing in vars(room).values()
        if hasattr(thing, mark) and thing.__module__ == room.__name__
    }


def timer_row(kind: str, subject: object, due: datetime, **payload: Any) -> dict[str, Any]:
    """The row of a timer, for a statement that inserts many at once."""
    return {"id": new_id(), "kind": kind, "subject": str(subject), "due": due, "payload": payload}


async def set_timer(session: AsyncSession, kind: str, subject: object, *, due: datetime, **payload: Any) -> None:
    """Let `kind` happen to `subject` when `due` comes."""
    await insert_rows(session, (Timer, [timer_row(kind, subject, due, **payload)]))


async def timers_of(session: AsyncSession, subject: object, *, kind: str) -> Sequence[Timer]:
    """What is set for a subject."""
    return (await session.scalars(select(Timer).where(Timer.subject == str(subject), Timer.kind == kind))).all()


async def cancel_timers(session: AsyncSession, subject: object, *, kind: str | None = None) -> None:
    """Forget what was set for a subject."""
    query = delete(Timer).where(Timer.subject == str(subject))
    await session.execute(query.where(Timer.kind == kind) if kind else query)


@dataclass(slots=True)
class TimerLoop:
    """Fires a service's timers."""

    service: str
    database: Database
    firings: dict[str, Firing]
    errands: dict[str, Running] = field(default_factory=dict)
    peers: Peers | None = None
    healthy_at: datetime | None = field(default=None)

    @property
    def context(self) -> Context:
        return Context(actor=f"{self.service}.timers", machine=f"{self.service}.timers")

    async def run(self) -> None:
        """Fire by the wall clock until cancelled."""
        while True:
            try:
                fired = await self.fire_next(wall_clock())
                self.healthy_at = wall_clock()
            except asyncio.CancelledError:
                raise
            except Exception as trouble:  # noqa: BLE001 -- any trouble is written down and waited out
                log.warning("timers_wait", trouble=type(trouble).__name__)
                fired = False
            if not fired:
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def fire_until(self, moment: datetime, *, together: bool = False) -> int:
        """Fire all that is due by a moment, each at its own due time, in order; how many.

        `together`: many in one transaction, as a player wishes who plays a year of them.
        """
        count = 0
        while True:
            fired, is_over = await self._fire_together(moment) if together else (0, False)
            count += fired
            if is_over:
                return count
            # What asks a peer, or what failed with the others, has a transaction of its own.
            for _ in range(1 if fired else TOGETHER):
                if not await self.fire_next(moment, at_due_time=True):
                    return count
                count += 1

    async def _fire_together(self, moment: datetime) -> tuple[int, bool]:
        """Fire many in one transaction, each at its due time; how many, and whether there is nothing more.

        A year is played in some forty thousand of them. If one fails, nothing of it was: all are fired one by one.
        """
        fired = 0
        try:
            async with self.database.work(self.context) as session:
                while fired < TOGETHER:
                    timer, is_over = await self._take(session, moment)
                    if timer is None:
                        return fired, is_over
                    session.info["now"] = timer.due
                    await self.firings[timer.kind](session, timer)
                    await session.flush()
                    # The next one reads its rows anew, as if it were alone.
                    session.expunge_all()
                    fired += 1
        except Exception as trouble:  # noqa: BLE001 -- whoever fails alone is put off, and then it is told
            log.info("timers_fired_one_by_one", trouble=type(trouble).__name__)
            return 0, False
        return fired, False

    async def _fire(self, session: AsyncSession, timer: Timer) -> None:
        await session.delete(timer)
        await session.flush()
        await self.firings[timer.kind](session, timer)
        await session.flush()

    async def fire_next(self, moment: datetime, *, at_due_time: bool = False) -> bool:
        """Fire the earliest timer due by `moment`; False when there is none.

        One timer is one transaction. One that fails is put off a little longer each time, and after
        eight attempts given up and left to be seen.
        """
        claimed: tuple[UUID, int] | None = None
        errand: Errand | None = None
        try:
            async with self.database.work(self.context, now=None if at_due_time else moment) as session:
                timer = await self._claim(session, moment)
                if timer is None:
                    return False
                claimed = (timer.id, timer.attempts)
                if at_due_time:
                    session.info["now"] = timer.due
                running = self.errands.get(timer.kind)
                if running is None:
                    await self._fire(session, timer)
                else:
                    errand = self._lease(timer, session.info["now"])
            if running is not None and errand is not None:
                await running(errand)
        except Exception as trouble:
            if claimed is None:
                raise
            await self._put_off(*claimed, trouble, moment)
        return True

    def _lease(self, timer: Timer, moment: datetime) -> Errand:
        """Put the timer off for as long as the errand may take; who runs it ends the timer."""
        assert self.peers is not None
        timer.due = max(timer.due, moment) + LEASE
        return Errand(self.database, self.context, self.peers, timer.id, timer.subject, timer.attempts, moment)

    async def _take(self, session: AsyncSession, moment: datetime) -> tuple[Timer | None, bool]:
        """Take the earliest timer out of its table, unless it is an errand; and whether none is due any more."""
        row = await (await driver(session)).fetchrow(TAKE, moment, [*self.firings, *self.errands], [*self.firings])
        if row is None or row["id"] is None:
            return None, row is None
        return Timer(**{**row} | {"payload": orjson.loads(row["payload"])}), False

    async def _claim(self, session: AsyncSession, moment: datetime) -> Timer | None:
        due: Timer | None = await session.scalar(
            select(Timer)
            .where(Timer.due <= moment, Timer.given_up.is_(None), Timer.kind.in_([*self.firings, *self.errands]))
            .order_by(Timer.due, Timer.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return due

    async def _put_off(self, id: UUID, attempts: int, trouble: Exception, moment: datetime) -> None:
        log.error("timer_failed", timer=str(id), attempts=attempts + 1, trouble=type(trouble).__name__)
        async with self.database.work(self.context) as session:
            timer = await session.get(Timer, id, with_for_update=True)
            if timer is None:
                return
            timer.attempts = attempts + 1
            timer.due = max(timer.due, moment) + timedelta(seconds=2**timer.attempts)
            if timer.attempts >= MOST_ATTEMPTS:
                timer.given_up = f"{type(trouble).__module__}.{type(trouble).__name__}"


async def given_up(session: AsyncSession) -> int:
    """How many timers failed too often and wait for a person."""
    return await session.scalar(select(func.count()).select_from(Timer).where(Timer.given_up.is_not(None))) or 0
