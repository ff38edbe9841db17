"""How a service is put together: a description becomes a public and an internal application.

The public application is what the front door shows. The internal one — the feed, the player's clock — listens
on a socket of its own that the door does not know.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from starlette.routing import compile_path

from shared.kit import contract, documentation, health, problems, revocations, standing, trouble_seen
from shared.kit.asgi import Skin
from shared.kit.bulk.kinds import Kind
from shared.kit.bulk.working import Bulk
from shared.kit.crypto import use_keys_file
from shared.kit.database import Database
from shared.kit.feed import publishing
from shared.kit.feed.ears import handlers_in, preparations_in
from shared.kit.feed.listening import Listener
from shared.kit.gate import Gate
from shared.kit.house import House
from shared.kit.logs import configure_logs
from shared.kit.on_time import OnTime
from shared.kit.origins import let_named_sites_call
from shared.kit.peers import Peers
from shared.kit.promises import promises_in
from shared.kit.provider import ForeignVerifier, Provider
from shared.kit.reconciling import RECONCILE, Reconciler
from shared.kit.safety.starting import Guard, settings_to_start_with
from shared.kit.seals.sealing import Sealer
from shared.kit.settings import MAX_BODY_BYTES, SharedSettings
from shared.kit.streams import room as streams
from shared.kit.streams.hub import Hub
from shared.kit.streams.sights import Stream
from shared.kit.telemetry import Telemetry
from shared.kit.telemetry import router as telemetry_room
from shared.kit.timers import TimerLoop, errands_in, firings_in
from shared.kit.tokens import Verifier
from shared.schemas.facts import Fact

BARE: dict[str, Any] = {
    # The kit counts and traces by itself, in the field's common forms and on a listener of its own.
    "telemetry": {"tracing": False, "metrics": False},
    # An address with a slash too much is not there; a redirect would be an answer in another form.
    "redirect_slashes": False,
}


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service's description; `build` makes it run."""

    name: str
    title: str
    description: str
    settings: type[SharedSettings]
    routers: Sequence[APIRouter]
    # The fact by which it says that a batch of its trail was sealed.
    seals: Callable[..., Fact] | None = None
    ears: Sequence[ModuleType] = ()
    timers: Sequence[ModuleType] = ()
    # What it tells others of where its subjects stand, and what it promises about what it keeps of others.
    tells: Sequence[ModuleType] = ()
    promises: Sequence[ModuleType] = ()
    wiring: Sequence[Callable[[FastAPI], None]] = ()
    # What of its facts is shown to screens as it happens; none where a service has nothing of its own to say.
    stream: Stream | None = None
    # What it takes in bulk, files of many rows.
    bulk: Sequence[Kind] = ()
    # Only the service that signs tokens has the keys at hand; all others ask it for them.
    own_keys: Callable[[Any], dict[str, Any]] | None = None
    # So long, in seconds, who asks may be kept waiting for peers: only pages of others' answers wait for any.
    asks_within: float | None = None
    # What else must be so before it starts in production, asked of its database.
    guards: Sequence[Guard] = ()

    async def settings_to_start_with(self) -> SharedSettings:
        """What the environment says; in production only what is safe.

        Raises:
            UnsafeSettings: it must not start like this.
        """
        return await settings_to_start_with(self.name, self.settings, own_keys=self.own_keys, guards=self.guards)

    def build(
        self, settings: SharedSettings | None = None, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> tuple[FastAPI, FastAPI]:
        """The public and the internal application.

        Without `settings` they are read from the environment when the service starts. `transport` replaces the
        network between services (tests run several in one process).
        """
        most = settings.max_body_bytes if settings else MAX_BODY_BYTES
        telemetry = Telemetry(self.name)
        internal = self._internal(most, telemetry)

        @asynccontextmanager
        async def lifespan(public: FastAPI) -> AsyncIterator[None]:
            house = self.open_house(settings or await self.settings_to_start_with(), transport=transport)
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
            **BARE,
        )
        for router in self._rooms():
            public.include_router(router, prefix=f"/{self.name}")
        public.include_router(health.router, prefix=f"/{self.name}/health")
        documentation.serve(public, self.name)
        for wire in (*self.wiring, let_named_sites_call):
            wire(public)
        self._finish(public, most, telemetry)
        public.add_middleware(Gate, telemetry=telemetry)
        contract.complete(public)
        return public, internal

    def _rooms(self) -> Sequence[APIRouter]:
        return self.routers if self.stream is None else (*self.routers, streams.router(self.stream))

    def _internal(self, most: int, telemetry: Telemetry) -> FastAPI:
        internal = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, **BARE)
        internal.include_router(publishing.router(self.name), prefix=f"/{self.name}")
        internal.include_router(standing.router(self.name, standing.standings_in(*self.tells)), prefix=f"/{self.name}")
        internal.include_router(telemetry_room(telemetry), prefix=f"/{self.name}")
        internal.include_router(health.inside, prefix=f"/{self.name}/health")
        self._finish(internal, most, telemetry)
        return internal

    def _finish(self, app: FastAPI, most: int, telemetry: Telemetry) -> None:
        problems.install(app)
        own = [
            (compile_path(path)[0], route.max_body_size)
            for route, path in contract.routes_of(app)
            if route.max_body_size is not None
        ]
        app.add_middleware(problems.SizeLimit, most=most, wider=own)
        app.add_middleware(problems.LastResort)
        app.add_middleware(OnTime, own=self.asks_within)
        app.add_middleware(Skin, telemetry=telemetry)

    def open_house(self, settings: SharedSettings, *, transport: httpx.AsyncBaseTransport | None = None) -> House:
        """Open the database, the keys and the ways to the peers; nothing runs yet."""
        configure_logs(self.name)
        use_keys_file(settings.keys_file)
        database = _database(settings)
        revoked: dict[str, float] = database.memory.setdefault(revocations.MEMORY, {})
        peers = Peers(self.name, settings, transport=transport)
        # Every service hears of revoked access, whatever else it listens to.
        handlers = handlers_in(*self.ears, revocations)
        publishers = sorted({name.split(".", 1)[0] for name in handlers})
        others = self._others(settings, peers, revoked)
        verifier = Verifier(self.name, settings.issuer, self._keys_from(settings, peers), revoked, others)
        listeners = {
            publisher: Listener(
                self.name,
                publisher,
                database,
                _of(handlers, publisher),
                peers.feed_of(publisher),
                prepare=preparations_in(*self.ears),
            )
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
            bulk=Bulk(self.name, database, {kind.name: kind for kind in self.bulk}) if self.bulk else None,
            sealer=Sealer(self.name, database, self.seals) if self.seals is not None else None,
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


def _database(settings: SharedSettings) -> Database:
    """The service's database, which remembers by what settings it was opened."""
    url = settings.database_url.get_secret_value()
    database = Database.at(url, pool_size=settings.pool_size, pool_wait_seconds=settings.pool_wait_seconds)
    database.memory["settings"] = settings
    return database


def _of(handlers: dict[str, Any], publisher: str) -> dict[str, Any]:
    return {name: ears for name, ears in handlers.items() if name.startswith(f"{publisher}.")}
