"""A city of mortal services: real processes on real sockets over a real database, each of which may be killed."""

import asyncio
import json
import shutil
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import asyncpg
import httpx

from deploy.addresses import BUILT
from deploy.places import ROOT
from deploy.ports import LOOPBACK, listen_from, port_of
from deploy.postgres import Cluster
from shared.kit.feed.reading import Position
from shared.schemas.access import Grant, Role
from tests.city import (
    ISSUER,
    City,
    Network,
    Person,
    client_secret_file,
    copy_database,
    inform,
    keys_file,
    signing_key_file,
)
from tests.faults.mortal import Ledger

AGAIN_SECONDS = 0.03
# A guard against hanging: an act that nobody answers for so long never will be.
HANG_GUARD_SECONDS = 90.0
NOT_NOW = frozenset({502, 503})
MOST_ROUNDS, ROUNDS_WHILE_OTHERS_ASK = 1000, 4
Told = TypeVar("Told")
PLAYER = Person("player", (Grant(role=Role.SERVICE),))
ENDS = """
SELECT (SELECT system_identifier FROM pg_control_system()), xid::text AS written, number FROM fact
ORDER BY xid DESC, number DESC LIMIT 1
"""


@dataclass(slots=True)
class MortalCity(City):
    """What a `City` is, over sockets; whoever is not answered asks again with the same key."""

    doors: dict[str, str] = field(default_factory=dict)
    inner: dict[str, str] = field(default_factory=dict)
    ledger: Ledger = None  # type: ignore[assignment]
    http: httpx.AsyncClient = None  # type: ignore[assignment]
    connections: dict[str, "asyncpg.Connection[asyncpg.Record]"] = field(default_factory=dict)
    others_ask: bool = False
    # Every acknowledged creation: its service, path, key and body, and what was answered.
    acknowledged: list[tuple[str, str, Person, Any, str, httpx.Response]] = field(default_factory=list)

    def client(self, service: str, person: Person | None = None, *, now: datetime | None = None) -> httpx.AsyncClient:
        headers = (person.header() if person else {}) | ({"Fuzhou-Now": now.isoformat()} if now else {})
        client = httpx.AsyncClient(
            transport=Patient(self.http), base_url=f"{self.doors[service]}/{service}/v1", headers=headers
        )
        self.clients.append(client)
        return client

    async def post(self, service: str, path: str, person: Person, body: Any = None, **options: Any) -> httpx.Response:
        key = options.pop("key", None) or str(uuid4())
        answer = await City.post(self, service, path, person, body, key=key, **options)
        if answer.is_success:
            self.acknowledged.append((service, path, person, body, key, answer))
        return answer

    async def settle(self) -> int:
        """Wait until every listener stands where its publisher's log ended, and nobody has said more since.

        Where others go on asking meanwhile there is always more: then a few rounds are enough for what a journey says.
        """
        ends: dict[str, Position | None] = {}
        async with asyncio.timeout(HANG_GUARD_SECONDS):
            for _ in range(ROUNDS_WHILE_OTHERS_ASK if self.others_ask else MOST_ROUNDS):
                before, ends = ends, await self._until_told(self._ends)
                if before == ends:
                    break
                while not await self._until_told(lambda ends=ends: self._all_stand(ends)):  # type: ignore[misc] # noqa: ASYNC110
                    await asyncio.sleep(AGAIN_SECONDS)
        return 0

    async def _until_told(self, look: Callable[[], Awaitable[Told]]) -> Told:
        """Look, again and again while the database's server is dead."""
        while True:
            try:
                return await look()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
                self.forget_connections()
                await asyncio.sleep(AGAIN_SECONDS)

    async def _ends(self) -> dict[str, Position | None]:
        return {service: await self._end(service) for service in self.doors}

    async def _all_stand(self, ends: Mapping[str, Position | None]) -> bool:
        return all([await self._stands(service, ends) for service in self.doors])

    async def _connection(self, service: str) -> "asyncpg.Connection[asyncpg.Record]":
        if service not in self.connections:
            self.connections[service] = await self.owner(service)
        return self.connections[service]

    def forget_connections(self) -> None:
        for connection in self.connections.values():
            connection.terminate()
        self.connections.clear()

    async def _end(self, service: str) -> Position | None:
        row = await (await self._connection(service)).fetchrow(ENDS)
        return Position(int(row[0]), int(row[1]), row[2]) if row else None

    async def _stands(self, service: str, ends: Mapping[str, Position | None]) -> bool:
        rows = await (await self._connection(service)).fetch("SELECT publisher, position FROM listener_position")
        return all(ends[row["publisher"]] is None or _reaches(row["position"], ends[row["publisher"]]) for row in rows)

    async def let_time_pass(self, until: datetime) -> int:
        """Fire what is due until then in all services, and let the facts arrive, until all is quiet."""
        while True:
            fired = await asyncio.gather(*(self._fire(service, until) for service in self.doors))
            await self.settle()
            if not sum(fired):
                return 0

    async def _fire(self, service: str, until: datetime) -> int:
        url, told = f"{self.inner[service]}/{service}/clock", {"to": until.isoformat()}
        lost: list[str] = []
        answer = await patiently(self.http, httpx.Request("POST", url, json=told, headers=PLAYER.header()), lost=lost)
        answer.raise_for_status()
        # Whoever died on the way may have fired something and told nobody.
        return int(answer.json()["fired"]) + len(lost)


