"""Rows about places and time: divisions, stations, the legal calendar, hours of work, people on duty."""

from datetime import date, time
from typing import Self
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from shared.schemas.reference.row import ReferenceBody
from shared.schemas.vocabulary import DivisionLevel, PointQuality, StationKind

# Fixed for ever, so that a station has the same id on every machine and cases can adopt it.
STATIONS = UUID("6f1f4a52-8f0b-5d0c-9a53-3610003610ab")


def station_id(code: str) -> UUID:
    """The id of a station, made from its code."""
    return uuid5(STATIONS, code)


class Division(ReferenceBody, table="division"):
    """An administrative division by its national code: city `3610`, county 6, township 9, village 12 digits.

    The city's code is written as the prefix that covers it, so that one division covers another exactly if its code
    begins the other's. Points are WGS-84; where the quality is `placeholder`, distance is unknown.
    """

    code: str = Field(pattern=r"^3610(\d{2}(\d{3}(\d{3})?)?)?$")
    name: str
    level: DivisionLevel
    parent: str | None
    kind: str
    statutory: bool
    lng: float | None = None
    lat: float | None = None
    point_quality: PointQuality | None = None
    population: int | None = None
    population_quality: str | None = None

    @property
    def key(self) -> str:
        return self.code

    @property
    def national_code(self) -> str:
        """The code as GB/T 2260 writes it: six digits for the city too."""
        return self.code.ljust(6, "0")

    def covers(self, code: str) -> bool:
        """Whether a code is this division or lies within it."""
        return code.startswith(self.code)


class DivisionAlias(ReferenceBody, table="division_alias"):
    """Another code or name for a division: the civil-affairs list counts otherwise, people spell otherwise."""

    system: str = Field(pattern="^(civil_affairs|former|spelling)$")
    division: str | None = None
    other_code: str | None = None
    other_name: str
    note: str = ""

    @property
    def key(self) -> str:
        return f"{self.system}:{self.division or ''}:{self.other_code or self.other_name}"


class Station(ReferenceBody, table="station"):
    """A social-work station as needs and matching know it until its own service tells more."""

    id: UUID
    code: str
    division: str
    name: str
    kind: StationKind

    @property
    def key(self) -> str:
        return self.code

    @model_validator(mode="after")
    def _check_id(self) -> Self:
        if self.id != station_id(self.code):
            raise ValueError("A station's id is made from its code. 社工站编号须由编码生成。")
        return self


class CalendarYear(ReferenceBody, table="calendar_year"):
    """A year whose holidays the State Council has published; others fall back to Monday to Friday, with a warning."""

    year: int
    workdays: int

    @property
    def key(self) -> str:
        return str(self.year)


class CalendarDay(ReferenceBody, table="calendar_day"):
    """A day that a notice names: a day off, or a make-up workday (调休上班). All other days follow their weekday."""

    date: date
    is_workday: bool
    name_zh: str
    name_en: str

    @property
    def key(self) -> str:
        return self.date.isoformat()


class WorkHours(ReferenceBody, table="work_hours"):
    """One stretch of the working day, Asia/Shanghai; the day is their sum."""

    starts: time
    ends: time

    @property
    def key(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError("Working hours end after they start. 下班时间须晚于上班时间。")
        return self


class OnCall(ReferenceBody, table="on_call"):
    """Who is told of a crisis in a division, at which hours of which weekdays (1 Monday … 7 Sunday).

    `ends` of 00:00 is midnight; an `ends` before `starts` reaches into the next morning. Every account on duty in any
    division that covers the need is told.
    """

    division: str
    weekdays: tuple[int, ...]
    starts: time
    ends: time
    account: str
    role: str

    @property
    def key(self) -> str:
        days = "".join(str(day) for day in self.weekdays)
        return f"{self.division}:{self.account}:{days}:{self.starts:%H:%M}-{self.ends:%H:%M}"
