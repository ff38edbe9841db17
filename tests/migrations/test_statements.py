"""What revisions say to the database, judged by squawk: nothing stops the services while tables change under them."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from deploy.addresses import BUILT
from shared.kit.migrations import BEFORE
from tests.migrations.statements import revisions

SQUAWK: Final = Path(sys.executable).parent / "squawk"
# Its `integer` columns count things (versions, quantities, minutes); what could run out is told below.
NOT_ASKED: Final = "prefer-bigint-over-int"
INDEX, FOREIGN_KEY = "require-concurrent-index-creation", "adding-foreign-key-constraint"

TRAIL_INDEX: Final = (
    "an index over the trail of readings, made in the second it takes for 100,000 of them; what is read meanwhile waits"
    " for its entry and is not lost"
)
REPLACED: Final = "its answer grows, and so it is made anew in the same transaction, by the same name"
# What squawk finds in revisions that have landed, which are never edited, and why each is no harm. Nothing is added for
# a revision to come: an index beside the work, a constraint NOT VALID first, a column that has a default.
LANDED: Final[dict[tuple[str, str], str]] = {
    ("20261126_matching", INDEX): "of orders that are part of another, made when there were none yet",
    ("20261126_needs", INDEX): "on clock_pause, which the same revision has just emptied",
    ("20261126_needs", "adding-required-field"): "on clock_pause, which the same revision has just emptied",
    ("20261126_needs", "ban-drop-column"): "nothing wrote clock_pause before: no way to pause was published",
    ("20261126_needs", "constraint-missing-not-valid"): "on clock_pause, which the same revision has just emptied",
    ("20261126_needs", FOREIGN_KEY): "on clock_pause, which the same revision has just emptied",
    ("20261127_feedback", INDEX): "of disputes alone, which were none when it was made",
    ("20261127_needs", "ban-drop-function"): REPLACED,
    ("20261129_needs", "ban-drop-function"): REPLACED,
    ("20261201_console", "ban-drop-default"): "the default was for the rows that were there; the code writes its own",
    ("20261201_needs_county", INDEX): "of the few needs that wait for the county's word; read in one pass over needs",
    **{(f"20261203_{service}", INDEX): TRAIL_INDEX for service in BUILT},
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The statements of each revision as a file, after what is said before all of them."""
    folder = tmp_path_factory.mktemp("revisions")
    files = {revision: folder / f"{revision}.sql" for service in BUILT for revision, _ in revisions(service)}
    for service in BUILT:
        for revision, statements in revisions(service):
            files[revision].write_text("".join(f"{each};\n" for each in BEFORE) + statements, "utf-8")
    return files


def judge(*files: Path) -> Counter[tuple[str, str]]:
    """What squawk finds, counted by revision and rule."""
    asked = subprocess.run(
        [SQUAWK, "--pg-version=18.0", "--assume-in-transaction", f"--exclude={NOT_ASKED}", "--reporter=json", *files],
        check=False, capture_output=True,
    )  # fmt: skip
    return Counter((Path(each["file"]).stem, each["rule_name"]) for each in json.loads(asked.stdout))


def test_squawk_finds_nothing_but_what_has_landed_and_was_judged(said: dict[str, Path]) -> None:
    assert len(said) >= 40
    assert set(judge(*said.values())) == set(LANDED)


def test_what_locks_a_table_or_waits_without_end_is_found(tmp_path: Path) -> None:
    file = tmp_path / "next.sql"
    file.write_text("CREATE INDEX ix_need_words ON need (words);", "utf-8")
    assert {rule for _, rule in judge(file)} == {INDEX, "require-lock-timeout", "require-statement-timeout"}


def test_no_number_that_is_given_out_can_run_out(said: dict[str, Path]) -> None:
    for revision, file in said.items():
        written = file.read_text("utf-8")
        assert not re.search(r"\b(smallint|integer|int)\s+GENERATED|\b(small|big)?serial\b|CREATE SEQUENCE", written), (
            revision
        )
        assert not re.search(r"^\s*\w*id integer", written, re.MULTILINE), revision