def _reaches(position: str | None, end: Position | None) -> bool:
    return position is not None and end is not None and Position.parse(position) >= end


async def patiently(
    http: httpx.AsyncClient, request: httpx.Request, *, lost: list[str] | None = None
) -> httpx.Response:
    """Ask until somebody answers; whatever is said meanwhile says "try again", and never that it is our fault."""
    async with asyncio.timeout(HANG_GUARD_SECONDS):
        while True:
            again = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
            try:
                answer = await http.send(again)
            except httpx.TransportError as trouble:
                why = type(trouble).__name__
            else:
                # Its first run may still be under way, in a session that has not noticed yet.
                is_in_flight = answer.status_code == 409 and "still-in-flight" in answer.text
                if answer.status_code not in NOT_NOW and not is_in_flight:
                    assert answer.status_code != 500, f"{request.url}: {answer.text}"
                    return answer
                assert "retry-after" in answer.headers, answer.text
                why = str(answer.status_code)
            if lost is not None:
                lost.append(why)
            await asyncio.sleep(AGAIN_SECONDS)


class Patient(httpx.AsyncBaseTransport):
    """Asks until somebody answers."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return await patiently(self.http, request)


@asynccontextmanager
async def mortal_city(
    cluster: Cluster, folder: Path, *, seed: int, mortals: Sequence[str] | None = None
) -> AsyncIterator[MortalCity]:
    """All services as processes, on copies of these databases; who is among the mortals dies, or the server with it.

    Without `mortals` it is the full form: every service dies, on both sides of each commit and in both ways.
    """
    is_full, may_die = mortals is None, list(BUILT if mortals is None else mortals)
    place = Path(tempfile.mkdtemp(prefix="fuzhou-mortal-"))
    (place / "ledger").mkdir()
    ledger = Ledger(place / "ledger", seed, cluster.data, is_full=is_full)
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        await inform(cluster, folder)
        databases = {name: await copy_database(cluster, name) for name in BUILT}
        urls = {name: cluster.url(database) for name, database in databases.items()}
        own = {name: cluster.url(database, f"{name}_app") for name, database in databases.items()}
        public = {name: stack.enter_context(listen_from(27000)) for name in BUILT}
        internal = {name: stack.enter_context(listen_from(27500)) for name in BUILT}
        city = MortalCity({}, {}, Network(), urls, ledger=ledger)
        city.doors, city.inner = _addresses(public), _addresses(internal)
        told = {
            "settings": {name: _settings(name, own[name], city, folder) for name in BUILT},
            "sockets": {name: (public[name].fileno(), internal[name].fileno()) for name in BUILT},
            "ledger": {"folder": str(ledger.folder), "seed": seed, "data": str(cluster.data), "is_full": is_full},
            "mortals": may_die,
        }
        (place / "told.json").write_text(json.dumps(told), "utf-8")
        await stack.enter_async_context(_nursery(place, [*public.values(), *internal.values()]))
        await stack.enter_async_context(_kept_running(cluster))
        city.http = await stack.enter_async_context(httpx.AsyncClient(timeout=30, trust_env=False))
        yield city
        city.forget_connections()
        for client in city.clients:
            await client.aclose()


def _addresses(sockets: Mapping[str, socket.socket]) -> dict[str, str]:
    return {name: f"http://{LOOPBACK}:{port_of(opened)}" for name, opened in sockets.items()}


def _settings(name: str, url: str, city: MortalCity, folder: Path) -> dict[str, Any]:
    return {
        "database_url": url.replace("postgresql://", "postgresql+asyncpg://"),
        "environment": "test", "clock": "played", "keys_file": str(keys_file(folder)), "issuer": ISSUER,
        "identity_url": city.doors["identity"], "needs_url": city.doors["needs"], "feed_wait_seconds": 1,
        "wait_seconds": 60, "wait_seconds_when_busy": 60, "pool_size": 5,
        "client_secret_file": str(client_secret_file(folder, name)), "peers": city.inner, "services": city.doors,
        "signing_key_file": str(signing_key_file(folder)), "public_address": "http://door",
    }  # fmt: skip


@asynccontextmanager
async def _nursery(place: Path, sockets: list[socket.socket]) -> AsyncIterator[Process]:
    with (place / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.nursery", str(place / "told.json"), cwd=ROOT, stdout=PIPE, stderr=log,
            pass_fds=[opened.fileno() for opened in sockets],
        )  # fmt: skip
    try:
        assert process.stdout is not None
        born = await asyncio.wait_for(process.stdout.readline(), HANG_GUARD_SECONDS)
        assert born == b"born\n", (place / "log").read_text("utf-8")
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


@asynccontextmanager
async def _kept_running(cluster: Cluster) -> AsyncIterator[None]:
    """As the supervisor would, without its pauses and without giving up."""

    async def keep() -> None:
        while True:
            if not cluster.is_running:
                await cluster.start()
            await asyncio.sleep(0.02)

    keeping = asyncio.create_task(keep())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        if not cluster.is_running:
            await cluster.start()
