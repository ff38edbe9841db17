"""A child process of this one: its sockets handed down, its words in a file, its life bound to its parent's."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

GRACE_SECONDS = 10.0
LARGEST_LOG_BYTES = 10_000_000
# A log may be large; its last lines are near its end.
TAIL_BYTES = 16_384


class Program:
    """One command, started as often as need be."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        sockets: Sequence[socket.socket] = (),
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._command = ["setpriv", "--pdeathsig=TERM", "--", *command]
        # Asked anew at each start: what it says may have changed by then.
        self._environment = environment
        self._sockets = sockets
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def ended_well(self) -> bool:
        return self._process is not None and self._process.poll() == os.EX_OK

    async def start(self) -> None:
        """Start it, from the main thread: the kernel ends a child with the thread that made it."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as log:
            # Not asyncio's own: that one ends its children with the loop, and the database outlives a loop in tests.
            self._process = subprocess.Popen(  # noqa: ASYNC220
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self._environment),
                cwd=self._folder,
                pass_fds=[opened.fileno() for opened in self._sockets],
                # Ctrl-C in a terminal reaches the whole group; the parent decides the order of the end.
                process_group=0,
            )

    async def run(self) -> int:
        """Start it and wait for its end; the number is its exit status."""
        await self.start()
        try:
            return await self._ended()
        finally:
            await self.stop()

    async def _ended(self) -> int:
        assert self._process is not None
        while (status := self._process.poll()) is None:  # noqa: ASYNC110  the kernel is asked, no event exists
            await asyncio.sleep(0.05)
        return status

    async def stop(self) -> None:
        """Ask it to end, and after a while end it."""
        process = self._process
        if process is None:
            return
        give_up = time.monotonic() + GRACE_SECONDS
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        while process.poll() is None:
            if time.monotonic() > give_up:
                process.kill()
                process.wait()
            await asyncio.sleep(0.02)

    def last_words(self) -> str:
        """The last lines that it wrote."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as written:
            written.seek(max(0, self.log.stat().st_size - TAIL_BYTES))
            return "\n".join(written.read().decode("utf-8", "replace").splitlines()[-12:])
