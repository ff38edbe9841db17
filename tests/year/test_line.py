"""The player's connections: kept open, and opened again where a service hung up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deploy.ports import listen, port_of
from deploy.year.line import Lines

BODY = '{"name": "王"}'.encode()
ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\nX-Said: yes\r\n\r\n" % len(BODY) + BODY
OPENED = "opened"


@asynccontextmanager
async def served(heard: list[str], *, calls_a_line: int) -> AsyncIterator[Lines]:
    """Something that answers so many calls on each connection, and then hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(OPENED)
        for _ in range(calls_a_line):
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            first = head.split(b"\r\n")[0].decode()
            heard.append(f"{first} {(await reader.readexactly(length)).decode()}")
            writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(answer, sock=listen(0))
    lines = Lines(port_of(server.sockets[0]))
    try:
        yield lines
    finally:
        lines.close()
        server.close()


async def test_calls_go_one_after_another_over_one_connection() -> None:
    heard: list[str] = []
    async with served(heard, calls_a_line=2) as lines:
        first = await lines.ask("POST", "/needs/v1/needs", headers={}, body={"words": "你好"})
        await lines.ask("GET", "/needs/v1/needs", headers={}, query={"limit": 1, "after": "a b"})
    assert (first.status_code, first.headers["x-said"], first.json()) == (201, "yes", {"name": "王"})
    asked = 'POST /needs/v1/needs HTTP/1.1 {"words": "你好"}'
    assert heard == [OPENED, asked, "GET /needs/v1/needs?limit=1&after=a+b HTTP/1.1 "]


async def test_where_a_service_hung_up_the_call_goes_over_a_new_connection() -> None:
    heard: list[str] = []
    async with served(heard, calls_a_line=1) as lines:
        for _ in range(2):
            assert (await lines.ask("GET", "/", headers={})).is_success
    assert heard == [OPENED, "GET / HTTP/1.1 "] * 2


async def test_a_service_that_never_answers_is_trouble_and_not_asked_for_ever() -> None:
    async with served([], calls_a_line=0) as lines:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await lines.ask("GET", "/", headers={})
