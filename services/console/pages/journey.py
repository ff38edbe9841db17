"""A need's journey on one page."""

from uuid import UUID

from fastapi import Request, Response

from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, PageRoom
from services.console.service import journey

router = PageRoom(prefix="/desk/needs")


@router.get("/{id}")
async def read_journey(request: Request, who: AtDesk, id: UUID) -> Response:
    """The timeline, the clocks, who was asked and what they said, who may see what and who has looked."""
    return await draw(request, "journey.html", who, journey=await journey.journey(who, id))
