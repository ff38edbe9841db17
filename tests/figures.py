"""Figures of kept promises: tests count, and one closing line tells."""

from collections.abc import Callable
from typing import Any

import pytest

PROPERTY = "promise"
Figure = Callable[..., None]


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """`figure("S1", requests=119, wrong=0)`: counts of one promise are summed over all tests that name it."""

    def record(promise: str, **counts: int) -> None:
        # A test's properties travel with its report, from another process too.
        request.node.user_properties.append((PROPERTY, (promise, counts)))

    return record


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line at the very end, from the tests that passed."""
    sums: dict[str, dict[str, int]] = {}
    for report in terminalreporter.stats.get("passed", ()):
        for name, told in report.user_properties:
            if name == PROPERTY:
                promise, counts = told
                added = sums.setdefault(promise, {})
                for what, count in counts.items():
                    added[what] = added.get(what, 0) + count
    if sums:
        told = "; ".join(f"{promise}: {_in_words(sums[promise])}" for promise in sorted(sums, key=_order))
        terminalreporter.write_line(f"promises kept: {told}")


def _in_words(counts: dict[str, int]) -> str:
    # What must be nothing is told last.
    told = sorted(counts.items(), key=lambda item: item[1] == 0)
    return ", ".join(f"{count:,} {what.replace('_', ' ')}" for what, count in told)


def _order(promise: str) -> tuple[str, int]:
    # R2 stands before R18; what has a name instead of a number comes last.
    return (promise[:1], int(promise[1:])) if promise[1:].isdigit() else (promise, 0)
