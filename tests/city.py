"""A city for tests: the real services in one loop over real PostgreSQL, each with a database of its own.

Nothing runs by itself: `settle` lets facts arrive until nobody has news, `let_time_pass` fires timers.
"""

import base64
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from fastapi import FastAPI
from joserfc.jwk import ECKey, KeySet

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from shared.kit.house import House
from shared.kit.tokens import Claims, sign
from shared.schemas.access import AUDIENCES, Grant, Role

ISSUER = "http://door/identity"
SIGNING_KEY = ECKey.generate_key("P-256", {"kid": "tests", "use": "sig", "alg": "ES256"})
PUBLIC_KEYS = KeySet([SIGNING_KEY]).as_dict(private=False)


def token(
    *grants: Grant, subject: str = "tester", audience: Iterable[str] | None = None, lasts: int = 300,
    key: ECKey = SIGNING_KEY, issued: float | None = None, **claims: Any,
) -> str:  # fmt: skip
    """A token as identity would sign it."""
    issued_at = int(issued if issued is not None else time.time())
    services = sorted({name for grant in grants for name in AUDIENCES[grant.role]}) if audience is None else audience
    return sign(
        Claims(
            iss=claims.pop("issuer", ISSUER), sub=subject, aud=list(services), iat=issued_at, exp=issued_at + lasts,
            jti=str(uuid4()), client_id=claims.pop("client", "tests"), grants=list(grants), **claims,
        ),
        key,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, for tests."""

    subject: str
    grants: tuple[Grant, ...]
    worker: str | None = None

    @classmethod
    def of(cls, role: Role, subject: str | None = None, **scope: Any) -> "Person":
        return cls(subject or f"{role}-1", (Grant(role=role, **scope),))

    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {token(*self.grants, subject=self.subject, worker=self.worker)}"}


class Network(httpx.AsyncBaseTransport):
    """Between services: each host is an application; identity's keys are the tests' own where it does not run."""

    def __init__(self) -> None:
        self.hosts: dict[str, httpx.ASGITransport] = {}

    def add(self, host: str, app: FastAPI) -> None:
        self.hosts[host] = httpx.ASGITransport(app, client=("127.0.0.9", 1))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        stands_in = "identity" not in self.hosts
        if stands_in and request.url.path == "/identity/jwks.json":
            return httpx.Response(200, json=PUBLIC_KEYS)
        if stands_in and request.url.path == "/identity/v1/token":
            name = base64.b64decode(request.headers["authorization"].split()[1]).decode().split(":")[0]
            made = token(Grant(role=Role.SERVICE), subject=f"service:{name}", kind="machine")
            return httpx.Response(200, json={"access_token": made, "expires_in": 300})
        return await self.hosts[request.url.host].handle_async_request(request)


@dataclass(slots=True)
class City:
    """The running services, and hands to drive them by."""

    apps: dict[str, FastAPI]
    internals: dict[str, FastAPI]
    network: Network
    urls: dict[str, str]
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def house(self, service: str) -> House:
        house: House = self.apps[service].state.house
        return house

    def client(self, service: str, person: Person | None = None, *, now: datetime | None = None) -> httpx.AsyncClient:
        """A client of one service, as somebody, at a time."""
        headers = (person.header() if person else {}) | ({"Fuzhou-Now": now.isoformat()} if now else {})
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.apps[service], client=("127.0.0.1", 1)),
            base_url=f"http://door/{service}/v1", headers=headers,
        )  # fmt: skip
        self.clients.append(client)
        return client

    async def post(self, service: str, path: str, person: Person, body: Any = None, **options: Any) -> httpx.Response:
        """A POST with a key of its own."""
        headers = {"Idempotency-Key": options.pop("key", None) or str(uuid4())} | options.pop("headers", {})
        client = self.client(service, person, now=options.pop("now", None))
        return await client.post(path, json={} if body is None else body, headers=headers)

    async def get(self, service: str, path: str, person: Person | None = None, **options: Any) -> httpx.Response:
        return await self.client(service, person, now=options.pop("now", None)).get(path, **options)

    async def put(self, service: str, path: str, person: Person, body: Any, **options: Any) -> httpx.Response:
        headers = options.pop("headers", {})
        version = options.pop("version", None)
        if version is not None:
            headers = headers | {"If-Match": f'"{version}"'}
        return await self.client(service, person, now=options.pop("now", None)).put(path, json=body, headers=headers)

    async def settle(self) -> int:
        """Let facts arrive until nobody has news; how many were taken."""
        total = 0
        while True:
            taken = 0
            for service in self.apps:
                for listener in self.house(service).listeners:
                    if listener.publisher in self.apps:
                        taken += await listener.step()
            if not taken:
                return total
            total += taken

    async def let_time_pass(self, until: datetime) -> int:
        """Fire what is due until then in all services, and let the facts arrive, until all is quiet."""
        fired = 0
        while True:
            done = 0
            for service in self.apps:
                done += await self.house(service).timers.fire_until(until)
            done += await self.settle()
            if not done:
                return fired
            fired += done

    async def owner(self, service: str) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection as the superuser, to look at what is really there."""
        return await asyncpg.connect(self.urls[service])


def keys_file(folder: Path) -> Path:
    """Keys for tests, made once a session."""
    path = folder / "keys.json"
    if not path.exists():
        key, index = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
        path.write_text(json.dumps({"current": "k1", "keys": {"k1": key}, "index_key": index}), "utf-8")
    return path


def signing_key_file(folder: Path) -> Path:
    """The tests' signing key as identity reads it, so that it signs with the same one."""
    path = folder / "signing_key.json"
    path.write_text(json.dumps(SIGNING_KEY.as_dict(private=True)), "utf-8")
    return path


def client_secret_file(folder: Path, service: str) -> Path:
    """The secret by which a service names itself to identity, made once a session."""
    path = folder / "clients" / service
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(secrets.token_urlsafe(24), "utf-8")
    return path


async def copy_database(cluster: Cluster, service: str) -> str:
    """A database of one's own, with everything that the migrated and seeded one holds."""
    name = f"{service}_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(cluster.url())
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {service} OWNER {service}_owner STRATEGY FILE_COPY")
    finally:
        await connection.close()
    return name


@asynccontextmanager
async def running(cluster: Cluster, folder: Path, services: Iterable[str], **settings: Any) -> AsyncIterator[City]:
    """A city of these services, on databases of its own in which everybody has heard the reference rows."""
    services = list(services)
    if len(services) > 1:
        await inform(cluster, folder)
    databases = {name: await copy_database(cluster, name) for name in services}
    async with _running_on(databases, cluster, folder, **settings) as city:
        yield city


_informed: set[int] = set()


async def inform(cluster: Cluster, folder: Path) -> None:
    """Once a session, in the databases that are copied: hearing twenty thousand rows takes seconds."""
    if cluster.port in _informed:
        return
    async with _running_on({name: name for name in BUILT}, cluster, folder) as city:
        await city.settle()
    _informed.add(cluster.port)


@asynccontextmanager
async def _running_on(
    databases: Mapping[str, str], cluster: Cluster, folder: Path, **settings: Any
) -> AsyncIterator[City]:
    network = Network()
    city = City({}, {}, network, {})
    async with AsyncExitStack() as stack:
        for name, database in databases.items():
            city.urls[name] = cluster.url(database)
            module = import_module(f"services.{name}.app")
            made = module.service.settings(**(_settings(name, cluster, database, folder) | settings))
            public, internal = module.service.build(made, transport=network)
            city.apps[name], city.internals[name] = public, internal
            network.add(f"{name}-internal", internal)
            network.add(name, public)
            await stack.enter_async_context(public.router.lifespan_context(public))
        try:
            yield city
        finally:
            for client in city.clients:
                await client.aclose()


def _settings(name: str, cluster: Cluster, database: str, folder: Path) -> dict[str, Any]:
    return {
        "database_url": cluster.url(database, f"{name}_app").replace("postgresql://", "postgresql+asyncpg://"),
        "environment": "test", "clock": "played", "keys_file": keys_file(folder), "issuer": ISSUER,
        "identity_url": "http://identity", "needs_url": "http://needs",
        # A crowd is what many tests are about, and this machine may be slow: nobody is turned away.
        "wait_seconds": 60, "wait_seconds_when_busy": 60, "pool_wait_seconds": 60,
        "listens": False, "feed_wait_seconds": 0, "pool_size": 5,
        "client_secret_file": client_secret_file(folder, name), "signing_key_file": signing_key_file(folder),
        "peers": {peer: f"http://{peer}-internal" for peer in BUILT},
        "services": {peer: f"http://{peer}" for peer in BUILT}, "public_address": "http://door",
    }  # fmt: skip
