"""Whether a service lives, and whether it can do its work."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from shared.kit.errors import Unavailable
from shared.kit.readiness import Readiness, readiness_of

PROBLEM_REFERENCE = {"schema": {"$ref": "#/components/schemas/Problem"}}
NOT_READY: dict[str, Any] = {
    "description": "Not available now; try again.",
    "content": {"application/problem+json": PROBLEM_REFERENCE},
}
router = APIRouter(tags=["health"])


class Health(BaseModel):
    """All is well; anything else is answered as a problem."""

    status: Literal["ok"]


@router.get("/live", summary="Is the process alive?")
async def live() -> Health:
    """Answers as long as the process runs; asks nobody else."""
    return Health(status="ok")


@router.get("/ready", summary="Can it do its work?", responses={503: NOT_READY})
async def ready(request: Request) -> Health:
    """Answers 503 while the database cannot be reached or written, or its tables are older than this code."""
    if (await readiness_of(request.app.state.house)).status == "not_ready":
        raise Unavailable
    return Health(status="ok")


# What exactly it is, with addresses of revisions and peers, is told on the listener that the door does not know.
inside = APIRouter()


@inside.get("/ready")
async def tell(request: Request, response: Response) -> Readiness:
    """What keeps the service from its work, or that nothing does; 503 while something does."""
    found = await readiness_of(request.app.state.house)
    if found.status == "not_ready":
        response.status_code = 503
    return found
