"""Whether a service lives, and whether it can do its work."""

import asyncio
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import text

from shared.kit.database import NOBODY

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """`ok`, or what is the matter."""

    status: Literal["ok", "unavailable"]
    database: Literal["ok", "unreachable"] | None = None


@router.get("/live", summary="Is the process alive?")
async def live() -> Health:
    """Answers as long as the process runs; asks nobody else."""
    return Health(status="ok")


@router.get("/ready", summary="Can it do its work?", responses={503: {"model": Health}})
async def ready(request: Request, response: Response) -> Health:
    """Answers 503 while the database cannot be reached."""
    try:
        async with asyncio.timeout(2), request.app.state.house.database.work(NOBODY) as session:
            await session.execute(text("SELECT 1"))
    except Exception:  # noqa: BLE001 -- any trouble is written down and waited out
        response.status_code = 503
        return Health(status="unavailable", database="unreachable")
    return Health(status="ok", database="ok")
