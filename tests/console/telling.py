"""Services that tell what happens while they answer: the tests' usual network waits for the end of an answer."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from starlette.types import ASGIApp, Message

from tests.city import City


class _Body(httpx.AsyncByteStream):
    """An answer as it comes; who closes it has left."""

    def __init__(self, pieces: "asyncio.Queue[Message]", answering: "asyncio.Task[None]") -> None:
        self.pieces, self.answering = pieces, answering

    async def __aiter__(self) -> AsyncIterator[bytes]:
        is_more = True
        while is_more:
            message = await self.pieces.get()
            is_more = message.get("more_body", False)
            yield message.get("body", b"")

    async def aclose(self) -> None:
        self.answering.cancel()
        await asyncio.gather(self.answering, return_exceptions=True)


@dataclass(slots=True)
class Telling(httpx.AsyncBaseTransport):
    """A transport to an application that hands on each piece at once."""

    app: ASGIApp

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pieces: asyncio.Queue[Message] = asyncio.Queue()
        left = asyncio.Event()

        async def receive() -> Message:
            await left.wait()
            return {"type": "http.disconnect"}

        scope = {
            "type": "http", "http_version": "1.1", "method": request.method, "path": request.url.path,
            "raw_path": request.url.raw_path, "root_path": "", "scheme": "http", "query_string": request.url.query,
            "headers": request.headers.raw, "client": ("127.0.0.9", 1), "server": ("door", 80),
        }  # fmt: skip
        scope["headers"] = [(name.lower(), value) for name, value in request.headers.raw]
        answering = asyncio.ensure_future(self.app(scope, receive, pieces.put))
        start = await pieces.get()
        return httpx.Response(start["status"], headers=start["headers"], stream=_Body(pieces, answering))


@dataclass(slots=True)
class _Either(httpx.AsyncBaseTransport):
    """Streams as they come, all else as ever."""

    usual: httpx.AsyncBaseTransport
    telling: Telling

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        way = self.telling if request.url.path.endswith("/stream") else self.usual
        return await way.handle_async_request(request)


@contextmanager
def streams_told(city: City) -> Iterator[None]:
    """While this lasts, services hear each other's streams as they are told."""
    usual = dict(city.network.hosts)
    for name, app in city.apps.items():
        city.network.hosts[name] = _Either(usual[name], Telling(app))  # type: ignore[assignment]
    try:
        yield
    finally:
        city.network.hosts.update(usual)
