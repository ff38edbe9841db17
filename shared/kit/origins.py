"""Which other sites' pages may call (CORS): those that FUZHOU_ALLOWED_ORIGINS names, and nobody when it is left out.

The settings are read when the service starts, which is after its applications are put together.
"""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SENT = (
    "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Request-Id", "Last-Event-ID",
    "Fuzhou-Deadline-Ms",
)  # fmt: skip
READ = ("ETag", "Location", "Retry-After", "X-Request-Id", "Content-Disposition")


class Origins:
    """Answers browsers that ask on behalf of another site's page; bearer tokens only, never cookies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._open: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._open is None:
            self._open = self._for(scope["app"].state.house.settings.allowed_origins)
        await (self._open or self.app)(scope, receive, send)

    def _for(self, origins: tuple[str, ...]) -> ASGIApp:
        if not origins:
            return self.app
        return CORSMiddleware(
            self.app, allow_origins=origins, allow_methods=("GET", "POST", "PUT", "DELETE"), allow_headers=SENT,
            expose_headers=READ, max_age=600,
        )  # fmt: skip


def let_named_sites_call(app: FastAPI) -> None:
    app.add_middleware(Origins)
