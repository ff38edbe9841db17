"""Addresses below the pages' own at which nothing is: told as a page, with the way back. Stands last of all rooms."""

from fastapi import Response

from services.console.pages.room import Anybody, PageRoom
from shared.kit.errors import NotFound

router = PageRoom()


@router.api_route("/desk/{rest:path}", methods=["GET", "POST"])
@router.api_route("/track/{rest:path}", methods=["GET", "POST"])
@router.api_route("/survey/{rest:path}", methods=["GET", "POST"])
async def find_nothing(who: Anybody) -> Response:
    """Mistyped, cut on its way, or a form's address opened as a page.

    Raises:
        NotFound: always.
    """
    raise NotFound
