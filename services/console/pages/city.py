"""The city today: where it stands, and the list behind each number."""

from typing import Annotated, Final

from fastapi import Query, Request, Response

from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, PageRoom
from services.console.service import city

router = PageRoom(prefix="/desk/city")
MONTH: Final = r"^20\d{2}-(0[1-9]|1[0-2])$"
Area = Annotated[str, Query(pattern=r"^(\d{4,12})?$")]


@router.get("")
async def read_city(
    request: Request,
    who: AtDesk,
    division: Area = "",
    layer: Annotated[str, Query(max_length=20)] = "need",
    month: Annotated[str, Query(pattern=f"{MONTH}|^$")] = "",
    category: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """City, county or township: the map, the waiting times, what is overdue, gaps and indicators."""
    asked = city.Asked(
        division=division, layer=layer if layer in city.LAYERS else "need", level="township" if division else "county",
        month=month or city.this_month(who.at), category=category,
    )  # fmt: skip
    return await draw(
        request, "city.html", who, asked=asked, city=await city.city(who, asked), layers=city.LAYERS,
    )  # fmt: skip


@router.get("/needs")
async def read_needs(
    request: Request,
    who: AtDesk,
    division: Area = "",
    *,
    overdue: bool = False,
    after: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """The list behind a number."""
    page = await city.needs_behind(who, division=division, overdue=overdue, after=after)
    return await draw(
        request, "city_needs.html", who, page=page, division=division, overdue=overdue,
    )  # fmt: skip
