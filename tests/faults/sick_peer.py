"""A peer over TCP that falls ill when told to: slow, silent, resetting, failing; and counts what it is asked."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

import httpx
import uvicorn
from fastapi import FastAPI

from deploy.ports import LOOPBACK, listen_from, port_of
from deploy.serve import Listener

DRIP_SECONDS = 0.05
FAILS = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Mood(StrEnum):
    WELL = "well"
    SLOW = "slow: a letter now and then"
    SILENT = "silent: takes the question and says nothing"
    RESETTING = "resetting: the connection breaks"
    FAILING = "failing: 500"


@dataclass(slots=True)
class SickPeer:
    """Stands before a real listener."""

    port: int
    behind: int
    mood: Mood = Mood.WELL
    heads: list[str] = field(default_factory=list)
    calls: set[asyncio.Task[None]] = field(default_factory=set)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, for one question after another."""
        call = asyncio.current_task()
        assert call is not None
        self.calls.add(call)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while True:
                    await self._answer(reader, writer)
        finally:
            self.calls.discard(call)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        told = head.decode("latin-1").lower()
        self.heads.append(told)
        length = next((int(line[15:]) for line in told.split("\r\n") if line.startswith("content-length:")), 0)
        question = head + await reader.readexactly(length)
        match self.mood:
            case Mood.SILENT:
                await asyncio.sleep(3600)
            case Mood.RESETTING:
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                raise ConnectionResetError
            case Mood.FAILING:
                writer.write(FAILS)
                await writer.drain()
                raise ConnectionResetError
        for piece in self._pieces(await self._ask(question)):
            writer.write(piece)
            await writer.drain()
            if self.mood is Mood.SLOW:
                await asyncio.sleep(DRIP_SECONDS)

    def _pieces(self, whole: bytes) -> list[bytes]:
        return [whole[at : at + 1] for at in range(len(whole))] if self.mood is Mood.SLOW else [whole]

    async def _ask(self, question: bytes) -> bytes:
        """What the real listener says; it is told to hang up, so that the end is seen."""
        reader, writer = await asyncio.open_connection(LOOPBACK, self.behind)
        writer.write(question.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        answer = await reader.read()
        writer.close()
        # The caller's own connection stays open, as a healthy peer's would.
        return answer.replace(b"connection: close\r\n", b"", 1)


class ThroughSockets(httpx.AsyncBaseTransport):
    """Whatever is asked goes to one port of this machine, over a real connection."""

    def __init__(self, port: int) -> None:
        self.port, self.inner = port, httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=200))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(host=LOOPBACK, port=self.port)
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self.inner.aclose()


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[int]:
    """An application that has begun already, behind a real socket; its port."""
    with listen_from(26800) as opened:
        config = uvicorn.Config(app, lifespan="off", log_config=None, ws="none", timeout_graceful_shutdown=1)
        listener = Listener(config, farewell=lambda: None)
        running = asyncio.create_task(listener.serve(sockets=[opened]))
        try:
            yield port_of(opened)
        finally:
            listener.should_exit = True
            await running


@asynccontextmanager
async def sick(app: FastAPI) -> AsyncIterator[SickPeer]:
    """A peer that can fall ill."""
    async with serving(app) as behind:
        with listen_from(26900) as opened:
            peer = SickPeer(port_of(opened), behind)
            server = await asyncio.start_server(peer.meet, sock=opened)
            try:
                yield peer
            finally:
                for call in peer.calls:
                    call.cancel()
                server.close()
                await server.wait_closed()
