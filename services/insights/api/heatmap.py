"""The heat map, over the counter."""

from typing import Annotated

from fastapi import Query

from services.insights.api.asking import MONTH, Category
from services.insights.schemas.heatmap import HeatMap, Layer, Level
from services.insights.service import heatmap
from shared.kit.access import may
from shared.kit.edge import Room, Transaction
from shared.schemas.access import Action

router = Room(prefix="/v1/heatmap", tags=["heat map"])


@router.get("", dependencies=[may(Action.READ_HEATMAP)], summary="A layer of the heat map")
async def read_heat_map(
    session: Transaction,
    layer: Layer = Layer.NEED,
    level: Level = Level.COUNTY,
    month: Annotated[str | None, Query(pattern=MONTH, description="The month of asking; this one if left out.")] = None,
    category: Category = None,
) -> HeatMap:
    """Counties or townships with their figure, as GeoJSON (WGS-84); townships as cells around their points.

    In your own divisions figures are exact and of this moment. Beyond them everybody sees the same: each month once it
    is over, published once, without counts under 5 nor what would betray them, and without categories or unmet need.
    """
    return await heatmap.heat_map(session, layer=layer, level=level, month=month, category=category)
