"""The running platform, as `make run` starts it, and hands to drive it and to hurt it."""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from joserfc.jwk import ECKey

from deploy.addresses import BUILT
from deploy.places import ROOT
from deploy.ports import listen_from, port_of
from shared.reference import rows_of_table
from shared.schemas.access import Grant, Role
from shared.schemas.reference import Department
from tests.city import Person, token
from tests.journeys import prepared

READY_SECONDS = 120
LAST = "SELECT xid::text || '.' || number FROM fact ORDER BY xid DESC, number DESC LIMIT 1"
HANG_GUARD_SECONDS = 60
SAMPLE_SECONDS = 300
PROGRAMS = {service: f"serve\0{service}".encode() for service in BUILT}


def _client(**options: Any) -> httpx.AsyncClient:
    """On one machine nothing is spoken in TLS, and to read its certificates takes longer than most calls."""
    return httpx.AsyncClient(trust_env=False, verify=False, **options)


@dataclass(slots=True)
class Platform:
    """A platform of its own: its folder, its door, its keys."""

    home: Path
    door: str
    process: Process

    @property
    def _key(self) -> ECKey:
        return ECKey.import_key(json.loads((self.home / "secrets" / "signing_key.json").read_text("utf-8")))

    def header(self, *grants: Grant, subject: str) -> dict[str, str]:
        made = token(*grants, subject=subject, key=self._key, issuer=f"{self.door}/identity")
        return {"Authorization": f"Bearer {made}"}

    @asynccontextmanager
    async def client(self, person: Person, *, now: datetime | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """A client at the front door, as somebody, at a time."""
        headers = self.header(*person.grants, subject=person.subject)
        headers |= {"Fuzhou-Now": now.isoformat()} if now else {}
        async with _client(headers=headers, base_url=self.door, timeout=30) as client:
            yield client

    async def post(self, path: str, person: Person, body: Any = None, **options: Any) -> httpx.Response:
        async with self.client(person, now=options.get("now")) as client:
            headers = {"Idempotency-Key": options.get("key") or str(uuid4())}
            return await client.post(path, json={} if body is None else body, headers=headers)

    async def put(self, path: str, person: Person, body: Any, *, now: datetime | None = None) -> httpx.Response:
        async with self.client(person, now=now) as client:
            return await client.put(path, json=body)

    async def get(self, path: str, person: Person, *, now: datetime | None = None) -> httpx.Response:
        async with self.client(person, now=now) as client:
            return await client.get(path)

    async def advance(self, to: datetime, services: Iterable[str] = ("needs", "matching")) -> None:
        """Let played time pass in services that have clocks."""
        addresses = json.loads((self.home / "running.json").read_text("utf-8"))
        headers = self.header(Grant(role=Role.SERVICE), subject="player")
        async with _client(headers=headers, timeout=60) as client:
            for service in services:
                address = f"http://127.0.0.1:{addresses['internal'][service]}/{service}/clock"
                (await client.post(address, json={"to": to.isoformat()})).raise_for_status()

    async def database(self, name: str) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection as the superuser, to count what is really there."""
        port = json.loads((self.home / "running.json").read_text("utf-8"))["postgres"]
        password = (self.home / "postgres" / "password").read_text("utf-8").strip()
        return await asyncpg.connect(host="127.0.0.1", port=port, user="postgres", password=password, database=name)

    def address(self, service: str) -> str:
        """A service's own public listener, without the front door."""
        return f"http://127.0.0.1:{json.loads((self.home / 'running.json').read_text('utf-8'))['public'][service]}"

    def kill(self, program: str, number: signal.Signals = signal.SIGKILL) -> None:
        """`kill -9` a service, or the database's postmaster; or tell it something gentler."""
        os.kill(self.pid_of(program), number)

    async def has_begun_anew(self, program: str, before: int) -> bool:
        """Whether it runs, and is not the process that ran before."""
        try:
            return self.pid_of(program) != before
        except LookupError:
            return False

    def pid_of(self, program: str) -> int:
        if program == "postgres":
            return int((self.home / "postgres" / "data" / "postmaster.pid").read_text("utf-8").split()[0])
        marker = str(self.home).encode()
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if PROGRAMS[program] in (place / "cmdline").read_bytes() and marker in (place / "environ").read_bytes():
                    return int(place.name)
        raise LookupError(f"{program} does not run")


async def eventually(happens: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so; the bound is a guard against hanging and no promise of speed."""
    async with asyncio.timeout(HANG_GUARD_SECONDS):
        while not await happens():  # noqa: ASYNC110 -- another process makes it so
            await asyncio.sleep(0.05)


@asynccontextmanager
async def platform(**environment: str) -> AsyncIterator[Platform]:
    """Everything, in a temporary folder, with a clock that is played; stopped and gone afterwards.

    In a folder that is named, FUZHOU_HOME, it finds what is there, and leaves it there.
    """
    if "FUZHOU_HOME" in environment:
        home = Path(environment["FUZHOU_HOME"])
        home.chmod(0o711)
        async with _started(home, **environment) as running:
            yield running
        return
    home = _empty_home()
    await prepared.copy_into(home, make=_make_home)
    try:
        async with _started(home, **environment) as running:
            yield running
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def _make_home(home: Path) -> None:
    """A home that was begun once, in which everybody has heard the reference rows."""
    home.mkdir(mode=0o711)
    async with _started(home) as running:
        await eventually(lambda: _all_is_heard(running))


async def _all_is_heard(running: Platform) -> bool:
    """Everybody stands behind the last fact that needs told of."""
    last = await _value(running, "needs", LAST)
    heard = [
        await _value(running, service, "SELECT position FROM listener_position WHERE publisher = 'needs'")
        for service in BUILT
        if service != "needs"
    ]
    return all(position is not None and position.endswith(f".{last}") for position in heard)


async def _value(running: Platform, service: str, query: str) -> Any:
    database = await running.database(service)
    try:
        return await database.fetchval(query)
    finally:
        await database.close()


def _empty_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="fuzhou-journey-"))
    home.chmod(0o711)
    return home


@asynccontextmanager
async def _started(home: Path, **environment: str) -> AsyncIterator[Platform]:
    with listen_from(8700 + 200 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])) as free:
        port = port_of(free)
    settings = {"FUZHOU_HOME": str(home), "FUZHOU_DOOR_PORT": str(port), "FUZHOU_CLOCK": "played"}
    # What is named as nothing is not set at all.
    settings = {name: value for name, value in (settings | {"FUZHOU_SAMPLE": "none"} | environment).items() if value}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUZHOU_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.command", "run", cwd=ROOT, env=kept | settings, stdout=PIPE, stderr=STDOUT
    )
    reading: asyncio.Task[None] | None = None
    try:
        await _until_ready(process)
        # Whatever it says from now on is read away, so that a full pipe stops nobody.
        reading = asyncio.create_task(_read_away(process))
        yield Platform(home, f"http://127.0.0.1:{port}", process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()
        if reading is not None:
            await reading


async def the_sample_is_in(city: Platform) -> None:
    """A slow machine is ready before every department has listed what it gives and handed out its packages."""
    told = city.home / "logs" / "sample.log"
    departments = [row.key for row in rows_of_table(Department.table)]
    async with asyncio.timeout(SAMPLE_SECONDS):
        while not (told.exists() and all(f"{slug} packages" in told.read_text("utf-8") for slug in departments)):  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.5)


async def _until_ready(process: Process) -> None:
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(READY_SECONDS):
        while "Ready after" not in said:
            line = await process.stdout.readline()
            if not line:
                raise RuntimeError(f"the platform did not start:\n{said}")
            said += line.decode()


async def _read_away(process: Process) -> None:
    assert process.stdout is not None
    while await process.stdout.readline():
        pass
