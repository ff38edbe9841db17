"""`fuzhou doctor`: what a person would look at when something is odd, each with its remedy."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """`note` is worth knowing and harms nothing now."""

    WELL = "well"
    NOTE = "note"
    ILL = "ill"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; the remedy is empty where none is needed."""

    check: str
    state: State
    found: str
    found_zh: str
    remedy: str = ""
    remedy_zh: str = ""


def well(check: str, found: str, zh: str) -> Finding:
    """Nothing to do."""
    return Finding(check, State.WELL, found, zh)


def worst(findings: Iterable[Finding]) -> State:
    """The state of the whole."""
    states = {finding.state for finding in findings}
    return next(state for state in (State.ILL, State.NOTE, State.WELL) if state in states | {State.WELL})


def as_document(findings: Iterable[Finding]) -> dict[str, Any]:
    """For programs."""
    listed = list(findings)
    return {"state": worst(listed), "findings": [asdict(finding) for finding in listed]}


MARKS = {State.WELL: "+", State.NOTE: "!", State.ILL: "x"}


def in_words(findings: Iterable[Finding]) -> str:
    """For people: one line each, and below it what is to be done."""
    return "\n".join(_lines(finding) for finding in findings)


def _lines(finding: Finding) -> str:
    lines = [f"{MARKS[finding.state]} {finding.check:<10} {finding.found} / {finding.found_zh}"]
    if finding.remedy:
        lines += [f"  {'':<10} -> {finding.remedy}", f"  {'':<10} -> {finding.remedy_zh}"]
    return "\n".join(lines)
