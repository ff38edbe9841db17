"""Which township and which station: the reference rows of the day, and what cases tells of the stations."""

from datetime import date
from uuid import UUID

from services.needs.errors import UnknownDivision, UnknownStation
from shared.kit.reference import Snapshot
from shared.kit.stations import Seat, seats
from shared.schemas.reference import Division


def station_for(snapshot: Snapshot, division: str, day: date) -> Seat:
    """The station that serves a township or village: its own, else the county's head station.

    Raises:
        UnknownDivision: there is no such township.
    """
    if snapshot.get(Division, Division.table, division, day) is None:
        raise UnknownDivision(division)
    found = seats(snapshot, day).serving(division)
    if found is None:
        raise UnknownDivision(division)
    return found


def station_by_id(snapshot: Snapshot, id: UUID, day: date) -> Seat:
    """A station by its id, if it works.

    Raises:
        UnknownStation: there is none.
    """
    found = seats(snapshot, day).by_id.get(id)
    if found is None:
        raise UnknownStation
    return found
