"""A client that follows a stream in this process, at its own pace; the usual one waits for an answer's end."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Event:
    """A server-sent event as a browser would take it."""

    id: str
    name: str
    data: dict[str, Any]


def parsed(text: str) -> list[Event]:
    """The events of a stream's text; comments and bare ids are none."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if "data" in fields:
            events.append(Event(fields["id"], fields["event"], json.loads(fields["data"])))
    return events


@dataclass(slots=True)
class Following:
    """An open stream."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    is_over: bool = False
    # While this is not set the client takes nothing, as one behind a stalled line.
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    _left: asyncio.Event = field(default_factory=asyncio.Event)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def facts(self) -> list[Event]:
        """What was told, without the first event, which tells the position."""
        return [event for event in parsed(self.text) if event.name != "position"]

    @property
    def subjects(self) -> list[str]:
        return [event.data["subject"] for event in self.facts]

    @property
    def last_id(self) -> str:
        ids = [line.removeprefix("id: ") for line in self.text.splitlines() if line.startswith("id: ")]
        return ids[-1] if ids else ""

    async def receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        await self.reads.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.text += message.get("body", b"").decode()
            self.is_over = not message.get("more_body", False)
        self._more.set()

    def leave(self) -> None:
        self._left.set()

    async def until(self, wanted: str | int) -> None:
        """Read until a text has come, or so many facts; fails after a while."""
        async with asyncio.timeout(PATIENCE):
            while not (wanted in self.text if isinstance(wanted, str) else len(self.facts) >= wanted):
                assert not self.is_over, self.text
                self._more.clear()
                await self._more.wait()

    async def end(self, seconds: float = PATIENCE) -> None:
        """Read until it is over."""
        async with asyncio.timeout(seconds):
            while not self.is_over:
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def following(
    app: ASGIApp, path: str, headers: Mapping[str, str], **query: Any
) -> AsyncIterator[Following]:  # fmt: skip
    """Open a stream; it is left at the end."""
    client = Following()
    client.reads.set()
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
        "root_path": "", "scheme": "http", "query_string": urlencode(query, doseq=True).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("door", 80),
    }  # fmt: skip
    answering: asyncio.Task[None] = asyncio.ensure_future(app(scope, client.receive, client.send))
    try:
        yield client
    finally:
        client.reads.set()
        client.leave()
        async with asyncio.timeout(PATIENCE):
            await answering
