"""What is wrong between two rows, and whose facts are taken in again for it."""

from typing import Any

import pytest

from shared.kit.promises import Difference, Promise, alike


def ours() -> Any:
    raise AssertionError("nobody asks the database here")


@pytest.mark.parametrize(
    ("theirs", "kept", "wrong"),
    [
        ({"status": "closed"}, {"status": "closed"}, None),
        ({"status": "closed", "more": 1}, {"status": "closed"}, None),
        ({"status": "closed"}, {"status": "closed", "own": 1}, None),
        ({"status": "closed"}, {"status": "open"}, "status open, there closed"),
        ({"status": "closed"}, None, "missing"),
        (None, {"status": "open"}, "unknown to whom it is of"),
    ],
)
def test_what_both_name_must_be_the_same(theirs: Any, kept: Any, wrong: str | None) -> None:
    assert alike(theirs, kept) == wrong


def test_what_neither_knows_is_no_difference() -> None:
    assert Promise(name="needs.kept", theirs="matching.order", ours=ours).difference("a", None, None) is None


def test_what_a_service_finds_in_its_own_tables_is_wrong() -> None:
    found = Promise(name="needs.kept", ours=ours).difference("a", None, {"left": 3})
    assert found is not None
    assert found.wrong == "left 3"


@pytest.mark.parametrize(
    ("replays", "theirs", "subject"),
    [("id", None, "a"), ("survey_id", {"survey_id": "s"}, "s"), ("survey_id", None, None), (None, {"x": 1}, None)],
)
def test_the_subject_or_a_code_of_theirs_says_whose_facts_are_taken_in(
    replays: str | None, theirs: Any, subject: str | None
) -> None:
    promise = Promise(name="needs.kept", theirs="matching.order", ours=ours, replays=replays)
    assert promise.replayed_by(Difference("needs.kept", "a", theirs, None, "missing")) == subject
