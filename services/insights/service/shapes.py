"""Shapes of places: the counties' outlines as vendored, and cells around the townships' points within them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.rules.cells import Point, cells
from services.insights.schemas.heatmap import Level
from services.insights.service.areas import townships_in
from shared.kit.clock import today
from shared.kit.reference import Snapshot, reference
from shared.kit.settings import settings_of
from shared.schemas.reference import Division
from shared.schemas.vocabulary import PointQuality

DIGITS: Final = {Level.CITY: 4, Level.COUNTY: 6}


@dataclass(frozen=True, slots=True)
class Shape:
    """A place with its rings; without one it is named and not drawn."""

    code: str
    name: str
    kind: Literal["outline", "cell"]
    rings: list[list[Point]]
    point: PointQuality | None


async def shapes(session: AsyncSession, level: Level) -> list[Shape]:
    """All places of a level, by their code; drawn once for each edition of the reference rows."""
    snapshot, day = await reference(session), today(session)
    outlines = _outlines(session)
    if level is not Level.TOWNSHIP:
        found = sorted(snapshot.all(Division, Division.table, day), key=lambda row: row.code)
        return [
            Shape(row.code, row.name, "outline", [outlines[code] for code in outlines if row.covers(code)], None)
            for row in found
            if len(row.code) == DIGITS[level]
        ]

    def make(rows: Snapshot) -> list[Shape]:
        return _townships(townships_in(rows, ("",), day), outlines)

    made: list[Shape] = snapshot.made(("cells", day), make)
    return made


def _townships(rows: list[Division], outlines: dict[str, list[Point]]) -> list[Shape]:
    points: dict[str, dict[str, Point]] = {}
    for row in rows:
        if row.lng is not None and row.lat is not None:
            points.setdefault(row.code[:6], {})[row.code] = (row.lng, row.lat)
    rings: dict[str, list[Point]] = {}
    for county, placed in points.items():
        if county in outlines:
            rings |= cells(outlines[county], placed)
    return [
        Shape(row.code, row.name, "cell", [rings[row.code]] if rings.get(row.code) else [], row.point_quality)
        for row in rows
    ]


def _outlines(session: AsyncSession) -> dict[str, list[Point]]:
    """The counties' outer rings, by their code; read once."""
    memory: dict[str, Any] = session.info["memory"]
    if "outlines" not in memory:
        memory["outlines"] = read_outlines(settings_of(session).outlines_file)
    found: dict[str, list[Point]] = memory["outlines"]
    return found


def read_outlines(file: Path) -> dict[str, list[Point]]:
    """A GeoJSON file of polygons, each with its county's code as id."""
    document = orjson.loads(file.read_bytes())
    return {
        feature["id"]: [(lng, lat) for lng, lat in feature["geometry"]["coordinates"][0]]
        for feature in document["features"]
    }
