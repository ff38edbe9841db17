"""Forms about the heat map: GeoJSON (RFC 7946), WGS-84."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.schemas.forms import View
from shared.schemas.vocabulary import PointQuality


class Layer(StrEnum):
    """What the map shows of a place."""

    NEED = "need"
    UNMET_NEED = "unmet_need"
    RESPONSE_P90 = "response_p90"
    SATISFACTION = "satisfaction"
    CAPACITY_LEFT = "capacity_left"


class Level(StrEnum):
    """How finely."""

    COUNTY = "county"
    TOWNSHIP = "township"


class Polygon(View):
    """A closed ring, longitude first."""

    type: Literal["Polygon"]
    coordinates: list[list[tuple[float, float]]] = Field(
        examples=[[[(116.31, 27.93), (116.42, 27.93), (116.42, 28.01), (116.31, 27.93)]]]
    )


class PlaceFigure(View):
    """A place and its figure."""

    name: str
    value: float | None = Field(description="Null where nothing happened, or where it is hidden.")
    hidden: bool = Field(description="Beyond your divisions: under 5, or hidden so that others cannot be worked out.")
    shown_from: Literal["own", "published"] = Field(
        description="`own` is exact, as of now; `published` is what everybody sees of a month that is over."
    )
    shape: Literal["outline", "cell"] = Field(description="A county's outline, or the cell around a township's point.")
    point: PointQuality | None = Field(description="A cell around a placeholder is not where the township is.")


class Feature(View):
    """One place of the map."""

    type: Literal["Feature"]
    id: str
    geometry: Polygon | None
    properties: PlaceFigure


class HeatMap(View):
    """A layer of the map."""

    type: Literal["FeatureCollection"]
    layer: Layer
    level: Level
    month: str
    category: str | None
    features: list[Feature]
