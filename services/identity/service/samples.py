"""Accounts for trying the platform out: one or more for every role, made from the reference rows.

They name places and offices, never persons. Everybody knows them, so production refuses them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.identity.rules.scopes import CITY
from shared.reference.rows import rows_of_table
from shared.schemas.access import Grant, Role
from shared.schemas.reference import Department, Division, OnCall, ReferenceBody, Station
from shared.schemas.vocabulary import DivisionLevel, StationKind

# How many may work at a station of each kind; the sample city fills some of these places.
WORKERS_EACH = {StationKind.TOWNSHIP: 6, StationKind.HEAD: 10, StationKind.CITY: 12}


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample account, before it is written."""

    name: str
    grant: Grant
    worker: str | None = None


def samples(day: date) -> list[Sample]:
    """All sample accounts, by the reference rows of a day."""
    return [*_city(), *_counties(day), *_stations(day), *_departments(day), *_on_call(day)]


def _rows(kind: type[ReferenceBody], day: date) -> Iterator[ReferenceBody]:
    for row in rows_of_table(kind.table):
        if row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
            yield row.read()


def _city() -> Iterator[Sample]:
    for name, role in (
        ("hotline", Role.HOTLINE_OPERATOR),
        ("city-manager", Role.CITY_MANAGER),
        ("operator", Role.OPERATOR),
        ("supervisor", Role.SUPERVISOR),
        ("evaluator", Role.EVALUATOR),
        ("administrator", Role.ADMINISTRATOR),
    ):
        yield Sample(name, Grant(role=role, divisions=(CITY,)))
    for name, role in (("auditor", Role.AUDITOR), ("front-end", Role.FRONT_END), ("resident", Role.RESIDENT)):
        yield Sample(name, Grant(role=role))


def _counties(day: date) -> Iterator[Sample]:
    for division in _rows(Division, day):
        if isinstance(division, Division) and division.level is DivisionLevel.COUNTY and division.statutory:
            scope = (division.code,)
            yield Sample(f"head-station-{division.code}", Grant(role=Role.HEAD_STATION, divisions=scope))
            yield Sample(f"county-manager-{division.code}", Grant(role=Role.COUNTY_MANAGER, divisions=scope))
            yield Sample(f"administrator-{division.code}", Grant(role=Role.ADMINISTRATOR, divisions=scope))


def _stations(day: date) -> Iterator[Sample]:
    """Everybody at a station: named after its division, so that anyone can sign in anywhere."""
    for station in _rows(Station, day):
        if not isinstance(station, Station):
            continue
        code, here = station.division, (str(station.id),)
        yield Sample(f"head-{code}", Grant(role=Role.STATION_HEAD, stations=here), worker=f"{code}-head")
        for number in range(1, WORKERS_EACH[station.kind] + 1):
            grant = Grant(role=Role.SOCIAL_WORKER, stations=here)
            yield Sample(f"worker-{code}-{number}", grant, worker=f"{code}-{number}")
        if station.kind is StationKind.TOWNSHIP:
            yield Sample(f"township-{code}", Grant(role=Role.TOWNSHIP_MANAGER, divisions=(code,)))


def _departments(day: date) -> Iterator[Sample]:
    for department in _rows(Department, day):
        if isinstance(department, Department):
            slug = department.slug
            yield Sample(f"officer-{slug}", Grant(role=Role.PROVIDER_OFFICER, provider=slug))
            yield Sample(f"system-{slug}", Grant(role=Role.PROVIDER_SYSTEM, provider=slug))


def _on_call(day: date) -> Iterator[Sample]:
    """Whoever the duty roster names, each once."""
    scopes: dict[str, tuple[Role, set[str]]] = {}
    for row in _rows(OnCall, day):
        if isinstance(row, OnCall):
            scopes.setdefault(row.account, (Role(row.role), set()))[1].add(row.division)
    for account, (role, divisions) in scopes.items():
        yield Sample(account, Grant(role=role, divisions=tuple(sorted(divisions))))
