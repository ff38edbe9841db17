"""Requests that mean no good, made from what a service's own document says and brought to where handlers are reached.

Each is made of a generated call and of a lawful one: lawful but for one part, lawful only in what it names, or wrong.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from math import ceil
from typing import Any, Final
from uuid import UUID, uuid5

import httpx
import orjson
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from requests import PreparedRequest, Request
from requests.exceptions import RequestException
from requests.structures import CaseInsensitiveDict
from schemathesis import Case, GenerationMode, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.schemas.access import Role
from tests.city import Person
from tests.contracts.test_openapi import document
from tests.given.operations import operations
from tests.given.registry import GIVEN, Ask, Making
from tests.given.scene import MOMENT, Scene, content_of

SEED: Final = int(os.environ.get("FUZHOU_SEED", "20261125"))
DOOR: Final = "http://door"
CHECKS: Final = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
# A handler was reached where it did as asked, or where a rule of the domain refused.
REACHED: Final = {*range(200, 400), 409, 412}
# Of eleven requests one brings no token, and one that of somebody who may nothing here.
CALLERS, NOBODY, STRANGER = 11, 3, 7
OUTSIDER: Final = Person.of(Role.PROVIDER_OFFICER, "outsider", provider="nobody_knows")
PARTS: Final = ("method", "url", "params", "json", "data", "files", "cookies")
KEYS: Final = UUID("0197f0c4-6f3a-7b5e-9d2b-0c7f3a1e5d10")

Made = Case[Any]


@schemathesis.serializer("application/x-ndjson", "application/jsonl")
def lines(context: SerializationContext, value: Any) -> bytes:
    """A batch has one JSON document a line; what is no text is a line of its own."""
    return value.encode(errors="replace") if isinstance(value, str) else orjson.dumps(value, default=str)


@dataclass(frozen=True, slots=True)
class Target:
    """One operation: what its document says, and how it is lawfully called; health is called without anything."""

    service: str
    described: APIOperation[Any, Any, Any, Any]
    ask: Ask
    by: Person | None
    needs_key: bool


@dataclass(slots=True)
class Answered:
    """What a service answered to all of them."""

    statuses: Counter[int] = field(default_factory=Counter)
    reached: int = 0
    findings: dict[str, str] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        return self.statuses.total()


async def targets(scene: Scene, service: str) -> list[Target]:
    """All of a service's document but its stream, which does not end; lawful calls are made before any is spoilt.

    Operations that are called alike are called on the same things: making them costs more than all that is sent.
    """
    known = {operation.name: operation for operation in operations() if not operation.is_internal}
    asks: dict[tuple[Making, str], Ask] = {}
    found = []
    for each in schemathesis.openapi.from_dict(document(service)).get_all_operations():
        assert isinstance(each, Ok)
        described = each.ok()
        operation = known.get(f"{described.method.upper()} {described.path}")
        if operation is None:
            found.append(Target(service, described, Ask(), None, needs_key=False))
        elif not operation.is_stream:
            lawful = GIVEN[operation.name]
            called = lawful.make, lawful.by.subject
            if called not in asks:
                asks[called] = await scene.ask(operation)
            found.append(Target(service, described, asks[called], lawful.by, needs_key=operation.needs_key))
    return found


def generated(target: Target, mode: GenerationMode, *, most: int, seeded: int) -> list[Made]:
    """As many calls as the document allows, in or against its words, the same for the same seed."""
    made: list[Made] = []

    @seed(seeded)
    @settings(
        max_examples=most, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=target.described.as_strategy(generation_mode=mode))
    def collect(case: Made) -> None:
        made.append(case)

    try:
        collect()
    except Unsatisfiable:
        # There is nothing in it that could be wrong.
        return []
    return made


def calls(target: Target, *, most: int, seeded: int) -> Iterator[tuple[Made, dict[str, Any]]]:
    """Half lawful but for one part, a sixth lawful only in what they name, the rest wrong about things that are there.

    Making a case costs as much as sending it, so that each is sent in several ways.
    """
    numbers = count()
    for case in generated(target, GenerationMode.POSITIVE, most=ceil(most / 6), seeded=seeded):
        yield case, well_formed(target, case)
        for _ in range(3):
            yield case, nearly_lawful(target, case, next(numbers))
    for case in generated(target, GenerationMode.NEGATIVE, most=ceil(most / 6), seeded=seeded):
        yield case, as_generated(case)
        yield case, well_formed(target, case)


def as_generated(case: Made) -> dict[str, Any]:
    sent: dict[str, Any] = case.as_transport_kwargs(base_url=DOOR)
    return sent


def well_formed(target: Target, case: Made) -> dict[str, Any]:
    """As generated, of things that are there."""
    sent = as_generated(case)
    return sent | {"url": DOOR + target.described.path.format(**((case.path_parameters or {}) | target.ask.path))}


def nearly_lawful(target: Target, case: Made, number: int) -> dict[str, Any]:
    """The lawful call with one field of its body, or its query, as generated."""
    ask, sent = target.ask, well_formed(target, case)
    content = {} if case.method == "GET" else content_of(ask)
    content["headers"] = dict(sent["headers"]) | content.get("headers", {})
    body = content.get("json")
    if isinstance(body, dict) and isinstance(case.body, dict) and (body or case.body):
        names = sorted({*body, *case.body})
        content["json"] = spoilt(body, case.body, names[number % len(names)])
        sent["params"] = ask.query
    for name in ("json", "data", "files", "content"):
        sent.pop(name, None)
    if "content" in content:
        content["data"] = content.pop("content")
    return sent | content


def spoilt(body: Mapping[str, Any], strange: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One field as generated, or left out where that has none."""
    kept = {key: value for key, value in body.items() if key != name}
    return kept | ({name: strange[name]} if name in strange else {})


