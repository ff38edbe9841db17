"""Divisions as their publishers wrote them: the statistics bureau's codes, GeoNames' points, the census, the crosswalk.

The four sheets are kept as they came, so that a newer edition can be laid over them; here they are joined.
"""

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources.abc import Traversable

from shared.schemas.reference import Division, DivisionAlias, ReferenceRow
from shared.schemas.vocabulary import DivisionLevel, PointQuality

CODES_OF = date(2023, 6, 30)
CODES_FROM = "国家统计局统计用区划代码2023年版（china-division 2.7.0）"
CROSSWALK_FROM = "民政部乡镇级行政区划名录2025年末（CC BY 4.0）与统计用区划代码2023年版对照"
STATUTORY = frozenset({"地级市", "市辖区", "县", "街道", "镇", "乡", "民族乡", "居委会", "村委会"})
LEVELS = {
    "prefecture": DivisionLevel.CITY,
    "county": DivisionLevel.COUNTY,
    "township": DivisionLevel.TOWNSHIP,
    "village": DivisionLevel.VILLAGE,
}
POINTS = {"geonames": PointQuality.KNOWN, "synthetic": PointQuality.PLACEHOLDER}
CITY = "361000"


def division_rows(folder: Traversable) -> Iterator[ReferenceRow]:
    """The tree, with points where there are any and population where it was counted or estimated."""
    points = {each["code"]: each for each in _sheet(folder, "township_centroids.csv")}
    people = {each["adcode"]: each for each in _sheet(folder, "county_population.csv")}
    for cells in _sheet(folder, "divisions.csv"):
        point, population = points.get(cells["code"]), people.get(cells["code"])
        sources = [CODES_FROM]
        sources += [f"点位：{point['source']}"] if point else []
        sources += [f"人口：{population['source']}"] if population else []
        yield ReferenceRow.of(_division(cells, point, population), valid_from=CODES_OF, source="；".join(sources))


def alias_rows(folder: Traversable) -> Iterator[ReferenceRow]:
    """The civil-affairs list's numbers and names for the same townships."""
    for cells in _sheet(folder, "township_crosswalk_nbs_mca.csv"):
        if not cells["mca2025_code"]:
            continue
        alias = DivisionAlias(
            system="civil_affairs",
            division=cells["nbs2023_code"] or None,
            other_code=cells["mca2025_code"],
            other_name=cells["mca_name"],
            note=cells["note"],
        )
        yield ReferenceRow.of(alias, valid_from=CODES_OF, source=CROSSWALK_FROM)


def _division(cells: dict[str, str], point: dict[str, str] | None, population: dict[str, str] | None) -> Division:
    return Division(
        code=_as_prefix(cells["code"]),
        name=cells["name"],
        level=LEVELS[cells["level"]],
        parent=None if cells["code"] == CITY else _as_prefix(cells["parent_code"]),
        kind=cells["kind"],
        statutory=cells["kind"] in STATUTORY,
        lng=float(point["lng"]) if point else None,
        lat=float(point["lat"]) if point else None,
        point_quality=POINTS[point["quality"]] if point else None,
        population=int(population["pop_2020_census"]) if population else None,
        population_quality=population["quality"] if population else None,
    )


def _as_prefix(code: str) -> str:
    # The city's own code ends in zeros; as a prefix it must not, or it would cover nothing below it.
    return "3610" if code == CITY else code


def _sheet(folder: Traversable, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines()))
