"""Forms about the heat map: GeoJSON (RFC 7946), WGS-84."""

from datetime import date
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

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"


class Polygon(View):
    """A closed ring, longitude first."""

    type: Literal["Polygon"]
    coordinates: list[list[tuple[float, float]]] = Field(
        examples=[[[(116.31, 27.93), (116.42, 27.93), (116.42, 28.01), (116.31, 27.93)]]]
    )


class MultiPolygon(View):
    """Several closed rings, longitude first: the city is its counties."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[tuple[float, float]]]] = Field(
        examples=[[[[(116.31, 27.93), (116.42, 27.93), (116.42, 28.01), (116.31, 27.93)]]]]
    )


class PlaceFigure(View):
    """A place and its figure."""

    name: str
    value: float | None = Field(description="Null where nothing happened, or where it is hidden.")
    at_most: float | None = Field(
        description="Where a count is told to a multiple of five below, how many it may be; null where it is exact."
    )
    hidden: bool = Field(description="Beyond your divisions: under 5, or hidden so that others cannot be worked out.")
    shown_from: Literal["own", "published"] = Field(
        description="`own` is exact, as of now; `published` is what everybody sees since the night after."
    )
    shape: Literal["outline", "cell"] = Field(description="A county's outline, or the cell around a township's point.")
    point: PointQuality | None = Field(description="A cell around a placeholder is not where the township is.")


class Feature(View):
    """One place of the map."""

    type: Literal["Feature"]
    id: str
    geometry: Polygon | MultiPolygon | None
    properties: PlaceFigure


class HeatMap(View):
    """A layer of the map."""

    type: Literal["FeatureCollection"]
    layer: Layer
    level: Level
    month: str
    day: date | None = Field(description="One day of the month, where one was asked for.")
    category: str | None
    published_until: date | None = Field(description="The last day of it that is published beyond each county.")
    sources: str = Field(description="Where outlines and points come from; the file NOTICE has the whole of it.")
    features: list[Feature]


class SheetRow(View):
    """A place as a line of a sheet."""

    division: str
    name: str
    layer: Layer
    value: float | None
    at_most: float | None
    hidden: bool
    shown_from: str

    @classmethod
    def of(cls, feature: Feature, layer: Layer) -> "SheetRow":
        figure = feature.properties
        return cls(
            division=feature.id, name=figure.name, layer=layer, value=figure.value, at_most=figure.at_most,
            hidden=figure.hidden, shown_from=figure.shown_from,
        )  # fmt: skip
