"""The heat map: exact in one's own divisions, and beyond them what was published for everybody."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import CubeCell
from services.insights.repository import mapping as repository
from services.insights.repository import reading
from services.insights.rules.months import month_of, months
from services.insights.schemas.heatmap import Feature, HeatMap, Layer, Level, PlaceFigure, Polygon
from services.insights.service.areas import own_areas
from services.insights.service.mapping import Place, places
from services.insights.service.shapes import Shape, shapes
from shared.kit.clock import now

OWN: dict[Layer, Callable[[Place], float | None]] = {
    Layer.NEED: lambda place: place.need,
    Layer.UNMET_NEED: lambda place: place.unmet,
    Layer.RESPONSE_P90: lambda place: place.response_p90,
    Layer.SATISFACTION: lambda place: place.satisfaction,
}
PUBLISHED: dict[Layer, Callable[[CubeCell], float | None]] = {
    Layer.NEED: lambda cell: cell.need,
    Layer.RESPONSE_P90: lambda cell: cell.response_p90,
    Layer.SATISFACTION: lambda cell: cell.satisfaction,
}


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a place's figure is read: in one's own divisions, published, or in what resources have left."""

    own_areas: tuple[str, ...]
    own: dict[str, Place]
    published: dict[str, CubeCell]
    left: Callable[[str], float | None]

    def figure(self, layer: Layer, code: str) -> tuple[float | None, bool, bool]:
        """The value, whether it is hidden, and whether it is one's own."""
        if layer is Layer.CAPACITY_LEFT:
            return self.left(code), False, True
        if code.startswith(self.own_areas):
            return OWN[layer](self.own.get(code, Place())), False, True
        cell, read = self.published.get(code), PUBLISHED.get(layer)
        value = read(cell) if cell is not None and read is not None else None
        return value, value is None, False


async def heat_map(
    session: AsyncSession, *, layer: Layer, level: Level, month: str | None, category: str | None
) -> HeatMap:
    """One layer over all counties or townships."""
    written = month or month_of(now(session))
    period = months(written, written)
    sources = Sources(
        own_areas=own_areas(session),
        own=await places(session, period, category=category),
        # What is published is not told apart by category: small counts would then be found by subtracting.
        published={} if category else await repository.published(session, written),
        left=await _left(session, category),
    )
    features = [_feature(shape, layer, sources) for shape in await shapes(session, level)]
    return HeatMap(
        type="FeatureCollection", layer=layer, level=level, month=written, category=category, features=features
    )


async def _left(session: AsyncSession, category: str | None) -> Callable[[str], float | None]:
    """What is left of the resources that reach a place: published by their providers, and so told to everybody."""
    offers = [
        (tuple(areas), capacity - taken)
        for _, areas, capacity, taken in await reading.active_resources(session, category)
        if capacity is not None
    ]

    def left(code: str) -> float | None:
        return float(sum(max(0, free) for areas, free in offers if _meet(areas, code)))

    return left


def _meet(areas: tuple[str, ...], code: str) -> bool:
    """Whether a resource reaches a place, or a part of it."""
    return code.startswith(areas) or any(area.startswith(code) for area in areas)


def _feature(shape: Shape, layer: Layer, sources: Sources) -> Feature:
    value, is_hidden, is_own = sources.figure(layer, shape.code)
    return Feature(
        type="Feature",
        id=shape.code,
        geometry=Polygon(type="Polygon", coordinates=[shape.ring]) if shape.ring else None,
        properties=PlaceFigure(
            name=shape.name, value=value, hidden=is_hidden, shown_from="own" if is_own else "published",
            shape=shape.kind, point=shape.point,
        ),
    )  # fmt: skip
