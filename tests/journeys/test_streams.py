"""Streams through the real door: told as it happens, ended at once with the service, resumed without loss."""

import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.schemas.access import Role
from tests.city import Person
from tests.journeys.platform import Platform, eventually, platform
from tests.people import OPERATOR, STATION, need

HEAD = Person.of(Role.STATION_HEAD, stations=(str(STATION),))
FOLLOW = "/needs/v1/stream"


async def events(answer: httpx.Response) -> AsyncIterator[dict[str, str]]:
    """The fields of each block as it arrives, comments under an empty name."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield fields
            fields = {}


async def until(told: AsyncIterator[dict[str, str]], name: str) -> dict[str, str]:
    async for fields in told:
        if fields.get("event") == name:
            return fields
    raise AssertionError(f"the stream ended before {name} came")


async def register(city: Platform) -> str:
    answer = await city.post("/needs/v1/needs", OPERATOR, need())
    answer.raise_for_status()
    id: str = answer.json()["id"]
    return id


def subject(fields: dict[str, str]) -> Any:
    return json.loads(fields["data"])["subject"]


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@pytest.mark.slow
async def test_a_stream_passes_the_door_ends_with_the_service_and_goes_on_where_it_stopped() -> None:
    """The door gathers nothing, the service waits for no stream, and what is registered meanwhile is told then."""
    async with platform() as city:
        service = city.pid_of("needs")
        async with city.client(HEAD) as client, client.stream("GET", FOLLOW) as answer:
            told = events(answer)
            assert answer.headers["content-type"].startswith("text/event-stream")
            await until(told, "position")
            first = await register(city)
            event = await until(told, "needs.need_registered.v1")
            assert subject(event) == first
            os.kill(service, signal.SIGTERM)
            # Had the server waited for the stream, it would have cut it off in the end, without a word.
            last = [fields async for fields in told][-1]
            assert "the service restarts" in last[""]
        await eventually(lambda: _true(is_gone(service)))
        await eventually(lambda: _answers(city))
        second = await register(city)
        async with city.client(HEAD) as client:
            again = client.stream("GET", FOLLOW, headers={"Last-Event-ID": event["id"]})
            async with again as answer:
                assert subject(await until(events(answer), "needs.need_registered.v1")) == second


async def _true(value: bool) -> bool:
    return value


async def _answers(city: Platform) -> bool:
    async with httpx.AsyncClient(base_url=city.door, trust_env=False, timeout=30) as client:
        try:
            return (await client.get("/needs/health/ready")).is_success
        except httpx.TransportError:
            return False
