"""Logs: one JSON line an event, with the request's id and never a value that may be personal."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# What is logged is written by hand in fixed words; this only stops what slips in with an exception's text.
LONG_DIGITS = re.compile(r"\d{7,}[\dXx]?")


def _without_numbers(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and name not in {"timestamp", "request_id", "id", "timer"}:
            event[name] = LONG_DIGITS.sub("…", value)
    return event


def _exception_name_only(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception's text may quote the values of a statement, so only its type and place are kept."""
    trouble = event.pop("exc_info", None)
    if isinstance(trouble, BaseException):
        event["trouble"] = f"{type(trouble).__module__}.{type(trouble).__name__}"
        frames: list[str] = []
        trace = trouble.__traceback__
        while trace is not None:
            frames.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
            trace = trace.tb_next
        event["at"] = frames[-6:]
    return event


def configure_logs(service: str) -> None:
    """Set up logging for a process; called once when it starts."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_name_only,
            _without_numbers,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
