"""Every refusal speaks both languages and says something to do."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

import services
import shared.kit
from shared.kit.errors import Problem, kebab
from shared.kit.files.kinds import KINDS, FileKind
from shared.kit.problems import HTTP_PROBLEMS
from shared.schemas.reference.eligibility import Sentence

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _modules() -> Iterator[Any]:
    for root in (shared.kit, services):
        for found in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            if ".migrations" not in found.name and not found.name.endswith((".app", ".env")):
                yield importlib.import_module(found.name)


def _problems() -> list[type[Problem]]:
    """Every refusal that can be made: those that take a sentence are kinds, and their makers are tested."""
    found = {
        thing
        for module in _modules()
        for thing in vars(module).values()
        if inspect.isclass(thing) and issubclass(thing, Problem)
    }
    return sorted((kind for kind in found if "zh" not in inspect.signature(kind).parameters), key=lambda k: k.__name__)


def _bad() -> ValidationError:
    class Row(BaseModel):
        days: int

    with pytest.raises(ValidationError) as caught:
        Row.model_validate({"days": "x"})
    return caught.value


def _example(kind: Any) -> Any:
    """Any value of a type, to make a refusal with."""
    if get_origin(kind) in (Union, UnionType):
        return _example(get_args(kind)[0])
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return next(iter(kind))
    if get_origin(kind) in (tuple, list, set, frozenset) or str(get_origin(kind)).startswith("<class 'collections.abc"):
        return [_example(get_args(kind)[0])] if get_args(kind) else []
    if kind is ValidationError:
        return _bad()
    if get_origin(kind) is dict:
        return {"pointer": "#/x", "detail": "wrong", "zh": "有误"}
    if kind is FileKind:
        return KINDS[0]
    if kind is Sentence:
        return Sentence(en="It is late. Ask the county.", zh="已过时限，请联系县级。")
    return {str: "meals", int: 3, float: 1.0, bool: True, UUID: UUID(int=7)}[kind]


def _made(kind: type[Problem]) -> Problem:
    hints = get_type_hints(kind.__init__)
    parameters = list(inspect.signature(kind).parameters.values())
    by_place = [
        _example(hints[p.name]) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty
    ]
    by_name = {p.name: _example(hints[p.name]) for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty}
    return kind(*by_place, **by_name)


PROBLEMS = _problems()


def test_there_are_refusals_to_look_at() -> None:
    assert {"KeyNeeded", "NeedCannotMove", "BadPosition", "Stale"} <= {kind.__name__ for kind in PROBLEMS}


@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.__name__)
def test_a_refusal_says_what_to_do_in_both_languages(kind: type[Problem]) -> None:
    english, chinese = (_made(kind).body(chinese=zh, request_id="r") for zh in (False, True))
    for text in (chinese["title"], chinese["detail"], *(error["detail"] for error in chinese.get("errors", ()))):
        assert CHINESE.search(text), text
    for text in (english["title"], english["detail"], *(error["detail"] for error in english.get("errors", ()))):
        assert not CHINESE.search(text), text
    # The remedy is a second clause: what is wrong, then what to do about it.
    assert len(re.findall(r"[.!;:,](?=\s|$)", english["detail"])) >= 2, english["detail"]
    assert len(re.findall(r"[，。；：、]", chinese["detail"])) >= 2, chinese["detail"]
    assert english["status"] >= 400
    assert english["type"] == f"urn:fuzhou:problem:{kebab(kind.__name__)}"


def test_the_stable_end_of_every_type_is_its_own() -> None:
    """Within what one service answers: its own refusals and the kit's."""
    for service in {kind.__module__.split(".")[1] for kind in PROBLEMS}:
        names = [kebab(k.__name__) for k in PROBLEMS if k.__module__.split(".")[1] in (service, "kit")]
        assert len(names) == len(set(names)), service


@pytest.mark.parametrize("status", sorted(HTTP_PROBLEMS))
def test_the_framework_speaks_it_too(status: int) -> None:
    problem = HTTP_PROBLEMS[status]
    assert problem.status == status
    assert CHINESE.search(problem.detail_zh)
    assert not CHINESE.search(problem.detail)
