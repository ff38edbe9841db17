"""The city today: where it stands, and the list behind each number."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

import httpx
from fastapi import Depends, Query, Request, Response
from starlette.responses import StreamingResponse

from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, PageRoom, house_of
from services.console.rules.figures import LAYERS, in_unit
from services.console.rules.listing import ONLY
from services.console.service import city
from services.console.service.asked import COUNTY_DIGITS, LEVELS, Asked, Behind
from services.console.service.names import names_of
from shared.kit.errors import NotFound

router = PageRoom(prefix="/desk/city")
MONTH: Final = r"^(20\d{2}-(0[1-9]|1[0-2]))?$"
Area = Annotated[str, Query(pattern=r"^(\d{4,12})?$")]
Month = Annotated[str, Query(pattern=MONTH)]
Category = Annotated[str, Query(max_length=60)]
# Figures that are handed on as sheets, and where insights has them.
SHEETS: Final = {
    "map": "/heatmap", "waits": "/response-times", "lists": "/lists", "packages": "/packages",
    "indicators": "/indicators",
}  # fmt: skip
ASKED_OF_SHEETS: Final = frozenset(
    {"layer", "level", "month", "day", "category", "division", "month_from", "month_to", "by", "quarter"}
)
HANDED_ON: Final = ("content-type", "content-disposition")


def what_is_asked(
    who: AtDesk,
    division: Area = "",
    layer: Annotated[str, Query(max_length=20)] = "need",
    level: Annotated[str, Query(max_length=20)] = "county",
    month: Month = "",
    day: Annotated[str, Query(pattern=r"^(20\d{2}-\d{2}-\d{2})?$")] = "",
    *,
    category: Category = "",
    only: Annotated[str, Query(max_length=20)] = "open",
) -> Asked:
    """What the address asks for; what it leaves open is the city, this month, everything."""
    # The city as one place is the whole of it.
    division = "" if len(division) < COUNTY_DIGITS else division
    month = month or day[:7] or city.this_month(who.at)
    return Asked(
        division=division, layer=layer if layer in LAYERS else "need",
        level=level if level in LEVELS else "county", month=month, category=category,
        # A month that is asked for goes before a day of another one.
        day=day if day.startswith(month) else "",
        only=only if only in ONLY else "open",
    )  # fmt: skip


AskedFor = Annotated[Asked, Depends(what_is_asked)]


@router.get("")
async def read_city(request: Request, who: AtDesk, asked: AskedFor) -> Response:
    """City, county or township: the map, the waiting times, what is overdue, gaps and indicators."""
    shown = await city.city(who, asked, await names_of(house_of(request)))
    return await draw(
        request, "city.html", who, asked=asked, city=shown, layers=LAYERS, levels=LEVELS, only=ONLY,
        in_unit=in_unit, links=who.reaches("read_needs", asked.division),
    )  # fmt: skip


@router.get("/lists")
async def read_lists(
    request: Request, who: AtDesk, asked: AskedFor, page: Annotated[int, Query(ge=1, le=1000)] = 1
) -> Response:
    """The three lists, whole: needs, resources and services by township and category."""
    return await draw(
        request, "city_lists.html", who, asked=asked, only=ONLY,
        shown=await city.whole_lists(who, asked, page=page), links=who.reaches("read_needs", asked.division),
    )  # fmt: skip


@router.get("/needs")
async def read_needs(
    request: Request,
    who: AtDesk,
    division: Area = "",
    first: Month = "",
    month: Month = "",
    category: Category = "",
    *,
    overdue: bool = False,
    waiting: bool = False,
    after: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """The list behind a number."""
    wanted = Behind(division, first, month, category, is_overdue=overdue, is_waiting=waiting)
    return await draw(
        request, "city_needs.html", who, wanted=wanted, page=await city.needs_behind(who, wanted, after=after),
        asked=Asked(division, "need", "county", month or city.this_month(who.at), category),
    )  # fmt: skip


async def opened_sheet(request: Request, who: AtDesk, name: str) -> AsyncIterator[httpx.Response]:
    """Figures as a sheet, as they come; closed when the answer is sent, or nobody waits for it any more."""
    if name not in SHEETS:
        raise NotFound
    asked = [(key, value) for key, value in request.query_params.multi_items() if key in ASKED_OF_SHEETS and value]
    async with who.sheet("insights", SHEETS[name], asked) as answer:
        yield answer


@router.get("/sheets/{name}")
async def save_sheet(answer: Annotated[httpx.Response, Depends(opened_sheet)]) -> Response:
    """The figures of a chart or a table, to be opened in a spreadsheet."""
    headers = {name: answer.headers[name] for name in HANDED_ON if name in answer.headers}
    return StreamingResponse(answer.aiter_bytes(), headers=headers | {"Cache-Control": "no-store"})
