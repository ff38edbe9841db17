"""A running city with hands to make things in it, for the `given` of every operation."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from asyncpg.prepared_stmt import PreparedStatement
from fastapi import FastAPI

from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import handle
from shared.schemas.facts import Fact
from tests.city import City, Person
from tests.given.canaries import Canaries
from tests.given.operations import Operation
from tests.given.registry import GIVEN, Ask

MOMENT = datetime.fromisoformat("2026-03-10T10:00:00+08:00")


@dataclass(slots=True)
class Scene:
    """What a `given` makes its things with."""

    city: City
    canaries: Canaries = field(default_factory=Canaries)
    asked: list[str] = field(default_factory=list)
    clients: dict[tuple[str, bool], httpx.AsyncClient] = field(default_factory=dict)
    connections: list["asyncpg.Connection[asyncpg.Record]"] = field(default_factory=list)
    counts: dict[str, PreparedStatement] = field(default_factory=dict)

    def client(self, service: str, *, internal: bool = False) -> httpx.AsyncClient:
        """A client of a service's public or internal application that carries nothing by itself."""
        if (service, internal) not in self.clients:
            app: FastAPI = (self.city.internals if internal else self.city.apps)[service]
            transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
            client = httpx.AsyncClient(transport=transport, base_url="http://door")
            self.city.clients.append(client)
            self.clients[service, internal] = client
        return self.clients[service, internal]

    async def call(
        self, operation: Operation, ask: Ask, headers: dict[str, str], *, key: str | None = None, **options: Any
    ) -> httpx.Response:
        """Call an operation; `key` is its Idempotency-Key, and none is sent without it."""
        sent = {"Fuzhou-Now": MOMENT.isoformat()} | headers | ({"Idempotency-Key": key} if key else {})
        if ask.version is not None:
            sent = {"If-Match": f'"{ask.version}"'} | sent
        content = {} if operation.method == "GET" else content_of(ask)
        if "headers" in content:
            sent |= content.pop("headers")
        response = await self.client(operation.service, internal=operation.is_internal).request(
            operation.method,
            operation.path.format(**ask.path),
            params=ask.query,
            headers=sent,
            **(content | options),
        )
        self.asked.append(str(response.request.url))
        return response

    async def act(self, operation: Operation, ask: Ask, who: Person) -> httpx.Response:
        """Call an operation as it should be called."""
        return await self.call(operation, ask, who.header(), key=str(uuid4()) if operation.needs_key else None)

    async def done(self, service: str, path: str, who: Person, body: Any) -> dict[str, Any]:
        """Do something that must succeed; what it answered."""
        response = await self.city.post(service, path, who, body, now=MOMENT)
        assert response.is_success, f"{path}: {response.text}"
        answer: dict[str, Any] = response.json()
        return answer

    async def ask(self, operation: Operation, who: Person | None = None) -> Ask:
        """A fresh lawful call of an operation."""
        found = GIVEN[operation.name]
        return await found.make(self, who or found.by)

    async def hear(self, service: str, *facts: Fact) -> None:
        """Let a service hear facts of another one, as its listener would."""
        for fact in facts:
            listener = next(each for each in self.city.house(service).listeners if fact.name in each.handlers)
            heard = HeardFact(
                "", uuid4(), fact.name, fact.subject, 1, MOMENT.astimezone(UTC), fact.model_dump(mode="json")
            )
            async with listener.database.work(listener.context) as session:
                await handle(session, heard, listener.handlers)

    async def count(self) -> Counter[str]:
        """Rows of every table of every service, but for the answers that are kept for retries."""
        counted: Counter[str] = Counter()
        for service in self.city.apps:
            if service not in self.counts:
                self.counts[service] = await self._counting(service)
            counted.update({f"{service}.{row['name']}": row["rows"] for row in await self.counts[service].fetch()})
        return counted

    async def _counting(self, service: str) -> PreparedStatement:
        """Kept for as long as the city runs: a connection for each count would cost more than counting."""
        connection = await self.city.owner(service)
        self.connections.append(connection)
        tables = [row["tablename"] for row in await connection.fetch(TABLES)]
        parts = [f"SELECT '{table}' AS name, count(*) AS rows FROM {table}" for table in tables]
        return await connection.prepare(" UNION ALL ".join(parts))

    async def close(self) -> None:
        for connection in self.connections:
            await connection.close()


def content_of(ask: Ask) -> dict[str, Any]:
    """What an ask brings, as the client takes it."""
    if ask.content is not None:
        return {"content": ask.content, "headers": dict(ask.headers)}
    if ask.form is not None:
        return {"data": ask.form}
    if ask.lines is not None:
        lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in ask.lines)
        return {"content": lines.encode(), "headers": {"Content-Type": "application/x-ndjson"}}
    return {"json": {} if ask.body is None else ask.body}


TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    " AND tablename NOT IN ('idempotency', 'reference_row', 'listener_position')"
)
