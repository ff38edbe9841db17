"""What following a recipe of CONTRIBUTING.md changes: step by step, as the document numbers them."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.places import ROOT

DOCUMENT: Final = ROOT / "CONTRIBUTING.md"
STEP: Final = re.compile(r"^(?P<number>\d)\. (?P<words>.*?)(?=^\d\. |^\n|\Z)", re.MULTILINE | re.DOTALL)
# `models/needs.py`, `tests/given/needs.py`, `tests/reconcile/faults`, `shared/schemas/access/`
NAMED: Final = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|json)|(?:tests|shared|services)/[\w/]+)`")


@dataclass(frozen=True, slots=True)
class Edit:
    """Text that is put into a file: after a line, instead of some text, or as the whole of a new file."""

    path: str
    put: str
    after: str = ""
    instead: str = ""

    def make(self, tree: Path) -> None:
        file = tree / self.path
        if not (self.after or self.instead):
            assert not file.exists(), f"{self.path} is there already"
            file.write_text(self.put, "utf-8")
            return
        text, place = file.read_text("utf-8"), self.after or self.instead
        assert text.count(place) == 1, f"{self.path}: {text.count(place)} times {place!r}"
        file.write_text(text.replace(place, self.after + self.put), "utf-8")


@dataclass(frozen=True, slots=True)
class Command:
    """What a step tells to run; it stands in the document as it is run here."""

    words: str

    def make(self, tree: Path) -> None:
        subprocess.run(["bash", "-ec", self.words], cwd=tree, check=True)


@dataclass(frozen=True, slots=True)
class Caught:
    """What a reader may leave out, by its step and file, and the test that then fails; no file means the whole step."""

    step: int
    file: str
    by: str

    def is_about(self, step: int, change: Edit | Command) -> bool:
        return step == self.step and (not self.file or (isinstance(change, Edit) and self.file in change.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A recipe by its heading: what each step changes, and which tests see that something was left out."""

    heading: str
    steps: dict[int, tuple[Edit | Command, ...]]
    caught: tuple[Caught, ...] = ()
    # What the recipe says to run, narrowed to what it is about; of the contract's tests those of which this is true.
    runs: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()

    def follow(self, tree: Path, *, carefully: bool = True) -> None:
        """Make all changes, or leave out each that a test catches."""
        for number, changes in self.steps.items():
            for change in changes:
                if carefully or not any(each.is_about(number, change) for each in self.caught):
                    change.make(tree)

    def written(self) -> str:
        """The recipe as the document has it."""
        text = DOCUMENT.read_text("utf-8")
        found = re.search(rf"^### {re.escape(self.heading)}\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
        assert found is not None, f"CONTRIBUTING.md has no recipe {self.heading!r}"
        return found[1]

    def written_steps(self) -> dict[int, str]:
        return {int(step["number"]): step["words"] for step in STEP.finditer(self.written())}

    def unlike_the_document(self) -> list[str]:
        """Where what is followed here differs from what is written there."""
        written = self.written_steps()
        wrong = [] if list(written) == list(self.steps) else [f"steps {list(written)}, here {list(self.steps)}"]
        for number, words in written.items():
            changes = self.steps.get(number, ())
            paths = [each.path for each in changes if isinstance(each, Edit)]
            wrong += [
                f"step {number} names {name}"
                for name in NAMED.findall(words)
                if not any(name in path for path in paths)
            ]
        commands = [each.words for changes in self.steps.values() for each in changes if isinstance(each, Command)]
        return wrong + [f"not written: {words}" for words in commands if f"`{words}`" not in self.written()]


def copy(target: Path) -> Path:
    """The tree as it stands, without what is made from it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target
