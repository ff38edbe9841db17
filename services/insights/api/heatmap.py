"""The heat map, over the counter."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response

from services.insights.api.asking import MONTH, Category
from services.insights.api.sheets import IN_A_SHEET, Accepted, shown
from services.insights.schemas.heatmap import HeatMap, Layer, Level, SheetRow
from services.insights.service import heatmap
from shared.kit.access import may
from shared.kit.edge import Room, Transaction
from shared.schemas.access import Action

router = Room(prefix="/v1/heatmap", tags=["heat map"])


@router.get(
    "", dependencies=[may(Action.READ_HEATMAP)], summary="A layer of the heat map", response_model=HeatMap,
    responses=IN_A_SHEET,
)  # fmt: skip
async def read_heat_map(
    session: Transaction,
    accept: Accepted = "",
    layer: Layer = Layer.NEED,
    level: Level = Level.COUNTY,
    month: Annotated[str | None, Query(pattern=MONTH, description="The month of asking; this one if left out.")] = None,
    day: Annotated[date | None, Query(description="One day instead of a month.")] = None,
    category: Category = None,
    division: Annotated[
        str | None, Query(pattern=r"^\d{4,12}$", description="Only places within it, e.g. the townships of a county.")
    ] = None,
) -> HeatMap | Response:
    """City, counties or townships with their figure, as GeoJSON (WGS-84); townships as cells around their points.

    In your own divisions figures are exact and of this moment. Beyond them everybody sees the same cube, made each
    night for the day before and never anew: of each day how many asked in a county, to a multiple of five below; and
    when a month is over, its townships, and its counties by category, without counts under 5 nor what betrays them.
    """
    view = await heatmap.heat_map(
        session, layer=layer, level=level, month=month, day=day, category=category, division=division
    )
    rows = [SheetRow.of(feature, layer) for feature in view.features]
    return shown(accept, view, rows, name=f"heatmap_{layer}_{view.day or view.month}")
