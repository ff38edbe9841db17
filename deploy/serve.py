"""One service in one process: its public and its internal listener on one loop, ended together by SIGTERM."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

import uvicorn

from deploy.ports import listen
from deploy.refusals import Refusal

FAILED = 3
GRACE_SECONDS = 5
# Listeners wait for news in calls of many seconds, and lose nothing when one is cut.
INTERNAL_GRACE_SECONDS = 1
KEEP_ALIVE_SECONDS = 75
# New objects before the youngest are looked through, and how often that happens before the older ones are.
COLLECT_EVERY = (20_000, 10, 10)


class Unsafe(Refusal):
    """Production does not start with these settings."""


def refuse_unsafe(service: str) -> None:
    """Look at the settings before anything listens, so that what is refused is told in a few lines.

    Raises:
        Unsafe: with each setting and its remedy.
    """
    from shared.kit.safety.refusals import UnsafeSettings

    try:
        # What is imported stays for good: to look through it again and again takes a fifth of the time of a start.
        gc.disable()
        asyncio.run(import_module(f"services.{service}.app").service.settings_to_start_with())
    except UnsafeSettings as unsafe:
        raise Unsafe(str(unsafe)) from unsafe
    finally:
        gc.enable()


class Listener(uvicorn.Server):
    """A server that leaves signals to its owner, because two of them share the process."""

    def __init__(self, config: uvicorn.Config, farewell: Callable[[], None]) -> None:
        super().__init__(config)
        self.farewell = farewell

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what never ends by itself, and then wait for the calls under way."""
        self.farewell()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def say_nothing_of_cut_calls(record: logging.LogRecord) -> bool:
    """A call that waits for news is cut when its service ends: no trouble, and no trace in the log."""
    trouble = record.exc_info[1] if record.exc_info else None
    return not isinstance(trouble, asyncio.CancelledError)


def adopt(descriptor: int) -> socket.socket:
    """A listening socket that the parent process opened and handed down."""
    opened = socket.socket(fileno=descriptor)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.settimeout(0)
    return opened


def sockets(
    public_fd: int | None, internal_fd: int | None, *, at: tuple[str, int], internal_at: tuple[str, int]
) -> tuple[socket.socket, socket.socket]:
    """The two listening sockets: handed down, or opened here at a host's port each."""
    return _socket(public_fd, *at), _socket(internal_fd, *internal_at)


def _socket(descriptor: int | None, host: str, port: int) -> socket.socket:
    return listen(port, host=host) if descriptor is None else adopt(descriptor)


def serve(service: str, public: socket.socket, internal: socket.socket) -> int:
    """Serve until SIGTERM or SIGINT; the number is the process's exit status."""
    listeners = [
        # Only the front door may say who the caller was: FORWARDED_ALLOW_IPS, else this machine.
        _listener(service, "app", grace=GRACE_SECONDS, proxy_headers=True),
        _listener(service, "internal", grace=INTERNAL_GRACE_SECONDS, proxy_headers=False),
    ]
    logging.getLogger("uvicorn.error").addFilter(say_nothing_of_cut_calls)
    collect_seldom()
    with asyncio.Runner(loop_factory=_loop) as runner:
        return runner.run(_serve_all(listeners, (public, internal)))


def collect_seldom() -> None:
    """What was imported stays for good, and a request makes thousands of objects that nobody holds in a circle.

    To look through all of them at every seven hundred new ones costs some hundredths of all processor time.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_EVERY)


def _listener(service: str, name: str, *, grace: int, proxy_headers: bool) -> Listener:
    def farewell() -> None:
        # A service that did not start has no house, and one of its two listeners is enough to say it.
        house = getattr(import_module(f"services.{service}.app").app.state, "house", None)
        if house is not None:
            house.end_streams()

    return Listener(
        uvicorn.Config(
            f"services.{service}.app:{name}",
            http="httptools",
            ws="none",
            lifespan="on",
            # The service's own log has one line a request, with its number and without personal data.
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=proxy_headers,
            timeout_graceful_shutdown=grace,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            backlog=2048,
        ),
        farewell,
    )


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


async def _serve_all(listeners: Sequence[Listener], opened: Sequence[socket.socket]) -> int:
    """Serve until told to end, or until one ends by itself: half a service is none."""

    def end() -> None:
        for listener in listeners:
            listener.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    tasks = [loop.create_task(listener.serve(sockets=[one])) for listener, one in zip(listeners, opened, strict=True)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        was_told = all(listener.should_exit for listener in listeners)
    finally:
        end()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    failed = [result for result in results if isinstance(result, BaseException)]
    if failed:
        raise failed[0]
    return os.EX_OK if was_told and all(listener.started for listener in listeners) else FAILED