def prepared(target: Target, sent: dict[str, Any], number: int) -> PreparedRequest | None:
    """With who asks and when, and with a key and a version of its own; nothing where no client could send it."""
    headers = CaseInsensitiveDict(sent.get("headers") or {})
    headers.pop("Authorization", None)
    headers.update({"Fuzhou-Now": MOMENT.isoformat()} | _caller(target, number))
    if target.needs_key and "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = str(uuid5(KEYS, f"{target.described.label} {number}"))
    if target.ask.version is not None and "If-Match" in headers and number % 2:
        headers["If-Match"] = f'"{target.ask.version}"'
    taken = {name: sent[name] for name in PARTS if name in sent}
    try:
        return Request(**taken, headers=headers).prepare()
    except (RequestException, UnicodeError):
        return None


def _caller(target: Target, number: int) -> dict[str, str]:
    if target.by is None or number % CALLERS == NOBODY:
        return {}
    return (OUTSIDER if number % CALLERS == STRANGER else target.by).header()


async def answered(scene: Scene, service: str, *, cases: int, seeded: int = SEED) -> Answered:
    """Send a service so many, and hold each answer against its document; what takes no more drops out."""
    found, waiting = Answered(), await targets(scene, service)
    while waiting and found.cases < cases:
        most = ceil((cases - found.cases) / len(waiting))
        waiting = [target for target in waiting if await _asked(scene, found, target, most=most, seeded=seeded) == most]
        seeded += 1
    return found


async def _asked(scene: Scene, found: Answered, target: Target, *, most: int, seeded: int) -> int:
    before = found.cases
    for number, (case, sent) in enumerate(islice(calls(target, most=most, seeded=seeded), most)):
        # Who asks goes round over all operations, not anew with each.
        request = prepared(target, sent, before + number)
        if request is not None:
            await _send(scene, found, target, case, request)
    return found.cases - before


async def _send(scene: Scene, found: Answered, target: Target, case: Made, request: PreparedRequest) -> None:
    headers = [(_bytes(name), _bytes(value)) for name, value in request.headers.items()]
    assert request.body is None or isinstance(request.body, str | bytes)
    body = _bytes(request.body or b"")
    asked = httpx.Request(str(request.method), str(request.url), headers=headers, content=body)
    response = await scene.client(target.service).send(asked)
    found.statuses[response.status_code] += 1
    found.reached += response.status_code in REACHED
    try:
        case.validate_response(response, checks=CHECKS)
    except BaseExceptionGroup as failures:
        why = "; ".join(" ".join(str(each).split())[:300] for each in failures.exceptions)
        name = f"{target.described.label} {response.status_code}"
        found.findings.setdefault(name, f"{name}: {why}\n  {asked.url} {body!r:.600}\n  {response.text[:300]}")


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")
