"""Whether a service lives, and whether it can do its work."""

import asyncio
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import text

from shared.kit.database import NOBODY
from shared.kit.errors import Unavailable

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
    """Answers 503 while the database cannot be reached."""
    try:
        async with asyncio.timeout(2), request.app.state.house.database.work(NOBODY) as session:
            await session.execute(text("SELECT 1"))
    except Exception as trouble:
        raise Unavailable from trouble
    return Health(status="ok")
