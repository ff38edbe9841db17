"""Keeps the programs of one machine running: starts them in order, restarts the dead, stops all."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from deploy.refusals import Refusal

CRASHES_THAT_STOP = 5
CRASH_WINDOW_SECONDS = 60.0
PAUSES_SECONDS = (0.1, 0.5, 1.0, 2.0)
WATCH_SECONDS = 0.05
# Who ends well so soon was not told to: it has nothing to do, and starting it again and again would not change that.
AT_ONCE_SECONDS = 1.0


class Charge(Protocol):
    """A program in the supervisor's care."""

    @property
    def name(self) -> str: ...

    @property
    def is_running(self) -> bool: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    @property
    def ended_well(self) -> bool:
        """Whether it was told to end, and has."""

    def last_words(self) -> str: ...


class CrashLoop(Refusal):
    """A program dies again and again; restarting it helps nobody."""

    def __init__(self, charge: Charge, *, crashes: int, seconds: float) -> None:
        self.charge = charge
        super().__init__(
            f"{charge.name} stopped {crashes} times within {seconds:.0f} s, so everything stops. Its last words:\n"
            f"{charge.last_words()}"
        )


class Supervisor:
    """Starts charges in the order given, watches them, and stops them in the opposite order."""

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        crashes: int = CRASHES_THAT_STOP,
        window: float = CRASH_WINDOW_SECONDS,
        pauses: Sequence[float] = PAUSES_SECONDS,
    ) -> None:
        self._say = say
        self._crashes = crashes
        self._window = window
        self._pauses = pauses
        self._groups: list[tuple[Charge, ...]] = []
        self._watches: list[asyncio.Task[None]] = []
        self._failed = asyncio.Event()
        self._failure: Exception | None = None

    async def add(self, *charges: Charge) -> None:
        """Start programs and take care of them from now on; those added together are stopped together."""
        self._groups.append(charges)
        for charge in charges:
            await charge.start()
            self._watches.append(asyncio.create_task(self._watch(charge), name=charge.name))

    async def until(self, stop: asyncio.Event) -> None:
        """Wait until told to stop.

        Raises:
            CrashLoop: a program cannot be kept running.
        """
        told = asyncio.create_task(stop.wait())
        failed = asyncio.create_task(self._failed.wait())
        try:
            await asyncio.wait([told, failed], return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            failed.cancel()
        if self._failure is not None:
            raise self._failure

    async def stop(self) -> None:
        """Stop everything, the last started first."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        for group in reversed(self._groups):
            await asyncio.gather(*(charge.stop() for charge in group))
        self._groups.clear()
        self._watches.clear()

    async def _watch(self, charge: Charge) -> None:
        try:
            await self._keep(charge)
        except Exception as failure:  # noqa: BLE001  whatever stopped it stops everything, visibly
            self._failure = failure
            self._failed.set()

    async def _keep(self, charge: Charge) -> None:
        deaths: deque[float] = deque(maxlen=self._crashes)
        while True:
            began = time.monotonic()
            # A program can end for itself only; asking twenty times a second costs next to nothing.
            while charge.is_running:  # noqa: ASYNC110
                await asyncio.sleep(WATCH_SECONDS)
            now = time.monotonic()
            if charge.ended_well and now - began > AT_ONCE_SECONDS:
                # Somebody restarts it on purpose (SIGTERM), which may be done as often as one likes.
                self._say(f"{charge.name} ended as it was told to; it starts again.")
            else:
                deaths.append(now)
                await self._pause(charge, sum(now - death <= self._window for death in deaths))
            await charge.start()

    async def _pause(self, charge: Charge, recent: int) -> None:
        """Wait before it starts again, longer each time; too many deaths in a short time are the end.

        Raises:
            CrashLoop: it dies again and again.
        """
        if recent >= self._crashes:
            raise CrashLoop(charge, crashes=recent, seconds=self._window)
        pause = self._pauses[min(recent, len(self._pauses)) - 1]
        self._say(f"{charge.name} stopped; it starts again in {pause:g} s.")
        await asyncio.sleep(pause)
