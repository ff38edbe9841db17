"""Deadlines: whoever asks says how long they wait, and nobody works on what nobody waits for any more.

The header says how many milliseconds are left and not until when: clocks of two machines differ. It goes along with
every call to a peer, less what the caller itself needs to say that the peer did not answer.
"""

import asyncio
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

HEADER: Final = "fuzhou-deadline-ms"
LONGEST_MS: Final = 3_600_000
# What a caller keeps of its own time to answer when its peer has not.
RESERVE_SECONDS: Final = 0.1


@dataclass(slots=True)
class Deadline:
    """Until when an answer must have begun, in the loop's time; None once it has."""

    ends: float | None


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def left_for_peers() -> float | None:
    """Seconds that a peer may take of what is done just now; None where nobody said how long they wait."""
    deadline = _current.get()
    if deadline is None or deadline.ends is None:
        return None
    return deadline.ends - asyncio.get_running_loop().time() - RESERVE_SECONDS


@contextmanager
def bound(deadline: Deadline) -> Iterator[None]:
    """Whatever is asked of peers meanwhile is asked within this deadline."""
    token = _current.set(deadline)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def nobody_waits() -> Iterator[None]:
    """What is begun meanwhile is for many, and goes on when the one who set it off has gone."""
    with bound(Deadline(None)):
        yield


def brought(scope: MutableMapping[str, Any]) -> Deadline | None:
    """The deadline that a request brings, counted from when it was first asked for; None if it brings none."""
    state = scope.setdefault("state", {})
    if "deadline" not in state:
        written = next((value for name, value in scope["headers"] if name == HEADER.encode()), b"")
        is_readable = written.isdigit() and 0 < int(written[:9]) <= LONGEST_MS and len(written) < 9
        now = asyncio.get_running_loop().time()
        state["deadline"] = Deadline(now + int(written) / 1000) if is_readable else None
    found: Deadline | None = state["deadline"]
    return found
