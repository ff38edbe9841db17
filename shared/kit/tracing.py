"""One number for everything that a request sets off, in all services (W3C Trace Context, level 1).

A request brings `traceparent` or gets one; it goes along with calls to peers and with the facts that the request
announces, so what a listener does days later is found by the number in the first request's log line.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

HEADER = "traceparent"
# Version, trace, parent span, flags; a later version may say more behind a further hyphen.
WRITTEN = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
SAMPLED = "01"

_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current() -> str | None:
    """The `traceparent` of what is done just now; None outside any request or fact."""
    return _current.get()


def number_of(traceparent: str) -> str:
    """The trace's number within a `traceparent`."""
    return traceparent.split("-")[1]


def continued(written: str | None) -> str:
    """A step of a trace: of the one that was brought, or of a new one where none was, or none that can be read."""
    found = WRITTEN.fullmatch(written or "")
    is_known = found is not None and found[1] != "ff" and (found[1] != "00" or not found[5])
    if found is None or not is_known or set(found[2]) == {"0"} or set(found[3]) == {"0"}:
        return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-{SAMPLED}"
    return f"00-{found[2]}-{secrets.token_hex(8)}-{found[4]}"


@contextmanager
def traced(written: str | None) -> Iterator[str]:
    """Do something as a step of a trace; its number stands in every log line meanwhile."""
    step = continued(written)
    token = _current.set(step)
    try:
        with structlog.contextvars.bound_contextvars(trace=number_of(step)):
            yield step
    finally:
        _current.reset(token)
