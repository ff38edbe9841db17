"""Everything on one machine: database, migrations, services, front door. What `make run` calls."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import time
from collections import ChainMap
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy import databases
from deploy.addresses import BUILT, DOOR_PORT, internal_port, public_port
from deploy.environment import Addresses, door_environment, inherited, owner_url, service_environment
from deploy.health import answers_ok
from deploy.home import Home
from deploy.places import CADDYFILE, ROOT
from deploy.playing import PLAYED, is_to_be_played, note_of, play_year
from deploy.ports import LOOPBACK, PortTaken, listen, listen_from, port_of
from deploy.postgres import Cluster
from deploy.program import Program
from deploy.refusals import Refusal
from deploy.retelling import retell
from deploy.running import forget_running, write_running
from deploy.sample import TOLD, is_wanted
from deploy.supervisor import Supervisor
from deploy.welcome import welcome

READY_SECONDS = 60.0
# What happens once everything answers may delay the welcome until then; if it takes longer, it goes on behind it.
WELCOME_SECONDS = 30.0


class CannotRun(Refusal):
    """Something is missing or in the way; the message says the remedy."""


@dataclass(frozen=True, slots=True)
class Sockets:
    """Every listening socket of the machine, held by this process so that a restart drops no caller."""

    door: socket.socket
    public: dict[str, socket.socket]
    internal: dict[str, socket.socket]

    @classmethod
    def open(cls, door_port: int) -> "Sockets":
        try:
            door = listen(door_port)
        except PermissionError as refused:
            raise CannotRun(f"Port {door_port} is for root only. {_other_door(8000)}") from refused
        except PortTaken as taken:
            raise CannotRun(
                f"Port {taken.port}, for the front door, is taken by another program."
                f" Stop it, or use another. {_other_door(taken.port + 10)}"
            ) from taken
        public = {name: listen_from(public_port(name)) for name in BUILT}
        return cls(door, public, {name: listen_from(internal_port(name)) for name in BUILT})

    def addresses(self, *, postgres: int) -> Addresses:
        return Addresses(
            door=port_of(self.door),
            postgres=postgres,
            public={name: port_of(opened) for name, opened in self.public.items()},
            internal={name: port_of(opened) for name, opened in self.internal.items()},
        )


@dataclass(slots=True)
class Machine:
    """One run of the platform."""

    home: Home
    sockets: Sockets
    say: Callable[[str], None]
    cluster: Cluster = field(init=False)
    supervisor: Supervisor = field(init=False)
    afterwards: asyncio.Task[None] | None = None
    # What tells services by which clock they run; empty once the year is played.
    clock: dict[str, str] = field(default_factory=dict)
    after_ready: Sequence[Callable[["Machine"], Awaitable[None]]] = field(default_factory=lambda: AFTER_READY)

    def __post_init__(self) -> None:
        if is_to_be_played(self.home):
            note_of(self.home)
            self.clock |= PLAYED
        self.cluster = Cluster(self.home.postgres, passwords=self.home.secrets.passwords())
        self.supervisor = Supervisor(self.say)

    @property
    def addresses(self) -> Addresses:
        return self.sockets.addresses(postgres=self.cluster.port)

    async def bring_up(self) -> None:
        """Start everything in the order in which it is needed."""
        began = time.monotonic()
        await self.supervisor.add(self.cluster)
        await databases.prepare(self.cluster.url(), BUILT, password_of=self.home.secrets.password_of)
        await self._migrate()
        await self._seed()
        await self.supervisor.add(*(self._service(service) for service in BUILT))
        await self.supervisor.add(self._door())
        await self._all_ready()
        write_running(self.home.folder, asdict(self.addresses))
        await self.finish_within(WELCOME_SECONDS - (time.monotonic() - began))
        self.say(welcome(self.addresses, home=self.home.folder))
        self.say(f"  Ready after {time.monotonic() - began:.1f} s; state and logs in {self.home.folder}.\n")

    async def finish_within(self, seconds: float) -> None:
        """Do what comes after all is ready; what takes longer goes on by itself."""
        self.afterwards = asyncio.create_task(self._after_ready())
        done, _ = await asyncio.wait([self.afterwards], timeout=max(0.0, seconds))
        if done:
            self.afterwards.result()
        else:
            self.say("The sample city and its year are still coming in; everything else is there already.")

    async def _after_ready(self) -> None:
        for act in self.after_ready:
            await act(self)

    async def stop(self) -> None:
        """Stop everything, the last started first."""
        if self.afterwards is not None:
            self.afterwards.cancel()
            await asyncio.gather(self.afterwards, return_exceptions=True)
        await self.supervisor.stop()

    async def _migrate(self) -> None:
        """In a process of its own, as in containers: what migrations import need not stay in memory."""
        urls = {f"{service.upper()}_OWNER_DATABASE_URL": owner_url(service, self.cluster) for service in BUILT}
        migration = self.task("migrate", "deploy.command", "migrate", environment=urls)
        if await migration.run():
            raise CannotRun(
                f"The tables could not be brought up to date. From {migration.log}:\n{migration.last_words()}"
            )

    async def _seed(self) -> None:
        """Before the services start, for they name themselves to identity at once."""
        environment = self._environment("needs") | self._environment("identity")
        seeding = self.task("seed", "deploy.command", "seed", environment=environment)
        if await seeding.run():
            raise CannotRun(f"The databases could not be filled. From {seeding.log}:\n{seeding.last_words()}")

    def _environment(self, service: str) -> dict[str, str]:
        return service_environment(service, self.home, self.cluster, self.addresses)

    def task(self, name: str, module: str, *words: str, environment: Mapping[str, str]) -> Program:
        """Something of ours that runs once and ends."""
        return Program(
            name,
            [sys.executable, "-m", module, *words],
            log=self.home.logs / f"{name}.log",
            environment=inherited() | {"FUZHOU_HOME": str(self.home.folder)} | {**environment},
            folder=ROOT,
        )

    def _service(self, service: str) -> Program:
        public, internal = self.sockets.public[service], self.sockets.internal[service]
        handed = [f"--public-fd={public.fileno()}", f"--internal-fd={internal.fileno()}"]
        return Program(
            service,
            [sys.executable, "-m", "deploy.command", "serve", service, *handed],
            log=self.home.logs / f"{service}.log",
            environment=ChainMap(self.clock, self._environment(service)),
            sockets=(public, internal),
            folder=ROOT,
        )

    def _door(self) -> Program:
        door = self.sockets.door
        return Program(
            "door",
            [caddy(), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"],
            log=self.home.logs / "door.log",
            environment=door_environment(self.addresses)
            | {"FUZHOU_DOOR_BIND": f"fd/{door.fileno()}", "XDG_DATA_HOME": str(self.home.folder / "door")},
            sockets=(door,),
        )

    async def _all_ready(self) -> None:
        async with asyncio.timeout(READY_SECONDS):
            for service in BUILT:
                # Another process becomes ready, so there is no event to wait for.
                while not await self._answers(service):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)

    async def _answers(self, service: str) -> bool:
        return await answers_ok(LOOPBACK, port_of(self.sockets.door), f"/{service}/health/ready")


async def seed_sample(machine: Machine) -> None:
    """Let the sample city come in through the front door, and tell how far it is; nothing changes the second time.

    FUZHOU_SAMPLE=none keeps the city empty, and so does production.
    """
    if not is_wanted(inherited() | {"FUZHOU_SAMPLE": os.environ.get("FUZHOU_SAMPLE", "")}):
        return
    environment = service_environment("identity", machine.home, machine.cluster, machine.addresses)
    environment["FUZHOU_DOOR_URL"] = f"http://{LOOPBACK}:{machine.addresses.door}"
    seeding = machine.task("sample", "deploy.sample", environment=environment)
    telling = asyncio.create_task(retell(seeding.log, machine.say, beginning=TOLD))
    try:
        status = await seeding.run()
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    if status:
        machine.say(f"The sample city did not come in whole: see {seeding.log}. Everything else runs.")


# What happens once everything answers, before the newcomer is told so.
AFTER_READY: list[Callable[[Machine], Awaitable[None]]] = [seed_sample, play_year]


def run() -> None:
    """Run until told to stop; Ctrl-C, SIGTERM and a closed terminal all leave nothing running.

    Raises:
        Refusal: whatever stands in the way, with the remedy.
    """
    if shutil.which("setpriv") is None:
        raise CannotRun("The program setpriv is missing: install util-linux (Debian: apt install util-linux).")
    home = Home.from_environment().open(made_for=inherited()["FUZHOU_ENVIRONMENT"])
    try:
        sockets = Sockets.open(door_port())
        asyncio.run(_run(Machine(home, sockets, lambda line: print(line, flush=True))))
    finally:
        forget_running(home.folder)
        home.close()


def door_port() -> int:
    """The front door's port: FUZHOU_DOOR_PORT, else the usual one.

    Raises:
        CannotRun: it is no port.
    """
    named = os.environ.get("FUZHOU_DOOR_PORT", str(DOOR_PORT))
    if not named.isdecimal() or not 0 < int(named) < 65536:
        raise CannotRun(f"FUZHOU_DOOR_PORT is {named!r}, which is no port. {_other_door(DOOR_PORT)}")
    return int(named)


def _other_door(port: int) -> str:
    return f"For example: `FUZHOU_DOOR_PORT={port} make run`."


async def _run(machine: Machine) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    lasting = asyncio.create_task(machine.supervisor.until(stop))
    starting = asyncio.create_task(machine.bring_up())
    try:
        await asyncio.wait([lasting, starting], return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
        await lasting
    except TimeoutError:
        raise CannotRun(f"Not everything was ready within {READY_SECONDS:.0f} s: see {machine.home.logs}.") from None
    finally:
        starting.cancel()
        lasting.cancel()
        await asyncio.gather(starting, lasting, return_exceptions=True)
        machine.say("Stopping…")
        await machine.stop()


def caddy() -> str:
    """The front door's program: from the wheel, else from the system.

    Raises:
        CannotRun: there is none.
    """
    beside = Path(sys.executable).parent / "caddy"
    found = str(beside) if beside.exists() else shutil.which("caddy")
    if found is None:
        raise CannotRun("The front door's program, caddy, is missing: run `make clean` and `make run` again.")
    return found
