"""How a service is put together: a description becomes a public and an internal application.

The public application is what the front door shows. The internal one — the feed, the player's clock — listens
on a socket of its own that the door does not know.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError
from starlette.routing import compile_path

from shared.kit import contract, documentation, health, idempotency, problems, revocations, standing, trouble_seen
from shared.kit.asgi import Skin
from shared.kit.clock import wall_clock
from shared.kit.crypto import Keyring, use_keyring
from shared.kit.database import Database
from shared.kit.feed import publishing
from shared.kit.feed.catching_up import catch_up
from shared.kit.feed.listening import Listener, handlers_in
from shared.kit.logs import configure_logs
from shared.kit.peers import Peers
from shared.kit.promises import promises_in
from shared.kit.provider import ForeignVerifier, Provider
from shared.kit.reconciling import RECONCILE, Reconciler
from shared.kit.settings import MAX_BODY_BYTES, ClockMode, SharedSettings
from shared.kit.streams import room as streams
from shared.kit.streams.hub import Hub
from shared.kit.streams.sights import Stream
from shared.kit.timers import TimerLoop, errands_in, firings_in
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
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    limiter: MovingWindowRateLimiter | None = None
    hub: Hub | None = None
    released: bool = False
    # Those who listen by themselves; none while a player moves on step by step.
    ears: list[asyncio.Task[None]] = field(default_factory=list)

    # Set when the service is about to end: whatever answers without an end, ends then.
    leaving: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def clock(self) -> ClockMode:
        """By which clock timers fire now: a played one may have been released."""
        return ClockMode.LIVE if self.released else self.settings.clock

    def start(self) -> None:
        """Begin to listen and, when the clock is live, to fire timers."""
        if not self.settings.listens:
            return
        self._listen()
        self.tasks = [asyncio.create_task(self.sweep())]
        self.tasks += [asyncio.create_task(listener.try_parked_again()) for listener in self.listeners]
        self.tasks.append(asyncio.create_task(revocations.keep_looking(self.service, self.database)))
        self.tasks.append(asyncio.create_task(self.reconciler.keep_beginning()))
        if self.clock is ClockMode.LIVE:
            self.tasks.append(asyncio.create_task(self.timers.run()))

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
            self.tasks.append(asyncio.create_task(self.timers.run()))

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


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service's description; `build` makes it run."""

    name: str
    title: str
    description: str
    settings: type[SharedSettings]
    routers: Sequence[APIRouter]
    ears: Sequence[ModuleType] = ()
    timers: Sequence[ModuleType] = ()
    # What it tells others of where its subjects stand, and what it promises about what it keeps of others.
    tells: Sequence[ModuleType] = ()
    promises: Sequence[ModuleType] = ()
    wiring: Sequence[Callable[[FastAPI], None]] = ()
    # What of its facts is shown to screens as it happens; none where a service has nothing of its own to say.
    stream: Stream | None = None
    # Only the service that signs tokens has the keys at hand; all others ask it for them.
    own_keys: Callable[[Any], dict[str, Any]] | None = None

    def build(
        self, settings: SharedSettings | None = None, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> tuple[FastAPI, FastAPI]:
        """The public and the internal application.

        Without `settings` they are read from the environment when the service starts. `transport` replaces the
        network between services (tests run several in one process).
        """
        most = settings.max_body_bytes if settings else MAX_BODY_BYTES
        internal = self._internal(most)

        @asynccontextmanager
        async def lifespan(public: FastAPI) -> AsyncIterator[None]:
            house = self.open_house(settings or self.settings(), transport=transport)
            public.state.house = internal.state.house = house
            house.start()
            yield
            await house.stop()

        public = FastAPI(
            title=self.title,
            description=self.description,
            version="1.0.0",
            openapi_url=f"/{self.name}/openapi.json",
            docs_url=None,
            redoc_url=None,
            lifespan=lifespan,
            telemetry={"tracing": False, "metrics": False},
            # An address with a slash too much is not there; a redirect would be an answer in another form.
            redirect_slashes=False,
        )
        for router in self._rooms():
            public.include_router(router, prefix=f"/{self.name}")
        public.include_router(health.router, prefix=f"/{self.name}/health")
        documentation.serve(public, self.name)
        for wire in self.wiring:
            wire(public)
        self._finish(public, most)
        contract.complete(public)
        return public, internal

    def _rooms(self) -> Sequence[APIRouter]:
        return self.routers if self.stream is None else (*self.routers, streams.router(self.stream))

    def _internal(self, most: int) -> FastAPI:
        internal = FastAPI(
            openapi_url=None, docs_url=None, redoc_url=None, telemetry={"tracing": False, "metrics": False},
            redirect_slashes=False,
        )  # fmt: skip
        internal.include_router(publishing.router(self.name), prefix=f"/{self.name}")
        internal.include_router(standing.router(self.name, standing.standings_in(*self.tells)), prefix=f"/{self.name}")
        self._finish(internal, most)
        return internal

    def _finish(self, app: FastAPI, most: int) -> None:
        problems.install(app)
        own = [
            (compile_path(path)[0], route.max_body_size)
            for route, path in contract.routes_of(app)
            if route.max_body_size is not None
        ]
        app.add_middleware(problems.SizeLimit, most=most, wider=own)
        app.add_middleware(problems.LastResort)
        app.add_middleware(Skin)

    def open_house(self, settings: SharedSettings, *, transport: httpx.AsyncBaseTransport | None = None) -> House:
        """Open the database, the keys and the ways to the peers; nothing runs yet."""
        configure_logs(self.name)
        use_keyring(Keyring.from_file(settings.keys_file))
        database = Database.at(settings.database_url.get_secret_value(), pool_size=settings.pool_size)
        database.memory["settings"] = settings
        revoked: dict[str, float] = database.memory.setdefault(revocations.MEMORY, {})
        peers = Peers(self.name, settings, transport=transport)
        # Every service hears of revoked access, whatever else it listens to.
        handlers = handlers_in(*self.ears, revocations)
        publishers = sorted({name.split(".", 1)[0] for name in handlers})
        others = self._others(settings, peers, revoked)
        verifier = Verifier(self.name, settings.issuer, self._keys_from(settings, peers), revoked, others)
        listeners = {
            publisher: Listener(self.name, publisher, database, _of(handlers, publisher), peers.feed_of(publisher))
            for publisher in publishers
        }
        promises = promises_in(*self.promises, revocations, trouble_seen)
        reconciler = Reconciler(self.name, database, peers, listeners, promises)
        errands = errands_in(*self.timers) | {RECONCILE: reconciler.run}
        return House(
            service=self.name,
            settings=settings,
            database=database,
            verifier=verifier,
            peers=peers,
            hub=Hub(self.name, self.stream, database, verifier) if self.stream is not None else None,
            listeners=list(listeners.values()),
            timers=TimerLoop(self.name, database, firings_in(*self.timers), errands, peers),
            reconciler=reconciler,
        )

    def _others(self, settings: SharedSettings, peers: Peers, revoked: Mapping[str, float]) -> dict[str, Verifier]:
        """The provider that stands in identity's place for people, if there is one."""
        if settings.provider_file is None:
            return {}
        provider = Provider.from_file(settings.provider_file)
        fetch = partial(peers.keys_of, provider.issuer, provider.jwks_uri)
        return {provider.issuer: ForeignVerifier(self.name, provider.issuer, fetch, revoked, provider=provider)}

    def _keys_from(self, settings: SharedSettings, peers: Peers) -> Callable[[], Awaitable[dict[str, Any]]]:
        if self.own_keys is None:
            return peers.public_keys
        read = self.own_keys

        async def at_hand() -> dict[str, Any]:
            return read(settings)

        return at_hand


def _of(handlers: dict[str, Any], publisher: str) -> dict[str, Any]:
    return {name: ears for name, ears in handlers.items() if name.startswith(f"{publisher}.")}
