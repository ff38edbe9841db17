"""R18: one error language. Whatever is not a success is a problem document, in Chinese where that is asked for."""

import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import redirect_stderr
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Final

import httpx
import pytest
from fastapi import APIRouter

from deploy.addresses import BUILT
from tests.figures import Figure
from tests.given.operations import Operation, operations
from tests.given.plumbing import MACHINE
from tests.given.registry import GIVEN, Ask
from tests.given.scene import Scene

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
FIELDS: Final = {"type", "title", "status", "detail", "request_id"}
SECRET: Final = "36100219520307002X"
TRACES: Final = ("Traceback", 'File "', ".py", "Error(", SECRET)


def assert_is_problem(response: httpx.Response, *statuses: int) -> None:
    """It is one of these, in the one form, in Chinese, and gives nothing away."""
    assert response.status_code in statuses, response.text
    assert response.headers["content-type"].split(";")[0] == "application/problem+json"
    body = response.json()
    assert set(body) >= FIELDS
    assert set(body) <= FIELDS | {"errors"}
    assert body["status"] == response.status_code
    assert body["type"].startswith("urn:fuzhou:problem:")
    assert body["request_id"] == response.headers["x-request-id"]
    assert CHINESE.search(body["title"])
    assert CHINESE.search(body["detail"])
    assert response.headers["content-language"] == "zh"
    assert all(set(error) == {"pointer", "detail"} for error in body.get("errors", ()))
    assert not [trace for trace in TRACES if trace in response.text]


@dataclass(frozen=True, slots=True)
class Bad:
    """A request that nobody can take."""

    name: str
    statuses: tuple[int, ...]
    path: str
    method: str = "GET"
    more: dict[str, Any] = field(default_factory=dict)


JSON: Final = {"content-type": "application/json"}


def bad_anywhere(service: str) -> list[Bad]:
    return [
        Bad("no route", (404,), f"/{service}/v1/nothing-here"),
        Bad("no service", (404,), "/"),
        Bad("a slash too much", (404, 405), f"/{service}/v1/"),
        Bad("a slash at the end", (404,), f"/{service}/health/live/"),
        Bad("nonsense in the address", (404,), f"/{service}/v1/%00%ff%2e%2e"),
    ]


async def pieces() -> AsyncIterator[bytes]:
    """A body of three megabytes whose length is not told beforehand."""
    yield b'{"a": "'
    for _ in range(48):
        yield b"x" * 65536
    yield b'"}'


BODIES: Final[dict[str, tuple[tuple[int, ...], dict[str, Any]]]] = {
    "bad JSON": ((400, 422), {"content": b'{"a": ', "headers": JSON}),
    "no JSON at all": ((400, 415, 422), {"content": b"a=1", "headers": {"content-type": "text/plain"}}),
    "a form": ((400, 415, 422), {"data": {"a": "1"}}),
    "GB18030": ((400, 422), {"content": '{"词": "求助"}'.encode("gb18030"), "headers": JSON}),
    "half a character": ((400, 422), {"content": b'{"a": "\xe6\xb1"}', "headers": JSON}),
    "a list": ((422,), {"content": b"[1, 2]", "headers": JSON}),
    "nothing": ((422,), {"content": b"", "headers": JSON}),
    "null": ((422,), {"content": b"null", "headers": JSON}),
    "too deep": ((400, 422), {"content": b"[" * 100_000, "headers": JSON}),
    "a huge number": ((400, 422), {"content": b'{"a": ' + b"9" * 10_000 + b"}", "headers": JSON}),
    "half a surrogate": ((400, 422), {"content": b'{"a": "\\ud800"}', "headers": JSON}),
    "an unknown field": ((422,), {"json": {"something_else": SECRET}}),
    "too large without saying so": ((413,), {"content": pieces, "headers": JSON}),
    "too large": ((413,), {"content": b'{"a": "' + b"x" * (3 * 1024 * 1024) + b'"}', "headers": JSON}),
}


async def send(
    scene: Scene, operation: Operation, ask: Ask, headers: dict[str, str], more: dict[str, Any]
) -> httpx.Response:
    """Send something bad to an operation, with a lawful caller's token and a key."""
    body = more.get("content")
    sent = GIVEN[operation.name].by.header() | {"Accept-Language": "zh-CN", "Idempotency-Key": "r18"} | headers
    if ask.version is not None:
        sent["If-Match"] = f'"{ask.version}"'
    return await scene.client(operation.service, internal=operation.is_internal).request(
        operation.method, operation.path.format(**ask.path), params=ask.query,
        **(more | {"headers": sent | more.get("headers", {})} | ({"content": pieces()} if body is pieces else {})),
    )  # fmt: skip


