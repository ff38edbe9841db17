"""A running promise as a bar: how much of it is used, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.console.rules.moments import length, parsed
from shared.schemas.vocabulary import ClockKind

SOON_PERCENT: Final = 80


@dataclass(frozen=True, slots=True)
class Bar:
    """One clock on a page: `percent` of the time used (0–100), `state` ok, soon, late or met."""

    kind: str
    words: str
    percent: int
    state: str
    due: datetime


def bar(clock: Mapping[str, Any], *, now: datetime) -> Bar:
    """A clock of an answer as a bar."""
    began, due = parsed(clock["started_at"]), parsed(clock["due_at"])
    ended = parsed(clock.get("met_at")) or parsed(clock.get("stopped_at"))
    assert began is not None
    assert due is not None
    at = ended or now
    whole = max((due - began).total_seconds(), 1.0)
    percent = min(100, max(0, round(100 * (at - began).total_seconds() / whole)))
    return Bar(ClockKind(clock["kind"]).zh, _words(due, at, is_over=ended is not None), percent, _state(
        due, at, percent, is_over=ended is not None), due)  # fmt: skip


def _state(due: datetime, at: datetime, percent: int, *, is_over: bool) -> str:
    if at > due:
        return "late"
    if is_over:
        return "met"
    return "soon" if percent >= SOON_PERCENT else "ok"


def _words(due: datetime, at: datetime, *, is_over: bool) -> str:
    if is_over:
        return f"超时{length(at - due)}完成" if at > due else "按时完成"
    return f"已超时{length(at - due)}" if at > due else f"还剩{length(due - at)}"


def open_clocks(clocks: list[Mapping[str, Any]], *, now: datetime) -> list[Bar]:
    """The clocks that run, the soonest due first."""
    running = [each for each in clocks if not each.get("met_at") and not each.get("stopped_at")]
    return sorted((bar(each, now=now) for each in running), key=lambda each: each.due)
