"""The edge of every transaction: the only place that commits, always before the answer leaves.

One request, one batch of facts or one timer is one `work` block. It knows who acts (`Context`, which
row-level security reads) and what time it is (`shared.kit.clock`), writes the announced facts, and commits.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from asyncpg.exceptions import PostgresError
from sqlalchemy import AdaptedConnection, Connection, event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from shared.kit.bell import Bell
from shared.kit.clock import wall_clock
from shared.kit.feed.log import write_announced

EVERYWHERE = "*"
# A server that does not even take a connection is away.
CONNECT_SECONDS = 5.0
DISK_FULL = "53100"
FULL_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who acts in a transaction, and how far it reaches: what the row-level security policies read.

    `divisions` are code prefixes (`*` is everywhere); `own` opens rows the actor made; `machine` names a
    handler's or timer's scope, e.g. `needs.timers`.
    """

    actor: str = ""
    divisions: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    provider: str = ""
    own: bool = False
    machine: str = ""

    def settings(self) -> tuple[str, ...]:
        """The values of `SET_CONTEXT`, in its order."""
        divisions, stations = _joined(self.divisions), _joined(self.stations)
        return self.actor, divisions, stations, self.provider, self.actor if self.own else "", self.machine


def _joined(scopes: tuple[str, ...]) -> str:
    """Scopes as one setting; one that would be read as two, or as everything, is refused."""
    if any(not scope or "," in scope for scope in scopes):
        raise ValueError("A scope is one code or id, neither empty nor several.")
    return ",".join(scopes)


@dataclass(slots=True)
class _Open:
    """A transaction that is open, for whoever works inside it; `outer` is the one around it, in the same task."""

    outer: "_Open | None"
    is_open: bool = True


_inside: ContextVar[_Open | None] = ContextVar("transaction", default=None)


def is_in_transaction() -> bool:
    """Whether what runs just now holds a connection and maybe locks."""
    found = _inside.get()
    while found is not None and not found.is_open:
        found = found.outer
    return found is not None


NOBODY = Context()
# After a commit a local setting reads '' and not NULL, so the policies treat both alike.
SET_CONTEXT = (
    "SELECT set_config('app.actor', $1, true), set_config('app.divisions', $2, true),"
    " set_config('app.stations', $3, true), set_config('app.provider', $4, true),"
    " set_config('app.owner', $5, true), set_config('app.machine', $6, true)"
)
# The same, and in the one round trip the lock that a request's key stands for; its answer is the last column.
SET_CONTEXT_AND_CLAIM = f"{SET_CONTEXT}, pg_try_advisory_xact_lock(hashtextextended($7, 0))"
CLAIMS, HAS_CLAIMED = "claims", "has_claimed"


class ScopedSession(Session):
    """A session that tells PostgreSQL who acts, at the start of each transaction."""


@event.listens_for(ScopedSession, "after_begin")
def _tell_context(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    settings, claims = session.info["context"].settings(), session.info.pop(CLAIMS, None)
    if claims is None:
        connection.exec_driver_sql(SET_CONTEXT, settings)
    else:
        session.info[HAS_CLAIMED] = connection.exec_driver_sql(SET_CONTEXT_AND_CLAIM, (*settings, claims)).one()[-1]


def _only_living(connection: AdaptedConnection, _: object, __: object) -> None:
    """A session that ended while it lay in the pool is replaced, and fails nobody; to know it costs no round trip."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _is_out_of_space(trouble: DBAPIError | PostgresError) -> bool:
    return getattr(getattr(trouble, "orig", trouble), "sqlstate", None) == DISK_FULL


async def _written(session: AsyncSession) -> bool:
    """Send what is left to send, facts last; whether there is news."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
    return await write_announced(session)


class Database:
    """One service's database: a pool, and the edge through which all work goes."""

    def __init__(self, bind: AsyncEngine | AsyncConnection, *, bell: Bell | None = None) -> None:
        self.bind = bind
        self.bell = bell or Bell()
        # When it last said that its disk is full; nobody can see that by reading.
        self.full_at: float | None = None
        # What the process remembers of this database's slow-changing rows.
        self.memory: dict[str, Any] = {}
        self._sessions = async_sessionmaker(
            bind,
            sync_session_class=ScopedSession,
            expire_on_commit=False,
            autoflush=False,
            join_transaction_mode="create_savepoint",
        )

    @classmethod
    def at(cls, url: str, *, pool_size: int = 8, pool_wait_seconds: float = 5.0) -> "Database":
        """A database by its address, with a pool of its own."""
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_wait_seconds,
            pool_pre_ping=False,
            pool_recycle=1800,
            connect_args={"timeout": CONNECT_SECONDS},
        )
        event.listen(engine.sync_engine, "checkout", _only_living)
        return cls(engine)

    @asynccontextmanager
    async def work(self, context: Context, *, now: datetime | None = None) -> AsyncIterator[AsyncSession]:
        """One transaction: everything inside happens together, or not at all."""
        before_commit: list[Callable[[], Awaitable[None]]] = []
        after_commit: list[Callable[[], object]] = []
        afterwards: list[Callable[[], Awaitable[None]]] = []
        info: dict[str, Any] = {
            "context": context,
            "now": now or wall_clock(),
            "announced": [],
            "memory": self.memory,
            # What is held in hand is written when nothing more is done to it.
            "before_commit": before_commit,
            "after_commit": after_commit,
            "afterwards": afterwards,
        }
        opened = _Open(_inside.get())
        _inside.set(opened)
        try:
            async with self._sessions(info=info) as session:
                yield session
                for write in before_commit:
                    await write()
                has_news = await _written(session)
                await session.commit()
                self.full_at = None if has_news else self.full_at
        except (DBAPIError, PostgresError) as trouble:
            self.full_at = monotonic() if _is_out_of_space(trouble) else self.full_at
            raise
        finally:
            # A task that was begun inside keeps the note, and must read in it that the transaction is over.
            opened.is_open = False
            _inside.set(opened.outer)
            # What stays however this ended takes a connection only when this one is back: else as many
            # transactions as the pool holds would wait for one another.
            for write in afterwards:
                await write()
        for act in after_commit:
            act()
        if has_news:
            self.bell.ring()

    @property
    def is_full(self) -> bool:
        """Whether a write failed for want of space, not long ago and with none succeeding since."""
        return self.full_at is not None and monotonic() - self.full_at < FULL_SECONDS

    async def close(self) -> None:
        if isinstance(self.bind, AsyncEngine):
            await self.bind.dispose()
