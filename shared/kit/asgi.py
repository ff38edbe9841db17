"""The thin skin around every request, pure ASGI: an id, a size limit, one log line, safe headers."""

import time
from typing import Any
from uuid import UUID

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kit.ids import new_id
from shared.kit.telemetry import Telemetry
from shared.kit.tracing import traced

log = structlog.get_logger()
QUIET = ("/health/live", "/health/ready", "/facts", "/metrics")
SAFE_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def _header(scope: Scope, wanted: bytes) -> str:
    """A header's value; empty if it is not there, or not written in the letters of headers."""
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value).decode("ascii", errors="replace")
    return ""


def _request_id(scope: Scope) -> str:
    """The caller's id if it is one of ours in form, else a new one."""
    try:
        return str(UUID(_header(scope, b"x-request-id")))
    except ValueError:
        return str(new_id())


class Skin:
    """Gives each request its id, tells it back, and logs method, route, status and duration."""

    def __init__(self, app: ASGIApp, *, telemetry: Telemetry) -> None:
        self.app = app
        self.telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
                named = {name.lower() for name, _ in headers}
                headers.extend(pair for pair in SAFE_HEADERS if pair[0] not in named)
                headers.append((b"x-request-id", request_id.encode()))
                message["headers"] = headers
            await send(message)

        written = _header(scope, b"traceparent")
        with structlog.contextvars.bound_contextvars(request_id=request_id), traced(written):
            await self.app(scope, receive, send_with_headers)
            self.telemetry.observe(scope["method"], _route(scope), status, started)
            if not scope["path"].endswith(QUIET):
                log.info("request", **_line(scope, status, started))


def _line(scope: Scope, status: int, started: float) -> dict[str, Any]:
    took = round((time.perf_counter() - started) * 1000, 1)
    return {"method": scope["method"], "route": _route(scope), "status": status, "ms": took}


def _route(scope: Scope) -> str:
    """The route's pattern, never the address: an address may hold a credential."""
    return getattr(scope.get("route"), "path", None) or "(no route)"
