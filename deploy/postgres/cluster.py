"""One PostgreSQL cluster in one folder: made once, started after any kind of end, stopped with its parent."""

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from deploy.locks import Lock, Locked
from deploy.ports import LOOPBACK, free_port
from deploy.postgres import archive
from deploy.postgres.account import Account, database_account
from deploy.postgres.binaries import reachable
from deploy.postgres.processes import inside
from deploy.refusals import Refusal

SUPERUSER = "postgres"
FIRST_PORT = 5433
LONGEST_SOCKET_PATH = 107
RETRY_SECONDS = 10.0
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
LARGEST_LOG_BYTES = 10_000_000

# For a machine with two cores that it shares with seven services.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "120",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # One writer idle in a transaction holds back every feed of the cluster.
    "idle_in_transaction_session_timeout": "30s",
    # The detail of a broken constraint shows the values of the row, and those may be personal.
    "log_error_verbosity": "terse",
}
# A throwaway cluster need not outlive the machine's power. It must outlive a killed server, so commits still wait
# until the kernel has them: without `synchronous_commit` the last half second of them is lost.
# A statistics run is a long transaction like any other, and would hold back what a test waits to see.
NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
# Survivors of a killed server, or another program that was quicker to take the port.
PASSING_REASONS = ("pre-existing shared memory block", "postmaster.pid", "Address already in use")
INITDB = (
    "--auth=scram-sha-256",
    "--data-checksums",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    f"--username={SUPERUSER}",
)


class ClusterCannotStart(Refusal):
    """The database does not start; the message says why and what to do."""


