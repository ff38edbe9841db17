"""The interface documents itself: every operation, whole, with its roles and its refusals."""

import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from pydantic import TypeAdapter

from deploy.addresses import BUILT
from shared.kit.contract import routes_of
from shared.schemas.access import TABLE, Action
from tests.figures import Figure
from tests.given.operations import Operation, operations

PUBLIC = [operation for operation in operations() if not operation.is_internal]
REFERENCE = "#/components/schemas/"
every_operation = pytest.mark.parametrize("operation", PUBLIC, ids=lambda operation: operation.name)
every_service = pytest.mark.parametrize("service", BUILT)


@cache
def document(service: str) -> dict[str, Any]:
    made: dict[str, Any] = import_module(f"services.{service}.app").app.openapi()
    return made


def described(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = document(operation.service)["paths"][operation.path][operation.method.lower()]
    return found


def schemas_below(service: str, schema: Any, seen: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """All named schemas that one leads to."""
    if isinstance(schema, list):
        for part in schema:
            yield from schemas_below(service, part, seen)
    if not isinstance(schema, dict):
        return
    name = str(schema.get("$ref", "")).removeprefix(REFERENCE)
    if name and name not in seen:
        seen.add(name)
        found = document(service)["components"]["schemas"][name]
        yield name, found
        yield from schemas_below(service, found, seen)
    for part in schema.values():
        yield from schemas_below(service, part, seen)


def of_bodies(operation: Operation) -> dict[str, dict[str, Any]]:
    return dict(schemas_below(operation.service, described(operation).get("requestBody", {}), set()))


def of_answers(operation: Operation) -> dict[str, dict[str, Any]]:
    successes = {status: said for status, said in described(operation)["responses"].items() if status[0] == "2"}
    return dict(schemas_below(operation.service, successes, set()))


def shown_of(operation: Operation) -> Iterator[dict[str, Any]]:
    """What is sent and what a success answers, with its schema."""
    said = described(operation)
    successes = [answer for status, answer in said["responses"].items() if status[0] == "2"]
    for part in (said.get("requestBody", {}), *successes):
        yield from (content for content in part.get("content", {}).values() if "schema" in content)


@every_operation
def test_an_operation_shows_what_is_sent_and_answered(operation: Operation, figure: Figure) -> None:
    """Give a field `examples=[…]`, or the whole form in `json_schema_extra`; the rest is made from the schema."""
    components = document(operation.service)["components"]
    for content in shown_of(operation):
        jsonschema.validate(content["example"], content["schema"] | {"components": components})
    figure("E3", operations_with_examples=1)


@every_operation
def test_what_an_operation_shows_can_be_sent(operation: Operation) -> None:
    """Show a whole form that its own rules take: parts that exclude one another are not shown together."""
    (route,) = [
        route for route, path in routes_of(import_module(f"services.{operation.service}.app").app)
        if path == operation.path and operation.method in (route.methods or ())
    ]  # fmt: skip
    if route.body_field is None:
        return
    sent = described(operation)["requestBody"]["content"]["application/json"]["example"]
    form: Any = route.body_field.field_info.annotation
    TypeAdapter(form).validate_json(json.dumps(sent))


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
def test_a_route_stands_under_a_row_of_the_table(operation: Operation) -> None:
    """Name `may(Action.…)`, or `anyone("…")` for a public address, among the route's dependencies."""
    assert operation.rule is not None


@every_operation
def test_an_operation_lies_under_its_service(operation: Operation) -> None:
    """Give the router a prefix with the version: the door sends by the first part of the address."""
    assert operation.path.startswith(f"/{operation.service}/")


@every_operation
def test_an_operation_says_what_it_is_for(operation: Operation, figure: Figure) -> None:
    """Write a short `summary`, and a docstring that says more than it."""
    said = described(operation)
    written = (operation.route.endpoint.__doc__ or "").strip()
    assert said["summary"]
    assert len(written) > len(said["summary"])
    assert said["description"].startswith(written.splitlines()[0])
    figure("E3", operations_with_summary_and_description=1)


@every_operation
def test_an_operation_says_who_may(operation: Operation, figure: Figure) -> None:
    """The document takes roles from the table; let it (`contract.complete`)."""
    said = described(operation)
    if isinstance(operation.rule, Action):
        assert said["x-action"] == operation.rule
        assert said["x-roles"] == sorted(TABLE[operation.rule])
        assert said["security"] == [{"bearer": []}]
    else:
        assert "Public." in said["description"]
        assert "security" not in said
    figure("E3", operations_with_roles=1)


@every_operation
def test_an_operation_says_how_it_refuses(operation: Operation, figure: Figure) -> None:
    """Refusals are problems, and each status that can come is in the document."""
    answers = described(operation)["responses"]
    wanted = {"400", "422", "500", "503"} | ({"401", "403"} if operation.action else {"429"})
    wanted |= {"409"} if operation.needs_key else set()
    wanted |= {"412", "428"} if operation.is_edit else set()
    wanted |= {"404"} if "{" in operation.path else set()
    assert set(answers) >= wanted
    for status in wanted:
        kinds = set(answers[status]["content"])
        # OAuth's own endpoints refuse in OAuth's form too.
        assert "application/problem+json" in kinds or (operation.action is None and kinds == {"application/json"})
    figure("E3", operations_with_errors=1)


@every_operation
def test_an_operation_takes_its_key(operation: Operation) -> None:
    """POST is an act and takes a key; what only reads, or has keys of the caller's own, is `@retry_safe`."""
    names = {parameter["name"] for parameter in described(operation).get("parameters", ())}
    assert ("Idempotency-Key" in names) is operation.needs_key
    assert not (operation.needs_key and operation.method != "POST")


@every_operation
def test_a_request_body_takes_nothing_unknown(operation: Operation) -> None:
    """Make it a `Form`, and its parts too: a misspelt field must not be lost in silence."""
    open_ended = [
        name
        for name, schema in of_bodies(operation).items()
        if "properties" in schema and schema.get("additionalProperties") is not False
    ]
    assert open_ended == []


@every_operation
def test_an_answer_leaves_nothing_out(operation: Operation) -> None:
    """Make it a `View` without defaults: generated clients then know that a field is there."""
    optional = {
        name: sorted(set(schema["properties"]) - set(schema.get("required", ())))
        for name, schema in of_answers(operation).items()
        if "properties" in schema and set(schema["properties"]) - set(schema.get("required", ()))
    }
    assert optional == {}


@every_service
def test_nothing_is_patched(service: str, figure: Figure) -> None:
    """Edit with PUT and If-Match: mini-programs cannot send PATCH."""
    paths = document(service)["paths"]
    assert [path for path, methods in paths.items() if "patch" in methods] == []
    figure("E5", operations=sum(len(methods) for methods in paths.values()), patches=0)


@every_service
def test_the_document_is_whole(service: str) -> None:
    """It names the problem's form and how to sign in, and nothing of the framework's own errors."""
    components = document(service)["components"]
    assert components["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail", "request_id"]
    assert components["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert not {"HTTPValidationError", "ValidationError"} & set(components["schemas"])
