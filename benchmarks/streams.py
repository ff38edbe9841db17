"""Open streams: one worker, many followers, so many facts a second; what the worker costs, and that nothing is lost.

Most followers only count what comes. Some come and go all the time, and must have read the whole log in the end.
"""

import asyncio
import random
import resource
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import httpx

from benchmarks import rows
from benchmarks.intake import PORT, processor_seconds, server
from benchmarks.machine import Machine
from shared.kit.feed.log import WRITE
from shared.kit.ids import new_id
from shared.schemas.access import Grant, Role
from shared.schemas.facts.needs import NeedChanged
from shared.schemas.vocabulary import NeedStatus, Urgency

NAME: Final = NeedChanged.name
PATH: Final = f"/needs/v1/stream?facts={NAME}"
COMERS_AND_GOERS: Final = 8
# All but one see nothing of it, and are asked about in vain.
VIEWPOINTS: Final = 40
SETTLE_SECONDS: Final = 3


@dataclass(slots=True, eq=False)
class Counter(asyncio.Protocol):
    """A follower that only counts, so that what is measured is the server."""

    request: bytes
    facts: int = 0
    _tail: bytes = b""
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        mark = b"\nevent: needs."
        text = self._tail + data
        self.facts += text.count(mark)
        # A mark may be cut in two, and a whole one must not be counted twice.
        end = text.rfind(mark)
        self._tail = text[max(end + len(mark), len(text) - len(mark) + 1) :] if end >= 0 else text[-len(mark) + 1 :]
        self.begun.set()

    def connection_lost(self, _: Exception | None) -> None:
        self.over.set()


def person(machine: Machine, number: int, division: str) -> str:
    """An operator's token: one account has only so many streams."""
    return machine.token(subject=f"bench-{number}", grants=[Grant(role=Role.HOTLINE_OPERATOR, divisions=(division,))])


async def open_counters(machine: Machine, count: int, places: list[str]) -> list[Counter]:
    made = []
    for number in range(count):
        token = person(machine, number, places[number % len(places)])
        request = f"GET {PATH} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        _, counter = await asyncio.get_running_loop().create_connection(partial(Counter, request), "127.0.0.1", PORT)
        made.append(counter)
        if number % 50 == 49:
            await asyncio.wait_for(counter.begun.wait(), 30)
    for counter in made:
        await asyncio.wait_for(counter.begun.wait(), 60)
    return made


async def write(machine: Machine, needs: list[UUID], *, per_second: int, seconds: int) -> int:
    """Put facts into the log at a steady pace, each in a transaction of its own; how many."""
    connection = await asyncpg.connect(machine.cluster.url("needs", "needs_app"))
    began, count = time.monotonic(), per_second * seconds
    for n in range(count):
        await asyncio.sleep(max(0.0, began + n / per_second - time.monotonic()))
        need = needs[n % len(needs)]
        fact = NeedChanged(
            need_id=need, status=NeedStatus.TRIAGED, division=rows.TOWNSHIP, station_id=rows.STATION,
            urgency=Urgency.ROUTINE, groups=(),
        )  # fmt: skip
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.actor', 'bench', true)")
            moment = rows.wall()
            await connection.execute(WRITE, [new_id()], [NAME], [str(need)], [moment], [None], [fact.model_dump_json()])
    await connection.close()
    return count


async def come_and_go(machine: Machine, number: int, place: str, wanted: asyncio.Future[int]) -> list[str]:
    """Follow for a moment, leave, and come again with the last id, until everything was heard; the ids in order."""
    dice, heard = random.Random(number), list[str]()
    token = person(machine, 100_000 + number, "3610")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", timeout=30, trust_env=False) as client:
        while not (wanted.done() and len(heard) >= wanted.result()):
            headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": place}
            leave, id = time.monotonic() + 0.2 + dice.random(), ""
            async with client.stream("GET", PATH + "&timeout=2", headers=headers) as answer:
                async for line in answer.aiter_lines():
                    if line.startswith("id: "):
                        place = id = line.removeprefix("id: ")
                    elif line == f"event: {NAME}":
                        heard.append(id)
                    elif not line and time.monotonic() > leave:
                        break
    return heard


def memory_mib(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def log_ids(machine: Machine) -> list[str]:
    connection = await asyncpg.connect(machine.superuser_url)
    try:
        found = await connection.fetch(
            "SELECT (SELECT system_identifier FROM pg_control_system()) || '.' || xid || '.' || number AS id"
            " FROM fact WHERE name = $1 ORDER BY xid, number", NAME,
        )  # fmt: skip
        return [row["id"] for row in found]
    finally:
        await connection.close()


async def register(machine: Machine, url: str, count: int) -> list[UUID]:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        made = []
        for _ in range(count):
            headers = {"Authorization": f"Bearer {machine.token()}", "Idempotency-Key": str(uuid4())}
            made.append(UUID((await client.post(url, json=rows.BODY, headers=headers)).raise_for_status().json()["id"]))
        return made


async def _press(
    machine: Machine, url: str, process: int, *, streams: int, per_second: int, seconds: int, places: list[str]
) -> dict[str, Any]:
    needs = await register(machine, url, 20)
    told_before, empty = len(await log_ids(machine)), memory_mib(process)
    counters = await open_counters(machine, streams, places)
    start = f"{(await _cluster(machine))}.0.0"
    wanted: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    comers: list[Awaitable[list[str]]] = [
        asyncio.ensure_future(come_and_go(machine, number, start, wanted)) for number in range(COMERS_AND_GOERS)
    ]
    await asyncio.sleep(1)
    spent, began = processor_seconds(process), time.monotonic()
    count = await write(machine, needs, per_second=per_second, seconds=seconds)
    spent, took = processor_seconds(process) - spent, time.monotonic() - began
    held = memory_mib(process)
    await asyncio.sleep(SETTLE_SECONDS)
    wanted.set_result(told_before + count)
    heard = await asyncio.wait_for(asyncio.gather(*comers), 60)
    true, seeing = await log_ids(machine), [c for n, c in enumerate(counters) if places[n % len(places)] == "3610"]
    if any(each != true for each in heard):
        raise RuntimeError(f"who came and went heard {sorted({len(each) for each in heard})} of {len(true)}")
    told = [counter.facts for counter in seeing if not counter.over.is_set()]
    if set(told) - {count}:
        raise RuntimeError(f"streams heard {sorted(set(told))} of {count}")
    return {
        "streams": streams, "facts_per_second": round(count / took), "viewpoints": len(set(places)),
        "cores": round(spent / took, 2), "told_per_second": round(sum(told) / took),
        "mib_held": round(held - empty), "left_behind": len(seeing) - len(told), "lost_or_doubled": 0,
    }  # fmt: skip


async def _cluster(machine: Machine) -> int:
    connection = await asyncpg.connect(machine.superuser_url)
    try:
        return int(await connection.fetchval("SELECT system_identifier FROM pg_control_system()"))
    finally:
        await connection.close()


def measure(machine: Machine, *, streams: int = 1000, per_second: int = 50, seconds: int = 5) -> dict[str, Any]:
    """Once with everybody seeing everything, and once from many viewpoints; every stream heard each fact once."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    elsewhere = [f"361021{number:03}" for number in range(100, 100 + VIEWPOINTS - 1)]
    seen: dict[str, Any] = {}
    for name, places in (("all_see_all", ["3610"]), ("many_viewpoints", ["3610", *elsewhere])):
        with server("product", machine) as (url, process):
            seen[name] = asyncio.run(
                _press(machine, url, process, streams=streams, per_second=per_second, seconds=seconds, places=places)
            )
    return seen
