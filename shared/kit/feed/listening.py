"""Listening: others' facts take effect here, each exactly once.

A listener's position moves in the same transaction as the effects, so a crash between them is impossible, and
a replay is a position set back. A fact that cannot be handled is parked with its subject; later facts of that
subject wait behind it, all others go on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.clock import wall_clock
from shared.kit.database import Context, Database
from shared.kit.feed.ears import Handler, HeardFact, Preparation
from shared.kit.feed.reading import Position
from shared.kit.feed.trouble import describe, passes_by_itself
from shared.kit.reference import gather_rows, write_gathered
from shared.kit.tables import MOMENT, KitTable
from shared.kit.tracing import traced
from shared.schemas.facts import Fact

log = structlog.get_logger()
TRY_AGAIN_SECONDS = 60


class ListenerPosition(KitTable):
    """How far one listener has read one publisher's log; moved only together with the effects."""

    __tablename__ = "listener_position"

    publisher: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[str | None]
    moved_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ParkedFact(KitTable):
    """A fact that could not be handled, or that waits behind one of its subject."""

    __tablename__ = "parked_fact"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    publisher: Mapped[str]
    name: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    sequence: Mapped[int]
    time: Mapped[datetime] = mapped_column(MOMENT)
    body: Mapped[dict[str, Any]]
    error: Mapped[str]
    attempts: Mapped[int]
    parked_at: Mapped[datetime] = mapped_column(MOMENT)


class Moved(Exception):
    """Another copy of this listener was faster; read again from where it stands."""


@dataclass(slots=True)
class Listener:
    """One service's ear for one publisher."""

    service: str
    publisher: str
    database: Database
    handlers: dict[str, tuple[type[Fact], list[Handler]]]
    fetch: Callable[[str | None], Awaitable[Sequence[HeardFact]]]
    prepare: Sequence[Preparation] = ()
    restored: Callable[[AsyncSession], Awaitable[None]] | None = None
    healthy_at: datetime | None = field(default=None)
    # Where the position stands, as this ear left it; whoever moved it since is found out when a batch is claimed.
    stands: str | None = None

    @property
    def context(self) -> Context:
        return Context(actor=f"{self.service}.handlers", machine=f"{self.service}.handlers")

    async def run(self) -> None:
        """Listen until cancelled; trouble is logged, waited out and tried again."""
        patience = 0.1
        while True:
            try:
                await self.step()
                self.healthy_at, patience = wall_clock(), 0.1
            except Moved:
                continue
            except asyncio.CancelledError:
                raise
            except Exception as trouble:  # noqa: BLE001 -- any trouble is written down and waited out
                log.warning("listener_waits", publisher=self.publisher, trouble=type(trouble).__name__)
                await asyncio.sleep(patience)
                patience = min(patience * 2, 5.0)

    async def try_parked_again(self) -> None:
        """What could not be handled is tried again by itself, every minute; what still fails stays to be seen."""
        while True:
            await asyncio.sleep(TRY_AGAIN_SECONDS)
            with suppress(SQLAlchemyError, OSError):
                async with self.database.work(self.context) as session:
                    waiting = {row.subject for row in await parked(session) if row.publisher == self.publisher}
                for subject in sorted(waiting):
                    await replay_parked(self, subject=subject)

    async def step(self) -> int:
        """Fetch one batch and let it take effect; the number of facts taken."""
        remembered, self.stands = self.stands, None
        start = remembered or await self._position()
        batch = news(await self.fetch(start), start)
        if not batch:
            # Whoever set the position back meanwhile wishes that more is heard.
            return 0 if remembered is None or await self._position() == start else await self.step()
        try:
            await self._take_somehow(batch, start)
        except Moved:
            if remembered is None:
                raise
            return await self.step()
        self.stands = batch[-1].position
        return len(batch)

    async def _position(self) -> str | None:
        async with self.database.work(self.context) as session:
            written: str | None = await session.scalar(
                select(ListenerPosition.position).where(ListenerPosition.publisher == self.publisher)
            )
        return written

    async def _take_somehow(self, batch: Sequence[HeardFact], start: str | None) -> None:
        """All together, or where one cannot be handled, one by one."""
        try:
            await self._take(batch, start, one_by_one=False)
        except Exception as trouble:
            if isinstance(trouble, Moved) or passes_by_itself(trouble):
                raise
            await self._take(batch, start, one_by_one=True)

    async def _take(self, batch: Sequence[HeardFact], start: str | None, *, one_by_one: bool) -> None:
        async with self.database.work(self.context) as session:
            await self._claim(session, start)
            blocked = set(
                await session.scalars(select(ParkedFact.subject).where(ParkedFact.publisher == self.publisher))
            )
            if not one_by_one:
                gather_rows(session)
                for preparation in self.prepare:
                    await preparation(session, batch)
            for fact in batch:
                if fact.name not in self.handlers:
                    continue
                if fact.subject in blocked:
                    await self._park(session, fact, "waits behind an earlier fact of its subject")
                elif one_by_one:
                    await self._try(session, fact, blocked)
                else:
                    await handle(session, fact, self.handlers)
            await write_gathered(session)
            session.info["now"] = wall_clock()
            await session.execute(
                update(ListenerPosition)
                .where(ListenerPosition.publisher == self.publisher)
                .values(position=batch[-1].position, moved_at=session.info["now"])
            )

    async def _claim(self, session: AsyncSession, start: str | None) -> None:
        """Hold the position row; of two copies of a listener one works, the other finds it moved."""
        if start is None:
            await session.execute(insert(ListenerPosition).values(publisher=self.publisher).on_conflict_do_nothing())
        held = await session.execute(
            select(ListenerPosition.position).where(ListenerPosition.publisher == self.publisher).with_for_update()
        )
        if held.scalar_one_or_none() != start:
            raise Moved

    async def _try(self, session: AsyncSession, fact: HeardFact, blocked: set[str]) -> None:
        trouble = await attempt(session, fact, self.handlers)
        if trouble is not None:
            blocked.add(fact.subject)
            await self._park(session, fact, describe(trouble))
            log.error("fact_parked", fact=fact.name, id=str(fact.id), trouble=type(trouble).__name__)

    async def _park(self, session: AsyncSession, fact: HeardFact, error: str) -> None:
        await session.execute(
            insert(ParkedFact)
            .values(
                id=fact.id, publisher=self.publisher, name=fact.name, subject=fact.subject, sequence=fact.sequence,
                time=fact.time, body=fact.body, error=error, attempts=1, parked_at=wall_clock(),
            )
            .on_conflict_do_nothing()
        )  # fmt: skip


