"""The sign on a service's door is true."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from shared.kit.feed.ears import handlers_in
from shared.schemas.facts import Fact
from tests.house.source import ROOT, files, tree

FACT = re.compile(r"[a-z]+\.[a-z_]+\.v\d+")


def sign(service: str) -> dict[str, str]:
    """The parts of the sign, by the word each begins with."""
    module = tree(ROOT / "services" / service / "__init__.py")
    text = ast.get_docstring(module) or ""
    parts = re.split(r"^(Owns|Announces|Listens)\s+", text, flags=re.MULTILINE)
    return {"Says": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


def announced(service: str) -> set[str]:
    """The facts of a publisher that its own code makes, and the one by which the kit says that its trail was sealed."""
    import_module(f"shared.schemas.facts.{service}")
    kinds = {kind.__name__: name for name, kind in Fact.REGISTRY.items() if name.startswith(f"{service}.")}
    module = f"shared.schemas.facts.{service}"
    sealed = import_module(f"services.{service}.app").service.seals
    made_here = {kinds[made] for path in files(f"services/{service}") for made in _made(path, module) if made in kinds}
    return made_here | {sealed.name}


def _made(path: Path, module: str) -> set[str]:
    """Names of a module's classes that a file calls: by their own name, or through the module's."""
    direct: set[str] = set()
    through: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module == module:
            direct |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == module.rpartition(".")[0]:
            through |= {alias.asname or alias.name for alias in node.names if alias.name == module.rpartition(".")[2]}
    called = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return {func.id for func in called if isinstance(func, ast.Name) and func.id in direct} | {
        func.attr
        for func in called
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in through
    }


@pytest.mark.parametrize("service", BUILT)
def test_the_sign_says_what_the_service_is_and_owns(service: str) -> None:
    """Write one sentence, then Owns, Announces and Listens, and nothing else into `__init__.py`."""
    said = sign(service)
    assert said["Says"].startswith(f"{service.capitalize()}: ")
    assert said["Owns"].strip()
    assert len(tree(ROOT / "services" / service / "__init__.py").body) == 1


@pytest.mark.parametrize("service", BUILT)
def test_the_sign_names_the_facts_that_are_announced(service: str) -> None:
    """Write the fact on the sign, or take it off; the code is right."""
    assert set(FACT.findall(sign(service).get("Announces", ""))) == announced(service)


@pytest.mark.parametrize("service", BUILT)
def test_the_sign_names_the_facts_that_are_heard(service: str) -> None:
    """Write the fact on the sign, or take it off; the handlers are right."""
    described = import_module(f"services.{service}.app").service
    assert set(FACT.findall(sign(service).get("Listens", ""))) == set(handlers_in(*described.ears))
