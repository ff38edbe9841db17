"""Which township and which station, as the reference rows of the day say."""

from datetime import date
from uuid import UUID

from services.needs.errors import UnknownDivision, UnknownStation
from shared.kit.reference import Snapshot
from shared.schemas.reference import Division, Station
from shared.schemas.vocabulary import StationKind

TOWNSHIP_DIGITS, COUNTY_DIGITS = 9, 6


def _stations(snapshot: Snapshot, day: date) -> dict[tuple[str, str], Station]:
    def make(rows: Snapshot) -> dict[tuple[str, str], Station]:
        return {(row.kind, row.division): row for row in rows.all(Station, Station.table, day)}

    made: dict[tuple[str, str], Station] = snapshot.made(("stations", day), make)
    return made


def station_for(snapshot: Snapshot, division: str, day: date) -> Station:
    """The station that serves a township or village: its own, else the county's head station.

    Raises:
        UnknownDivision: there is no such township.
    """
    township = division[:TOWNSHIP_DIGITS]
    if snapshot.get(Division, Division.table, division, day) is None:
        raise UnknownDivision(division)
    stations = _stations(snapshot, day)
    found = stations.get((StationKind.TOWNSHIP, township)) or stations.get((StationKind.HEAD, division[:COUNTY_DIGITS]))
    if found is None:
        raise UnknownDivision(division)
    return found


def station_by_id(snapshot: Snapshot, id: UUID, day: date) -> Station:
    """A station by its id.

    Raises:
        UnknownStation: there is none.
    """
    for station in _stations(snapshot, day).values():
        if station.id == id:
            return station
    raise UnknownStation