def news(batch: Sequence[HeardFact], start: str | None) -> Sequence[HeardFact]:
    """What lies beyond a position, each fact once: a feed that repeats itself says nothing new."""
    read = Position.parse(start) if start else None
    fresh = []
    for fact in batch:
        position = Position.parse(fact.position)
        if read is None or position > read:
            fresh.append(fact)
            read = position
    return fresh


async def handle(session: AsyncSession, fact: HeardFact, handlers: dict[str, tuple[type[Fact], list[Handler]]]) -> None:
    """Let one fact take effect, at the fact's own time."""
    kind, ears = handlers[fact.name]
    session.info["now"], session.info["sequence"] = fact.time, fact.sequence
    heard = kind.model_validate(fact.body)
    with traced(fact.traceparent):
        for ear in ears:
            await ear(session, heard)


async def attempt(
    session: AsyncSession, fact: HeardFact, handlers: dict[str, tuple[type[Fact], list[Handler]]]
) -> Exception | None:
    """Let one fact take effect, or nothing of it: neither rows nor what it announced; why, if it failed."""
    announced = len(session.info["announced"])
    try:
        async with session.begin_nested():
            await handle(session, fact, handlers)
            await session.flush()
    except Exception as trouble:
        if passes_by_itself(trouble):
            raise
        del session.info["announced"][announced:]
        return trouble
    return None


async def parked(session: AsyncSession, *, subject: str | None = None) -> Sequence[ParkedFact]:
    """What is parked, oldest first."""
    query = select(ParkedFact).order_by(ParkedFact.publisher, ParkedFact.subject, ParkedFact.sequence)
    if subject is not None:
        query = query.where(ParkedFact.subject == subject)
    return (await session.scalars(query)).all()


async def replay_parked(listener: Listener, *, subject: str) -> int:
    """Handle a subject's parked facts again, in order, all or up to the one that still fails; how many worked."""
    done = 0
    async with listener.database.work(listener.context) as session:
        await session.execute(
            select(ListenerPosition.position).where(ListenerPosition.publisher == listener.publisher).with_for_update()
        )
        # Several publishers may speak of one subject, and each has a listener of its own.
        rows = [row for row in await parked(session, subject=subject) if row.publisher == listener.publisher]
        for row in rows:
            fact = HeardFact("", row.id, row.name, row.subject, row.sequence, row.time, row.body)
            trouble = await attempt(session, fact, listener.handlers)
            if trouble is not None:
                row.attempts, row.error = row.attempts + 1, describe(trouble)
                break
            await session.execute(delete(ParkedFact).where(ParkedFact.id == row.id))
            done += 1
        session.info["now"] = wall_clock()
    return done


REWIND = text("UPDATE listener_position SET position = NULL WHERE publisher = :publisher")


async def rewind(session: AsyncSession, publishers: Iterable[str]) -> None:
    """Set positions back to the beginning: projections are then rebuilt from the first fact."""
    for publisher in publishers:
        await session.execute(REWIND, {"publisher": publisher})
