"""R6: retrying is always safe, at every operation that creates or acts."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from uuid import uuid4

import httpx
import pytest

from tests.city import Person
from tests.figures import Figure
from tests.given.operations import Operation, operations
from tests.given.registry import GIVEN, Ask
from tests.given.scene import Scene, content_of

AT_ONCE = 20
ACTS = [operation for operation in operations() if operation.needs_key]
every_act = pytest.mark.parametrize("operation", ACTS, ids=lambda operation: operation.name)


@dataclass(slots=True)
class Act:
    """An operation about to be called, by somebody, under a key."""

    scene: Scene
    operation: Operation
    who: Person
    ask: Ask
    key: str

    @classmethod
    async def fresh(
        cls, scene: Scene, operation: Operation, who: Person | None = None, key: str | None = None
    ) -> "Act":
        who = who or GIVEN[operation.name].by
        return cls(scene, operation, who, await scene.ask(operation, who), key or str(uuid4()))

    async def send(self, ask: Ask | None = None, *, key: str | None = None) -> httpx.Response:
        header = self.who.header()
        return await self.scene.call(self.operation, ask or self.ask, header, key=self.key if key is None else key)


def is_replay(response: httpx.Response) -> bool:
    return bool(response.headers.get("idempotent-replay") == "true")


def problem(response: httpx.Response) -> str:
    said: str = response.json()["type"]
    return said.rpartition(":")[2]


def with_something_else(ask: Ask) -> Ask:
    return Ask(path=ask.path, query=ask.query, version=ask.version, body={**(ask.body or {}), "something_else": 1})


@every_act
async def test_a_key_stands_for_one_effect_of_one_caller(scene: Scene, operation: Operation, figure: Figure) -> None:
    """Read the step that fails: each says what to do. One thing serves all of them, since refusals change nothing."""
    act = await Act.fresh(scene, operation)
    before = await scene.count()
    await without_a_key_nothing_is_done(act)
    await a_failure_leaves_nothing_and_its_key_neither(act)
    assert await scene.count() == before
    first = await act.send()
    assert first.is_success, first.text
    assert not is_replay(first)
    after_once = await scene.count()
    await the_same_again_is_the_same_answer(act, first)
    await a_key_is_good_for_one_body(act)
    assert await scene.count() == after_once
    await two_callers_may_choose_one_key(act)
    figure("R6", retries=5, wrong=0)
    await of_many_at_once_one_is_done(scene, operation, once=after_once - before)
    figure("R6", retries=AT_ONCE, wrong=0)


async def without_a_key_nothing_is_done(act: Act) -> None:
    """A POST that creates or acts takes `Transaction`, which asks for the key; reads by POST are `@retry_safe`."""
    response = await act.send(key="")
    assert (response.status_code, problem(response)) == (422, "key-needed")


async def a_failure_leaves_nothing_and_its_key_neither(act: Act) -> None:
    """A request that fails is rolled back whole: its key works again."""
    refused = await act.send(with_something_else(act.ask))
    assert refused.status_code == 422


async def the_same_again_is_the_same_answer(act: Act, first: httpx.Response) -> None:
    """Write what is done with the request's own session, so that the kept answer is in the same commit."""
    again = await act.send()
    assert is_replay(again)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers.get("etag") == first.headers.get("etag")


async def a_key_is_good_for_one_body(act: Act) -> None:
    """The fingerprint covers what was sent: method, address and body."""
    response = await act.send(with_something_else(act.ask))
    assert (response.status_code, problem(response)) == (422, "key-reused")


async def two_callers_may_choose_one_key(first: Act) -> None:
    """A key belongs to its caller: nobody's answer is given to somebody else."""
    namesake = Person(f"{first.who.subject}-namesake", first.who.grants)
    second = await Act.fresh(first.scene, first.operation, namesake, first.key)
    response = await second.send()
    assert response.is_success, response.text
    assert not is_replay(response)


async def of_many_at_once_one_is_done(scene: Scene, operation: Operation, *, once: Counter[str]) -> None:
    """The others hear that it is in flight, or hear its answer."""
    act = await Act.fresh(scene, operation)
    before = await scene.count()
    responses = await asyncio.gather(*(act.send() for _ in range(AT_ONCE)))
    done = [response for response in responses if response.is_success and not is_replay(response)]
    others = [response for response in responses if response not in done]
    assert len(done) == 1
    assert {problem(each) for each in others if not each.is_success} <= {"still-in-flight"}
    assert all(each.json() == done[0].json() for each in others if each.is_success)
    assert await scene.count() - before == once


@pytest.mark.parametrize("service", sorted({operation.service for operation in ACTS}))
async def test_a_restart_forgets_no_answer(scene: Scene, service: str, figure: Figure) -> None:
    """The answer is kept in the database, with what it tells of, and not in the process."""
    acts = [await Act.fresh(scene, operation) for operation in ACTS if operation.service == service]
    firsts = [await act.send() for act in acts]
    described = import_module(f"services.{service}.app").service
    restarted, _ = described.build(scene.city.house(service).settings, transport=scene.city.network)
    async with restarted.router.lifespan_context(restarted):
        transport = httpx.ASGITransport(restarted)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            for act, first in zip(acts, firsts, strict=True):
                assert first.is_success, f"{act.operation.name}: {first.text}"
                again = await send_to(client, act)
                assert is_replay(again), act.operation.name
                assert again.json() == first.json()
    figure("R6", retries=len(acts), wrong=0)


async def send_to(client: httpx.AsyncClient, act: Act) -> httpx.Response:
    """The same call once more, to another process of the service."""
    path, content = act.operation.path.format(**act.ask.path), content_of(act.ask)
    headers = act.who.header() | {"Idempotency-Key": act.key} | content.pop("headers", {})
    return await client.post(path, params=act.ask.query, headers=headers, **content)
