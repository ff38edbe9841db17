"""What the documents point at is there."""

import re
import subprocess
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
# Not what is made for other targets, and no variable.
TARGET: Final = re.compile(r"^([a-z][\w-]*):(?!=)", re.MULTILINE)
FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
READMES: Final = ("README.md", "README.zh-CN.md")
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
    english, chinese = ([step.commands for step in session(ROOT / name)] for name in READMES)
    assert english
    assert [re.sub(r'"zh"|\bzh$', lambda found: found[0].replace("zh", "en"), each) for each in chinese] == english


def test_both_readmes_show_the_same_answers() -> None:
    """Line by line, of the same kind; words are in the language of the reader."""
    english, chinese = (FENCE.findall((ROOT / name).read_text("utf-8")) for name in READMES)
    assert [(kind, len(shown.splitlines())) for kind, shown in english] == [
        (kind, len(shown.splitlines())) for kind, shown in chinese
    ]
    in_english, in_chinese = (
        [re.sub(r" +#.*", "", shown) for kind, shown in blocks if kind in {"sh", "json"}]
        for blocks in (english, chinese)
    )
    assert in_english == in_chinese


def test_both_readmes_have_the_same_parts_and_each_says_the_same_things_in_its_own_words() -> None:
    """Write in both at once: headings, paragraphs, tables, lists, pictures, links, and names that stay as they are."""
    english, chinese = (outline(name) for name in READMES)
    assert len(english) > 5
    for mine, theirs in zip(english, chinese, strict=True):
        assert mine == theirs


def outline(name: str) -> list[dict[str, object]]:
    """What each part of a document has that is the same in every language."""
    text = FENCE.sub("", (ROOT / name).read_text("utf-8"))
    parts = re.split(r"^(#+) .*$", text, flags=re.MULTILINE)
    assert not parts[0].strip(), "a title comes first"
    return [
        {
            "level": level,
            "paragraphs": len([each for each in part.split("\n\n") if each.strip()]),
            "rows and items": [line[0] for line in part.splitlines() if line.startswith(("|", "- "))],
            "names": sorted({" ".join(each.split()) for each in re.findall(r"`([^`]+)`", part)}),
            # Each leads to the other, and to the part of a document that is in its language.
            "links": [re.sub(r"#.*|\.zh-CN(?=\.md)", "", link) for link in LINK.findall(part)],
        }
        for level, part in zip(parts[1::2], parts[2::2], strict=True)
    ]


def test_make_alone_lists_every_target_with_a_sentence() -> None:
    """Write `## what it does` behind the target."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    said = subprocess.run(["make", "-s"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    listed = dict(re.findall(r"^  make (\S+) +(.*)$", said, re.MULTILINE))
    assert set(listed) == targets
    assert [name for name, words in listed.items() if len(words.split()) < 3] == []


def test_the_guide_for_contributors_lists_every_target_too() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("| target | does |")[1].split("\n\n")[0]
    listed = set(re.findall(r"`make ([a-z-]+)`", table))
    assert listed == set(TARGET.findall((ROOT / "Makefile").read_text("utf-8"))) - {"help"}
