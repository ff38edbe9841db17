"""The city's view: the map, the waiting times over months, what is overdue where, the lists and the indicators."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from services.console.rules.figures import LAYERS, Layer, PlanFigure, plan_figures
from services.console.rules.listing import LINES_ON_A_PAGE, Listing, listing
from services.console.rules.maps import Drawing, drawing
from services.console.rules.waits import Waits, waits
from services.console.service.asked import COUNTY_DIGITS, Asked, Behind
from services.console.service.asking import Person, needs_by_id, together
from services.console.service.names import Names
from shared.kit.clock import local_day

LINES_IN_SIGHT: Final = 12
MOST_BEHIND: Final = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A place (or in a township a category) with its figures; `month` and `year` are None beyond one's divisions."""

    code: str
    name: str
    told: str
    hidden: bool
    month: dict[str, Any] | None
    year: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class City:
    """Everything on the page. What lies beyond one's divisions has its map and nothing else."""

    layer: Layer
    map: Drawing
    published_until: str | None
    is_partly_published: bool
    rows: list[Row]
    waits: Waits | None = None
    lines: Listing | None = None
    gap: int = 0
    packages: list[dict[str, Any]] | None = None
    indicators: list[tuple[dict[str, Any], list[PlanFigure]]] | None = None

    @property
    def overdue(self) -> int:
        return sum(row["first_contact"]["overdue"] for _, row in self.waits.months if row) if self.waits else 0


def this_month(moment: datetime) -> str:
    return f"{local_day(moment):%Y-%m}"


async def city(who: Person, asked: Asked, names: Names) -> City:
    """The page, from one question for each figure, asked at once."""
    layer = LAYERS[asked.layer]
    if not who.reaches("read_insights", asked.division):
        heat = await _heat(who, asked)
        return _city(asked, layer, heat, _rows(asked, layer, heat, [], []), names)
    heat, months, here, places, lists, packages, indicators = await together(
        _heat(who, asked),
        _waits(who, asked, by="month"),
        _waits(who, asked, by=_kind(asked), first=asked.month),
        _waits(who, asked, by=_kind(asked)),
        _lists(who, asked),
        who.get("insights", "/packages", division=asked.division, quarter=asked.quarter),
        who.get("insights", "/indicators", **_period(asked)),
    )
    rows = _rows(asked, layer, heat, here["rows"], places["rows"], names)
    return replace(
        _city(asked, layer, heat, rows, names),
        waits=waits(asked.months, months["rows"], months["targets"]),
        lines=listing(lists["lines"], only=asked.only, size=LINES_IN_SIGHT),
        gap=sum(line["gap"] for line in lists["lines"]), packages=packages["lines"],
        indicators=[(each, plan_figures(each)) for each in indicators["indicators"]],
    )  # fmt: skip


def _city(asked: Asked, layer: Layer, heat: dict[str, Any], rows: list[Row], names: Names) -> City:
    many = asked.drawn == "township" and not asked.county
    drawn = drawing(
        heat["features"], layer=layer, region=(lambda code: names.short(code[:COUNTY_DIGITS])) if many else None
    )
    is_partly_published = any(each["properties"]["shown_from"] == "published" for each in heat["features"])
    return City(layer, drawn, heat["published_until"], is_partly_published=is_partly_published, rows=rows)


def _period(asked: Asked, first: str = "") -> dict[str, Any]:
    return {"month_from": first or asked.months[0], "month_to": asked.month, "division": asked.division or None}


def _kind(asked: Asked) -> str:
    """What the rows of the place's table are: in a township there are no further places."""
    return "category" if asked.is_township else asked.drawn if asked.drawn != "city" else "county"


async def _heat(who: Person, asked: Asked) -> dict[str, Any]:
    when = {"day": asked.day} if asked.day else {"month": asked.month}
    return await who.get(
        "insights", "/heatmap", layer=asked.layer, level=asked.drawn, category=asked.category,
        division=asked.county or None, **when,
    )  # fmt: skip


async def _waits(who: Person, asked: Asked, *, by: str, first: str = "") -> dict[str, Any]:
    return await who.get(
        "insights", "/response-times", by=by, category=asked.category, **_period(asked, first)
    )  # fmt: skip


async def _lists(who: Person, asked: Asked) -> dict[str, Any]:
    return await who.get("insights", "/lists", category=asked.category, **_period(asked, asked.month))


def _rows(
    asked: Asked, layer: Layer, heat: dict[str, Any], here: list[dict[str, Any]], places: list[dict[str, Any]],
    names: Names | None = None,
) -> list[Row]:  # fmt: skip
    """The places of the map with their figures; in a township, what was asked for there."""
    key = "category" if asked.is_township else "division"
    month, year = ({row[key]: row for row in rows} for rows in (here, places))
    if asked.is_township and names is not None:
        codes = sorted(year, key=lambda code: -year[code]["asked"])
        return [
            Row(code or "", names.category(code), told="", hidden=False, month=month.get(code), year=year[code])
            for code in codes
        ]
    found = []
    for feature in heat["features"] if asked.drawn != "city" else []:
        told, code = feature["properties"], feature["id"]
        words = "不公开" if told["hidden"] else layer.told(told["value"], told["at_most"])
        found.append(Row(code, told["name"], words, told["hidden"], month.get(code), year.get(code)))
    return found


async def whole_lists(who: Person, asked: Asked, *, page: int) -> Listing:
    """The three lists, a page of them."""
    found = await _lists(who, asked)
    return listing(found["lines"], only=asked.only, page=page, size=LINES_ON_A_PAGE)


@dataclass(frozen=True, slots=True)
class Counted:
    """One asking that a number counts, with its need as far as the person may see it."""

    asking: dict[str, Any]
    need: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class BehindPage:
    """A page of the askings behind a number."""

    rows: list[Counted]
    next: str | None


async def needs_behind(who: Person, wanted: Behind, *, after: str | None) -> BehindPage:
    """What a number counts, from who counted it; what is told of each need, from who holds it."""
    page = await who.get(
        "insights", "/episodes", division=wanted.division or None, category=wanted.category, limit=MOST_BEHIND,
        after=after, overdue=str(wanted.is_overdue).lower(), waiting=str(wanted.is_waiting).lower(), **wanted.months,
    )  # fmt: skip
    needs = await needs_by_id(who, [each["need_id"] for each in page["items"]])
    return BehindPage([Counted(each, needs.get(each["need_id"])) for each in page["items"]], page["next"])