@pytest.mark.parametrize("internal", [False, True], ids=["public", "internal"])
@pytest.mark.parametrize("service", BUILT)
async def test_what_is_not_there_is_a_problem(scene: Scene, service: str, internal: bool, figure: Figure) -> None:
    """Answer by raising a `Problem`; never return an error of one's own making."""
    client = scene.client(service, internal=internal)
    # At the console's root stands the portal.
    asked = [bad for bad in bad_anywhere(service) if internal or (service, bad.path) != ("console", "/")]
    for bad in asked:
        response = await client.request(bad.method, bad.path, headers={"Accept-Language": "zh"}, **bad.more)
        assert_is_problem(response, *bad.statuses)
    figure("R18", refusals=len(asked), in_another_form=0)


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
async def test_a_method_that_is_not_taken_is_a_problem(scene: Scene, operation: Operation, figure: Figure) -> None:
    """The application answers 405 for every address; PATCH is taken nowhere."""
    ask = await scene.ask(operation)
    client = scene.client(operation.service, internal=operation.is_internal)
    response = await client.patch(operation.path.format(**ask.path), headers={"Accept-Language": "zh"})
    assert_is_problem(response, 405)
    figure("R18", refusals=1, in_another_form=0)


def with_bodies() -> list[Operation]:
    return [each for each in operations() if each.route.body_field is not None]


@pytest.mark.parametrize("operation", with_bodies(), ids=lambda operation: operation.name)
async def test_a_body_that_cannot_be_taken_is_a_problem(scene: Scene, operation: Operation, figure: Figure) -> None:
    """Let the form refuse it; what the framework finds is told without the values it found."""
    ask = await scene.ask(operation)
    for statuses, more in BODIES.values():
        assert_is_problem(await send(scene, operation, ask, {}, more), *statuses)
    figure("R18", refusals=len(BODIES), in_another_form=0)


@pytest.mark.parametrize("operation", [each for each in operations() if each.action], ids=lambda each: each.name)
async def test_who_may_not_is_told_so_in_the_one_form(scene: Scene, operation: Operation, figure: Figure) -> None:
    """401 and 403 come from `may`."""
    refused = {"Authorization": f"Bearer {SECRET}"}
    assert_is_problem(await send(scene, operation, await scene.ask(operation), refused, {}), 401)
    figure("R18", refusals=1, in_another_form=0)


@pytest.fixture
async def broken(scene: Scene) -> AsyncIterator[tuple[httpx.AsyncClient, io.StringIO]]:
    """A service with a route that breaks in a way nobody thought of, and what it logs."""
    room = APIRouter()

    @room.get("/v1/breaks")
    async def breaks() -> None:
        raise ValueError(f"could not read {SECRET}")

    described = replace(import_module("services.needs.app").service, routers=(room,))
    logged = io.StringIO()
    with redirect_stderr(logged):
        public, _ = described.build(scene.city.house("needs").settings, transport=scene.city.network)
        async with public.router.lifespan_context(public):
            transport = httpx.ASGITransport(public)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                yield client, logged


async def test_what_nobody_expected_is_a_problem_and_tells_nothing(
    broken: tuple[httpx.AsyncClient, io.StringIO], figure: Figure
) -> None:
    """`LastResort` answers it; the log names the exception and its place, never its text."""
    client, logged = broken
    response = await client.get("/needs/v1/breaks", headers={"Accept-Language": "zh"})
    assert_is_problem(response, 500)
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert [line["trouble"] for line in lines if line["event"] == "broken"] == ["builtins.ValueError"]
    assert SECRET not in logged.getvalue()
    figure("R18", refusals=1, in_another_form=0)


async def test_a_problem_is_in_english_for_everybody_else(scene: Scene) -> None:
    """English is the language of those who did not ask for Chinese."""
    for asked in ("", "en", "fr", "en, zh;q=0.5"):
        response = await scene.client("needs").get("/needs/v1/nothing-here", headers={"Accept-Language": asked})
        assert not CHINESE.search(response.text)
        assert response.headers["content-language"] == "en"


async def test_the_feed_refuses_a_position_that_it_never_gave(scene: Scene) -> None:
    """A position is checked before it is used."""
    for position in ("x", "1.2", "1.2.x", "-1.2.3", "1.2.3.4"):
        response = await scene.client("needs", internal=True).get(
            "/needs/facts", params={"after": position}, headers=MACHINE.header() | {"Accept-Language": "zh"}
        )
        assert_is_problem(response, 422)
