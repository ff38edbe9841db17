"""A call to a service over a connection that stays open: the year makes some thirty thousand of them on one machine.

A whole client would cost more processor time a call than some of what it calls for; all that is spoken of here is
HTTP/1.1 with JSON and a content length, as the services answer.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from deploy.ports import LOOPBACK

MOST_HEADER_BYTES: Final = 1 << 16
AS_JSON: Final = {"Content-Type": "application/json"}


@dataclass(slots=True)
class Line:
    """One open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_fresh: bool = True

    @classmethod
    async def open(cls, port: int) -> "Line":
        return cls(*await asyncio.open_connection(LOOPBACK, port, limit=MOST_HEADER_BYTES))

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        self.is_fresh = False
        first, *lines = head[:-4].decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = next(int(value) for name, value in headers.items() if name.lower() == "content-length")
        body = await self.reader.readexactly(length)
        return int(first.split(" ", 2)[1]), headers, body


@dataclass(slots=True)
class Lines:
    """The connections to one listener that nobody uses just now."""

    port: int
    idle: list[Line] = field(default_factory=list)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: Any = None,
        query: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """One call. What is sent bears a key of its own, so it may go again where a service had hung up meanwhile."""
        request = self._request(method, path, headers, body, query)
        while True:
            line = self.idle.pop() if self.idle else await Line.open(self.port)
            was_used = not line.is_fresh
            try:
                status, named, content = await line.ask(request)
            except (ConnectionError, asyncio.IncompleteReadError):
                line.writer.close()
                if was_used:
                    continue
                raise
            except BaseException:
                line.writer.close()
                raise
            self.idle.append(line)
            asked = httpx.Request(method, f"http://{LOOPBACK}:{self.port}{path}")
            return httpx.Response(status, headers=named, content=content, request=asked)

    def _request(
        self, method: str, path: str, headers: Mapping[str, str], body: Any, query: Mapping[str, Any] | None
    ) -> bytes:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        named = {"Host": f"{LOOPBACK}:{self.port}", "Content-Length": str(len(content))} | {**headers}
        named |= AS_JSON if body is not None else {}
        target = f"{path}?{urlencode(query)}" if query else path
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
        return "\r\n".join((*lines, "", "")).encode("latin-1") + content

    def close(self) -> None:
        for line in self.idle:
            line.writer.close()
        self.idle.clear()
