"""Facts travel in codes only, each has an example, and what was once published is never changed."""

import enum
import hashlib
import json
import re
import types
from collections.abc import Iterator
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Any, Final, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel

import shared.schemas.facts
from shared.schemas.facts import Fact

EXAMPLES: Final = Path(__file__).parent / "facts"
CODES: Final = (UUID, enum.Enum, int, float, bool, datetime, date)
# Text is allowed where it is a code; everything here is one, and says of nobody who they are.
TEXT_CODES: Final = {
    "account", "assigned_to", "areas", "by", "category", "code", "digest", "division", "divisions", "key", "provider",
    "providers", "quarter", "reference", "row", "serves", "service", "stations", "table", "told", "worker",
}  # fmt: skip
# Reference rows are published data; the one fact that carries them whole.
WHOLE_ROWS: Final = {("needs.reference_changed.v1", "body"), ("needs.reference_changed.v1", "source")}
PERSONAL: Final = {
    "name", "number", "phone", "phones", "address", "words", "note", "notes", "text", "birth", "birthday", "birth_date",
    "evidence", "description", "comment", "remark", "summary", "detail", "email", "contact", "person", "resident",
    "id_card", "point", "latitude", "longitude", "password", "secret", "token",
}  # fmt: skip

for _module in iter_modules(shared.schemas.facts.__path__):
    import_module(f"shared.schemas.facts.{_module.name}")
# Tests of the plumbing register facts of their own; what counts is the contract's.
NAMES: Final = sorted(name for name, kind in Fact.REGISTRY.items() if kind.__module__.startswith("shared."))
every_fact = pytest.mark.parametrize("name", NAMES)


def examples(name: str) -> list[Path]:
    """A fact as it was first published, and once more for each time that it grew: `<name>.json`, `<name>.2.json`, …"""
    return [EXAMPLES / f"{name}.json", *sorted(EXAMPLES.glob(f"{name}.*.json"))]


def written(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def plain_types(annotation: Any) -> Iterator[Any]:
    """The types that a field's values can have, through unions and tuples."""
    if get_origin(annotation) is Annotated:
        yield from plain_types(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType, tuple, list):
        for part in get_args(annotation):
            if part not in (type(None), Ellipsis):
                yield from plain_types(part)
    else:
        yield annotation


def fields(kind: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """(name, type) of all fields, those of parts too."""
    for name, field in kind.model_fields.items():
        for plain in plain_types(field.annotation):
            yield name, plain
            if isinstance(plain, type) and issubclass(plain, BaseModel):
                yield from fields(plain)


@every_fact
def test_a_fact_has_an_example_that_it_reads_and_writes_as_it_stands(name: str) -> None:
    """Write `tests/contracts/facts/<name>.json`, and its sum into CHECKSUMS beside it."""
    for path in examples(name):
        read = Fact.REGISTRY[name].model_validate(written(path))
        assert json.loads(read.model_dump_json(exclude_unset=True)) == written(path)


@every_fact
def test_every_field_is_shown_in_an_example(name: str) -> None:
    """A field that is added later has a default, for those who read old logs, and an example beside the old ones."""
    assert {field for path in examples(name) for field in written(path)} == set(Fact.REGISTRY[name].model_fields)


@every_fact
def test_a_listener_of_today_reads_what_a_later_publisher_adds(name: str) -> None:
    """Facts ignore what they do not know: keep `extra` as the root of facts has it."""
    first = written(examples(name)[0])
    kind = Fact.REGISTRY[name]
    assert kind.model_validate(first | {"added_later": 1}) == kind.model_validate(first)


def test_an_example_is_never_edited() -> None:
    """A changed meaning is a new fact, `….v2`, beside the old one; the old example stays as it was published."""
    lines = [line.split() for line in (EXAMPLES / "CHECKSUMS").read_text("utf-8").splitlines()]
    recorded = {name: sum_ for sum_, name in lines}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in EXAMPLES.glob("*.json")}
    assert found == recorded


def test_no_example_is_of_a_fact_that_is_gone() -> None:
    """A fact that was published stays defined, for those who still read old logs."""
    assert {re.sub(r"(\.\d+)?\.json$", "", path.name) for path in EXAMPLES.glob("*.json")} == set(NAMES)


@every_fact
def test_a_fact_is_named_by_publisher_event_and_version(name: str) -> None:
    """`publisher.something_happened.vN`, defined in the publisher's own module."""
    publisher, event, version = name.split(".")
    assert Fact.REGISTRY[name].__module__ == f"shared.schemas.facts.{publisher}"
    assert version[0] == "v"
    assert version[1:].isdigit()
    assert event == event.lower()


@every_fact
def test_a_fact_says_what_it_is_about(name: str) -> None:
    """Name the subject's field, and the outside reader's where there is one; both are always there."""
    kind = Fact.REGISTRY[name]
    for field in filter(None, (kind.subject_field, kind.audience_field)):
        assert kind.model_fields[field].is_required()


@every_fact
def test_a_fact_carries_codes_only(name: str) -> None:
    """Announce a code and let the reader ask for the rest, under their own token and in the audit trail."""
    wrong = [
        (field, kind)
        for field, kind in fields(Fact.REGISTRY[name])
        if (name, field) not in WHOLE_ROWS
        and not (isinstance(kind, type) and issubclass(kind, (*CODES, BaseModel)))
        and not (kind is str and field in TEXT_CODES)
    ]
    assert wrong == []


@every_fact
def test_no_fact_has_a_field_for_a_person(name: str) -> None:
    """Facts are kept for ever and read by many: nothing personal goes in, not even under another name."""
    assert {field for field, _ in fields(Fact.REGISTRY[name])} & PERSONAL == set()
