"""Following a need, without signing in."""

from typing import Annotated

from fastapi import Path

from services.needs.schemas.needs import TrackView
from services.needs.service import tracking
from shared.kit.access import anyone
from shared.kit.edge import Room, Transaction
from shared.kit.fair_use import per_address

TRACKING = "needs.tracking"
router = Room(prefix="/v1/track", tags=["public"])
Token = Annotated[str, Path(min_length=16, max_length=64, pattern="^[A-Za-z0-9_-]+$")]


@router.get("/{token}", dependencies=[anyone(TRACKING), per_address("track_per_minute")], summary="Follow a need")
async def track(token: Token, session: Transaction) -> TrackView:
    """State, next step and expected date in plain Chinese; nothing of the person. Rate-limited."""
    return await tracking.track(session, token)
