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
async def test_without_a_key_nothing_is_done(scene: Scene, operation: Operation, figure: Figure) -> None:
    """A POST that creates or acts takes `Transaction`, which asks for the key; reads by POST are `@retry_safe`."""
    act = await Act.fresh(scene, operation)
    before = await scene.count()
    response = await act.send(key="")
    assert (response.status_code, problem(response)) == (422, "key-needed")
    assert await scene.count() == before
    figure("R6", retries=1, wrong=0)


@every_act
async def test_the_same_again_is_the_same_answer_and_no_second_effect(
    scene: Scene, operation: Operation, figure: Figure
) -> None:
    """Write what is done with the request's own session, so that the kept answer is in the same commit."""
    act = await Act.fresh(scene, operation)
    first = await act.send()
    assert first.is_success, first.text
    assert not is_replay(first)
    after_once = await scene.count()
    again = await act.send()
    assert is_replay(again)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers.get("etag") == first.headers.get("etag")
    assert await scene.count() == after_once
    figure("R6", retries=1, wrong=0)


@every_act
async def test_a_key_is_good_for_one_body(scene: Scene, operation: Operation, figure: Figure) -> None:
    """The fingerprint covers what was sent: method, address and body."""
    act = await Act.fresh(scene, operation)
    assert (await act.send()).is_success
    before = await scene.count()
    response = await act.send(with_something_else(act.ask))
    assert (response.status_code, problem(response)) == (422, "key-reused")
    assert await scene.count() == before
    figure("R6", retries=1, wrong=0)


@every_act
async def test_two_callers_may_choose_one_key(scene: Scene, operation: Operation, figure: Figure) -> None:
    """A key belongs to its caller: nobody's answer is given to somebody else."""
    first = await Act.fresh(scene, operation)
    assert (await first.send()).is_success
    namesake = Person(f"{first.who.subject}-namesake", first.who.grants)
    second = await Act.fresh(scene, operation, namesake, first.key)
    response = await second.send()
    assert response.is_success, response.text
    assert not is_replay(response)
    figure("R6", retries=1, wrong=0)


@every_act
async def test_many_at_once_are_one_effect(scene: Scene, operation: Operation, figure: Figure) -> None:
    """Exactly one is done; the others hear that it is in flight, or hear its answer."""
    single = await Act.fresh(scene, operation)
    before = await scene.count()
    assert (await single.send()).is_success
    once = Counter(await scene.count()) - Counter(before)
    act = await Act.fresh(scene, operation)
    before = await scene.count()
    responses = await asyncio.gather(*(act.send() for _ in range(AT_ONCE)))
    done = [response for response in responses if response.is_success and not is_replay(response)]
    others = [response for response in responses if response not in done]
    assert len(done) == 1
    assert {problem(each) for each in others if not each.is_success} <= {"still-in-flight"}
    assert all(each.json() == done[0].json() for each in others if each.is_success)
    assert Counter(await scene.count()) - Counter(before) == once
    figure("R6", retries=AT_ONCE, wrong=0)


@every_act
async def test_after_a_failure_the_key_works_again(scene: Scene, operation: Operation, figure: Figure) -> None:
    """A request that fails leaves nothing, its key neither."""
    act = await Act.fresh(scene, operation)
    before = await scene.count()
    refused = await act.send(with_something_else(act.ask))
    assert refused.status_code == 422
    assert await scene.count() == before
    response = await act.send()
    assert response.is_success, response.text
    assert not is_replay(response)
    figure("R6", retries=1, wrong=0)


@every_act
async def test_a_restart_forgets_no_answer(scene: Scene, operation: Operation, figure: Figure) -> None:
    """The answer is kept in the database, with what it tells of, and not in the process."""
    act = await Act.fresh(scene, operation)
    first = await act.send()
    assert first.is_success, first.text
    house, service = scene.city.house(operation.service), import_module(f"services.{operation.service}.app").service
    restarted, _ = service.build(house.settings, transport=scene.city.network)
    async with restarted.router.lifespan_context(restarted):
        transport = httpx.ASGITransport(restarted)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            path, content = operation.path.format(**act.ask.path), content_of(act.ask)
            headers = act.who.header() | {"Idempotency-Key": act.key} | content.pop("headers", {})
            again = await client.post(path, params=act.ask.query, headers=headers, **content)
    assert is_replay(again)
    assert again.json() == first.json()
    figure("R6", retries=1, wrong=0)
