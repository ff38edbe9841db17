"""What a running service is: everything that it holds, and how it begins and ends."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError

from shared.kit import idempotency, revocations
from shared.kit.bulk.working import Bulk
from shared.kit.clock import wall_clock
from shared.kit.database import Database
from shared.kit.feed.catching_up import catch_up
from shared.kit.feed.listening import Listener
from shared.kit.peers import Peers
from shared.kit.reconciling import Reconciler
from shared.kit.seals.sealing import Sealer
from shared.kit.settings import ClockMode, SharedSettings
from shared.kit.streams.hub import Hub
from shared.kit.timers import TimerLoop
from shared.kit.tokens import Verifier

SWEEP_SECONDS = 3600


@dataclass(slots=True)
class House:
    """What a running service holds: its settings, database, keys, ears and timers."""

    service: str
    settings: SharedSettings
    database: Database
    verifier: Verifier
    peers: Peers
    listeners: list[Listener]
    timers: TimerLoop
    reconciler: Reconciler
    sealer: Sealer | None = None
    bulk: Bulk | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    limiter: MovingWindowRateLimiter | None = None
    hub: Hub | None = None
    released: bool = False
    # Those who listen by themselves; none while a player moves on step by step.
    ears: list[asyncio.Task[None]] = field(default_factory=list)

    # Set when the service is about to end: whatever answers without an end, ends then.
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    began_at: datetime = field(default_factory=wall_clock)

    @property
    def clock(self) -> ClockMode:
        """By which clock timers fire now: a played one may have been released."""
        return ClockMode.LIVE if self.released else self.settings.clock

    def silences(self) -> dict[str, float]:
        """Seconds since each publisher last answered; nothing of those whom nobody listens to just now."""
        if not self.ears:
            return {}
        began = self.began_at
        return {
            ear.publisher: (wall_clock() - (ear.healthy_at or began)).total_seconds()
            for ear in self.listeners
            if ear.publisher in self.settings.peers
        }

    def start(self) -> None:
        """Begin to listen and, when the clock is live, to fire timers."""
        if not self.settings.listens:
            return
        self._listen()
        self.tasks = [asyncio.create_task(self.sweep())]
        self.tasks += [asyncio.create_task(listener.try_parked_again()) for listener in self.listeners]
        self.tasks.append(asyncio.create_task(revocations.keep_looking(self.service, self.database)))
        self.tasks.append(asyncio.create_task(self.reconciler.keep_beginning()))
        if self.bulk is not None:
            # By the wall clock, also where a year is played: who sent a file waits for it.
            self.tasks.append(asyncio.create_task(self.bulk.keep_working()))
        if self.clock is ClockMode.LIVE:
            self._live()

    def _live(self) -> None:
        """What goes by the wall clock alone: a played year is sealed when its player is done."""
        self.tasks.append(asyncio.create_task(self.timers.run()))
        if self.sealer is not None:
            self.tasks.append(asyncio.create_task(self.sealer.keep_sealing()))

    def _listen(self) -> None:
        self.ears = [asyncio.create_task(listener.run()) for listener in self.listeners]

    async def hear_by_step(self, publishers: Collection[str] | None = None) -> None:
        """Hear all that others, or these, have said by now; nobody listens by themselves until the clock is released.

        A played year has tens of thousands of facts: heard one by one as they come, each would cost every listener
        three transactions and a call, heard by the day they cost next to nothing.
        """
        for ear in self.ears:
            ear.cancel()
        await asyncio.gather(*self.ears, return_exceptions=True)
        self.ears, self.peers.waits_seconds = [], 0.0
        for listener in self.listeners:
            is_wanted = publishers is None or listener.publisher in publishers
            if is_wanted and listener.publisher in self.settings.peers:
                await catch_up(listener)

    def go_live(self) -> None:
        """Listen, and let timers fire by the wall clock from now on, where a player moved them on until now."""
        if self.clock is ClockMode.LIVE:
            return
        self.released, self.peers.waits_seconds = True, self.settings.feed_wait_seconds
        if self.settings.listens:
            if not self.ears:
                self._listen()
            self._live()

    async def sweep(self) -> None:
        """Forget what need not be kept, every hour; trouble is waited out."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            with suppress(SQLAlchemyError, OSError):
                async with self.database.work(self.timers.context) as session:
                    await idempotency.forget_old(session, wall_clock())

    def end_streams(self) -> None:
        """Let those go who follow; called first when the service ends, which would else wait for them."""
        self.leaving.set()
        if self.hub is not None:
            self.hub.close()

    async def stop(self) -> None:
        self.end_streams()
        running = [*self.tasks, *self.ears]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.peers.close()
        await self.database.close()
