"""Stations as they are now: what cases tells of them, and where it has told nothing yet, the reference rows.

What was told is kept beside the copied reference rows, and so it is in memory wherever a station is looked up. It is
the present state and not dated: a station that closed today takes nothing more today.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.clock import today
from shared.kit.reference import Snapshot, put_row, reference
from shared.schemas.facts.cases import StationChanged
from shared.schemas.reference import Station
from shared.schemas.vocabulary import StationKind

TOLD: Final = "station_told"
BEGINNING: Final = date(2000, 1, 1)
# Whose own division it is: a village's station before the township's, that before the county's head station.
LEVELS: Final = (12, 9, 6)


class Seat(BaseModel):
    """A station, and the divisions from which needs come to it."""

    id: UUID
    code: str
    kind: StationKind
    division: str
    serves: tuple[str, ...]
    is_active: bool = True
    version: int = 0


@dataclass(frozen=True, slots=True)
class Seats:
    """All stations that work, by id and by whom they serve."""

    by_id: dict[UUID, Seat]
    by_division: dict[str, Seat]

    def serving(self, division: str) -> Seat | None:
        """The station that serves a place: the one nearest to it."""
        found = (self.by_division.get(division[:digits]) for digits in LEVELS if len(division) >= digits)
        return next((seat for seat in found if seat is not None), None)


async def keep_station(session: AsyncSession, fact: StationChanged) -> None:
    """Keep a station as it was told; what is older than what is known says nothing new."""
    seat = Seat(
        id=fact.station_id, code=fact.code, kind=fact.kind, division=fact.division, serves=fact.serves,
        is_active=fact.is_active, version=fact.version,
    )  # fmt: skip
    known = (await reference(session)).get(Seat, TOLD, str(seat.id), today(session))
    if known is None or known.version < seat.version:
        await put_row(
            session, TOLD, str(seat.id), valid_from=BEGINNING, valid_to=None, body=seat.model_dump(mode="json"),
            source="cases", version=seat.version,
        )  # fmt: skip


def seats(snapshot: Snapshot, day: date) -> Seats:
    """The stations that work on a day; computed once a snapshot."""
    made: Seats = snapshot.made(("seats", day), lambda rows: _seats(rows, day))
    return made


def _seats(snapshot: Snapshot, day: date) -> Seats:
    listed = {
        row.id: Seat(id=row.id, code=row.code, kind=row.kind, division=row.division, serves=(row.division,))
        for row in snapshot.all(Station, Station.table, day)
    }
    known = listed | {seat.id: seat for seat in snapshot.all(Seat, TOLD, day)}
    return seats_of(known.values())


def seats_of(known: Iterable[Seat]) -> Seats:
    """Those of some stations that work, by whom they serve: a township's own before a head station."""
    working = {seat.id: seat for seat in known if seat.is_active}
    by_division: dict[str, Seat] = {}
    for seat in sorted(working.values(), key=lambda each: (list(StationKind).index(each.kind), each.code)):
        for division in seat.serves:
            by_division.setdefault(division, seat)
    return Seats(working, by_division)
