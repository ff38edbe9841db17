"""What the documents point at is there."""

import re
from pathlib import Path
from typing import Final

import pytest

from deploy.places import ROOT
from tests.docs.sessions import session

DOCUMENTS: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS: Final = sorted(path for path in (ROOT / "docs" / "decisions").glob("*.md") if path.name != "README.md")
LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
IMAGE: Final = re.compile(r'<img [^>]*src="([^"]+)"')
MAKE: Final = re.compile(r"`(?:[A-Z_]+=\S+ )?make ([a-z]+)`|^make ([a-z]+)", re.MULTILINE)
TARGET: Final = re.compile(r"^([a-z]+):", re.MULTILINE)
PATH: Final = re.compile(r"`((?:services|shared|deploy|tests|docs|benchmarks)/[\w/.-]+)`")
TEMPLATE: Final = ("Context", "Decision", "Why not the others", "Consequences")
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


@each_document
def test_a_link_leads_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    inside = [link for link in LINK.findall(text) + IMAGE.findall(text) if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in inside if not (document.parent / link.split("#")[0]).exists()] == []


@each_document
def test_a_target_that_is_named_is_there(document: Path) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    named = {one or other for one, other in MAKE.findall(document.read_text("utf-8"))}
    assert named <= targets


@each_document
def test_a_path_that_is_named_is_there(document: Path) -> None:
    if document.name in {"CONTRIBUTING.md", "CHANGELOG.md"}:
        # Recipes speak of files that they make, and history of files that are gone.
        return
    named = PATH.findall(document.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


def test_the_index_names_every_decision_by_its_title() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    titles = {path.name: path.read_text("utf-8").splitlines()[0] for path in DECISIONS}
    expected = [f"- [{name[:4]}]({name}) {title.removeprefix(f'# {name[:4]}. ')}" for name, title in titles.items()]
    assert re.findall(r"^- .*$", index, re.MULTILINE) == expected


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
def test_a_decision_is_one_page_in_four_parts(decision: Path) -> None:
    text = decision.read_text("utf-8")
    assert tuple(re.findall(r"^## (.*)$", text, re.MULTILINE)) == TEMPLATE
    assert len(text.splitlines()) <= 60


def test_both_readmes_give_the_same_commands() -> None:
    """But for the language that they ask for."""
    english, chinese = ([step.commands for step in session(ROOT / name)] for name in ("README.md", "README.zh-CN.md"))
    assert english
    assert [re.sub(r'"zh"|\bzh$', lambda found: found[0].replace("zh", "en"), each) for each in chinese] == english
