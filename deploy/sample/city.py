"""The real city on which the sample stands: its divisions, what departments bring, the quarter, and the dice."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

from shared.reference import rows_of_table
from shared.schemas.reference import Category, Department, Division, ReferenceBody, ResourceKind, Station
from shared.schemas.vocabulary import DivisionLevel, PointQuality, StationKind, StationSetting

SEED = "抚州示例"
# The town in which a county's government sits has this number by the national codes' custom.
SEAT = "100"
Body = TypeVar("Body", bound=ReferenceBody)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter, as packages name it."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def last_day(self) -> date:
        following = date(self.year + self.number // 4, self.number % 4 * 3 + 1, 1)
        return following - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def dice(*subject: str) -> random.Random:
    """Chance that is the same for the same subject, on every machine and every day."""
    return random.Random(":".join((SEED, *subject)))  # noqa: S311 -- it must be foreseeable


def _bodies(kind: type[Body]) -> Iterator[Body]:
    for row in rows_of_table(kind.table):
        body = row.read()
        if isinstance(body, kind):
            yield body


@cache
def divisions() -> tuple[Division, ...]:
    """The division tree."""
    return tuple(_bodies(Division))


@cache
def counties() -> tuple[Division, ...]:
    return tuple(row for row in divisions() if row.level is DivisionLevel.COUNTY)


@cache
def townships() -> tuple[Division, ...]:
    """The statutory ones, each of which has a station."""
    return tuple(row for row in divisions() if row.level is DivisionLevel.TOWNSHIP and row.statutory)


def townships_of(county: str) -> Sequence[Division]:
    return [row for row in townships() if row.parent == county]


@cache
def villages_of(township: str) -> tuple[str, ...]:
    return tuple(row.code for row in divisions() if row.parent == township)


def seat_of(county: str) -> Division:
    """The township where a county's listings stand: the first one with a real point."""
    towns = townships_of(county)
    return next((town for town in towns if town.point_quality is PointQuality.KNOWN), towns[0])


@cache
def _residents_committees() -> Counter[str]:
    """By township, how much of it is town: one up for each residents' committee, one down for each village's."""
    scores: Counter[str] = Counter()
    for row in divisions():
        if row.level is DivisionLevel.VILLAGE and row.parent is not None:
            scores[row.parent] += 1 if row.kind.endswith("居委会") else -1
    return scores


def setting_of(township: Division) -> StationSetting:
    """Town, where it is a street, a county's seat, or has as many residents' committees as villages; else country."""
    is_town = township.kind == "街道" or township.code.endswith(SEAT) or _residents_committees()[township.code] >= 0
    return StationSetting.URBAN if is_town else StationSetting.RURAL


@cache
def stations() -> tuple[Station, ...]:
    return tuple(_bodies(Station))


@cache
def township_stations() -> tuple[Station, ...]:
    return tuple(row for row in stations() if row.kind is StationKind.TOWNSHIP)


@cache
def departments() -> tuple[str, ...]:
    return tuple(row.slug for row in _bodies(Department))


@cache
def categories() -> tuple[str, ...]:
    """What needs are about, except what is not the stations' business."""
    return tuple(row.code for row in _bodies(Category) if row.refers_to is None and row.code != "other")


@cache
def kinds_of(department: str) -> tuple[ResourceKind, ...]:
    """What a department brings to people, by the reference rows."""
    return tuple(kind for kind in _bodies(ResourceKind) if kind.department == department and not kind.for_stations)
