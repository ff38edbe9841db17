"""Files of the pages: served from the package, each under an address that changes when it does."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parents[1] / "static"
A_YEAR: Final = "public, max-age=31536000, immutable"


@cache
def address_of(name: str) -> str:
    """Where a browser finds a file; the sum in it lets it be kept for ever."""
    sum_ = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{sum_}/{name}"


class Assets(StaticFiles):
    """The files below `/assets/<sum>/`; what the sum says is for browsers' memories only."""

    def get_path(self, scope: Scope) -> str:
        return super().get_path(scope).partition("/")[2]

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = A_YEAR
        return answer


def serve(app: FastAPI) -> None:
    """Add the files' addresses."""
    app.mount("/assets", Assets(directory=STATIC), name="assets")