class Cluster:
    """A cluster in a folder. `passwords` names the roles, beside the superuser, for which `url` can speak."""

    name = "postgres"

    def __init__(
        self,
        folder: Path,
        *,
        port: int = FIRST_PORT,
        durable: bool = True,
        passwords: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        ready_seconds: float = READY_SECONDS,
    ) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.port = port
        # Once it has run, others know its port, and it comes back on the same one.
        self._has_run = False
        kind = archive.settings(self.folder) if durable else NOT_DURABLE
        self._settings = {**SETTINGS, **kind, **(settings or {})}
        self._ready_seconds = ready_seconds
        self._durable = durable
        self._passwords = passwords or {}
        self._lock = Lock(self.folder / "lock")
        self._account: Account | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def account(self) -> Account:
        if self._account is None:
            self._account = database_account(self.data)
        return self._account

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def ended_well(self) -> bool:
        return self._process is not None and self._process.poll() == os.EX_OK

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def url(self, database: str = SUPERUSER, role: str = SUPERUSER) -> str:
        """The address of a database for a role, `postgresql://…`."""
        return f"postgresql://{role}:{quote(self.password_of(role), safe='')}@{LOOPBACK}:{self.port}/{database}"

    def password_of(self, role: str) -> str:
        """The password of the superuser or of a role that was named."""
        return self.password if role == SUPERUSER else self._passwords[role]

    @property
    def password(self) -> str:
        """The superuser's password, written once and readable to the owner of the folder alone."""
        path = self.folder / "password"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as written:
                written.write(secrets.token_urlsafe(24))
        return path.read_text().strip()

    async def start(self) -> None:
        """Make the cluster when it is new, and start it; a start after an unclean end is tried for ten seconds.

        The process must be started from the main thread: it is told to end when the thread that made it ends.

        Raises:
            ClusterCannotStart: with the reason and the remedy.
        """
        self._enter_folder()
        programs = reachable(self.account, self.folder)
        if not (self.data / "PG_VERSION").exists():
            self._make(programs)
        elif self.data.stat().st_uid != self.account.uid:
            self.account.own_tree(self.data)
        give_up = time.monotonic() + RETRY_SECONDS
        while not await self._has_started(programs):
            if time.monotonic() > give_up or not self._may_start_later():
                raise ClusterCannotStart(f"PostgreSQL does not start. The end of {self.log}:\n{self.last_words()}")
            self._end_survivors()
            await asyncio.sleep(0.2)

    async def stop(self) -> None:
        """End every session and stop; what is committed stays."""
        if self.is_running:
            assert self._process is not None
            self._process.send_signal(signal.SIGINT)
            await self._wait_for_end(self._process)
        self._process = None
        self._lock.release()

    def last_words(self) -> str:
        """The last lines of the log."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-8:]) if self.log.exists() else ""

    def _enter_folder(self) -> None:
        self.folder.mkdir(mode=0o711 if self.account.is_lent else 0o700, parents=True, exist_ok=True)
        if not self.account.can_reach(self.folder):
            raise ClusterCannotStart(
                f"The account {self.account.name}, under which the database runs, cannot reach {self.folder}."
                " Set FUZHOU_HOME to a folder that other accounts may enter, such as /var/lib/fuzhou."
            )
        if not self._lock.is_held:
            try:
                self._lock.take()
            except Locked as held:
                raise ClusterCannotStart(f"Process {held.holder} already runs the database in {self.folder}.") from held

    def _make(self, programs: Path) -> None:
        """Make the cluster beside its place and move it there, so that a half-made one is never started."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.account.own(fresh)
        reading, writing = os.pipe()
        # The account opens the pipe anew by its name, and for that must own it.
        self.account.own(reading)
        os.write(writing, self.password.encode())
        os.close(writing)
        options = [*INITDB, f"--pwfile=/dev/fd/{reading}", f"--pgdata={fresh}"]
        if not self._durable:
            options.append("--no-sync")
        made = subprocess.run(
            self.account.wrap(programs / "initdb", *options),
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            pass_fds=(reading,),
            env=self._environment(),
        )
        os.close(reading)
        if made.returncode:
            raise ClusterCannotStart(f"PostgreSQL cannot make its folder {self.data}:\n{made.stderr.strip()}")
        fresh.rename(self.data)

    async def _has_started(self, programs: Path) -> bool:
        """Start the server once; False when it ended again before it was ready."""
        if not self._has_run:
            self.port = free_port(self.port)
        self._process = self._spawn(programs)
        give_up = time.monotonic() + self._ready_seconds
        while self._process.poll() is None:
            if self._is_ready():
                self._has_run = True
                return True
            if time.monotonic() > give_up:
                await self.stop()
                raise ClusterCannotStart(
                    f"PostgreSQL was not ready within {self._ready_seconds:.0f} s: see {self.log}."
                )
            await asyncio.sleep(0.02)
        return False

    def _spawn(self, programs: Path) -> subprocess.Popen[bytes]:
        settings = {"unix_socket_directories": self._socket_folder(), **self._settings, "port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old"))
        with self.log.open("ab") as log:
            self.log.chmod(0o600)
            return subprocess.Popen(
                self.account.wrap(programs / "postgres", "-D", self.data, *options, dies_with_parent="INT"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self._environment(),
                # Ctrl-C in a terminal reaches the whole group; the parent decides the order of the end.
                process_group=0,
            )

    def _socket_folder(self) -> str:
        folder = self.folder / "socket"
        if len(os.fsencode(folder / f".s.PGSQL.{self.port}.lock")) > LONGEST_SOCKET_PATH:
            return ""
        folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(folder)
        return str(folder)

    def _is_ready(self) -> bool:
        """The server writes its state into the eighth line of its pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        assert self._process is not None
        return len(lines) >= 8 and lines[0] == str(self._process.pid) and lines[7].strip() == "ready"

    def _may_start_later(self) -> bool:
        words = self.last_words()
        return any(reason in words for reason in PASSING_REASONS) or bool(inside(self.data))

    def _end_survivors(self) -> None:
        """A busy session outlives its killed server and keeps the shared memory; the lock makes it ours to end."""
        for pid in inside(self.data):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                continue

    async def _wait_for_end(self, process: subprocess.Popen[bytes]) -> None:
        give_up = time.monotonic() + STOP_SECONDS
        while process.poll() is None:
            if time.monotonic() > give_up:
                process.send_signal(signal.SIGQUIT)
                process.wait(5)
                return
            await asyncio.sleep(0.02)

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


@contextmanager
def throwaway(*, port: int = 25433, passwords: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """A cluster in a temporary folder, gone afterwards; for tests."""
    folder = Path(tempfile.mkdtemp(prefix="fuzhou-cluster-"))
    folder.chmod(0o711)
    cluster = Cluster(folder / "postgres", port=port, durable=False, passwords=passwords)
    try:
        asyncio.run(cluster.start())
        yield cluster
    finally:
        asyncio.run(cluster.stop())
        shutil.rmtree(folder, ignore_errors=True)
