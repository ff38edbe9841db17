"""Services that die at their commits: each commit has a name, and whoever reaches it may be gone before or after it.

The services are the real ones and know nothing of it: their ways to the database, to others' facts and to due timers
are wrapped here. What has died is kept in a folder that outlives every process, so that each commit dies once.
"""

import os
import random
import re
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.kit.database import Context
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import Listener
from shared.kit.house import House

HAS_WRITTEN = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
# Ids and tokens: two commits of one kind have one name.
OWN_WORDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{20,}")
# One in so many is the database's death.
DATABASE_EVERY = 5
_doing: ContextVar[tuple[str, ...]] = ContextVar("doing", default=())


class Side(StrEnum):
    BEFORE = "before"
    AFTER = "after"


class Victim(StrEnum):
    SERVICE = "service"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Who has died, where: a file for each death. `is_full`: every commit dies on both sides, and in both ways."""

    folder: Path
    seed: int
    data: Path
    is_full: bool = False

    def deaths(self) -> list[str]:
        return sorted(path.read_text("utf-8") for path in self.folder.iterdir())

    def begin_anew(self) -> None:
        """Everybody may die everywhere once more."""
        for path in self.folder.iterdir():
            path.unlink()

    def next_of(self, names: Sequence[str], side: Side) -> Victim | None:
        """Whether somebody dies at one of these commits now; it is written down before it happens."""
        for name in names:
            for which, victim in self._wanted(name):
                if which is side and self._is_new(name, which, victim):
                    return victim
        return None

    def _wanted(self, name: str) -> list[tuple[Side, Victim]]:
        if self.is_full:
            return [(side, victim) for side in Side for victim in Victim]
        side = random.Random(f"{self.seed} {name}").choice(list(Side))
        so_far = sum(1 for _ in self.folder.iterdir())
        return [(side, Victim.DATABASE if so_far % DATABASE_EVERY == DATABASE_EVERY - 1 else Victim.SERVICE)]

    def _is_new(self, name: str, side: Side, victim: Victim) -> bool:
        # A commit that was before its turn in the small form has died whoever the victim was.
        key = f"{name} {side} {victim}" if self.is_full else name
        path = self.folder / re.sub(r"[^\w.]+", "-", key)
        try:
            with path.open("x", encoding="utf-8") as written:
                written.write(f"{victim} {side} {name}")
        except FileExistsError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Mortality:
    """One service that may die."""

    service: str
    ledger: Ledger

    def afflict(self, house: House) -> None:
        """Let a service that has opened its house be mortal."""
        work = house.database.work

        @asynccontextmanager
        async def dying(context: Context, *, now: datetime | None = None) -> AsyncIterator[AsyncSession]:
            if context.machine.endswith(".timers") and _doing.get()[:1] and _doing.get()[0].startswith("timer"):
                _doing.set(())
            names: list[str] = []
            async with work(context, now=now) as session:
                yield session
                if await _has_written(session):
                    names = [f"{self.service} {doing}" for doing in _doing.get() or (context.machine,)]
                    await self._maybe(names, Side.BEFORE)
            await self._maybe(names, Side.AFTER)

        house.database.work = dying  # type: ignore[method-assign]
        for listener in house.listeners:
            _named_by_facts(listener)
        for kind, firing in house.timers.firings.items():
            house.timers.firings[kind] = _named(f"timer {kind}", firing)
        for kind, running in house.timers.errands.items():
            house.timers.errands[kind] = _named(f"errand {kind}", running)

    async def _maybe(self, names: Sequence[str], side: Side) -> None:
        victim = self.ledger.next_of(names, side)
        if victim is Victim.SERVICE:
            os.kill(os.getpid(), signal.SIGKILL)
        if victim is Victim.DATABASE:
            kill_postmaster(self.ledger.data)


def kill_postmaster(data: Path) -> None:
    """`kill -9` of the server; idle sessions end with it at once."""
    with suppress(FileNotFoundError, ProcessLookupError, IndexError):
        os.kill(int((data / "postmaster.pid").read_text("utf-8").split()[0]), signal.SIGKILL)
    time.sleep(0.02)


async def _has_written(session: AsyncSession) -> bool:
    if session.new or session.dirty or session.deleted:
        await session.flush()
    return bool(session.info["announced"]) or bool(await session.scalar(HAS_WRITTEN))


def _named_by_facts(listener: Listener) -> None:
    fetch = listener.fetch

    async def heard(after: str | None) -> Sequence[HeardFact]:
        _doing.set(())
        batch = await fetch(after)
        _doing.set(tuple(sorted({f"hears {fact.name}" for fact in batch if fact.name in listener.handlers})))
        return batch

    listener.fetch = heard


def _named(name: str, act: Any) -> Any:
    @wraps(act)
    async def doing(*given: Any) -> None:
        _doing.set((name,))
        await act(*given)
        if name.startswith("errand"):
            _doing.set(())

    return doing


class NamesRequests:
    """Pure ASGI: a commit of a request is called by what was asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _doing.set((f"{scope['method']} {OWN_WORDS.sub('…', scope['path'])}",))
        await self.app(scope, receive, send)
