"""The stations of an area: as cases tells of them, and where it has told nothing yet, as the reference rows say."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import reading
from shared.kit.clock import today
from shared.kit.reference import reference
from shared.schemas.reference import Station
from shared.schemas.vocabulary import ServiceClass, StationKind


@dataclass(frozen=True, slots=True)
class Seat:
    """A township station that works; its services are None as long as it was not told of."""

    id: UUID
    code: str
    division: str
    serves: tuple[str, ...]
    setting: str | None = None
    services: dict[str, ServiceClass] | None = None

    def has(self, township: str) -> bool:
        """Whether needs of a township come to it."""
        return any(township.startswith(place) or place.startswith(township) for place in self.serves)


async def seats_in(session: AsyncSession, areas: Sequence[str]) -> list[Seat]:
    """The township stations of an area that work today, by their code."""
    told = await reading.stations(session)
    known = {row.station_id for row in told}
    rows = (await reference(session)).all(Station, Station.table, today(session))
    listed = [
        Seat(row.id, row.code, row.division, (row.division,))
        for row in rows
        if row.kind is StationKind.TOWNSHIP and row.id not in known
    ]
    seats = [
        Seat(row.station_id, row.code, row.division, tuple(row.serves), row.setting, {
            **dict.fromkeys(row.base_services, ServiceClass.BASE),
            **dict.fromkeys(row.special_services, ServiceClass.SPECIAL),
        })
        for row in told
        if row.is_active and row.kind == StationKind.TOWNSHIP
    ]  # fmt: skip
    found = [seat for seat in (*listed, *seats) if seat.division.startswith(tuple(areas))]
    return sorted(found, key=lambda seat: seat.code)
