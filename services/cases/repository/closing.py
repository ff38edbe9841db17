"""Questions about a station that closes: what it leaves, and who serves its places from now."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case, FollowUp, Station, Transfer
from shared.kit.reference import StoredRow
from shared.kit.stations import Seat, Seats, seats_of
from shared.schemas.reference import Station as StationRow
from shared.schemas.vocabulary import CaseStatus, StationKind


async def rows_of_station(session: AsyncSession, key: str) -> Sequence[StoredRow]:
    """The dated rows of a station as they are now, earliest first; what is in memory may be older."""
    query = select(StoredRow).where(StoredRow.table == StationRow.table, StoredRow.key == key)
    query = query.order_by(StoredRow.valid_from).execution_options(populate_existing=True)
    return (await session.scalars(query)).all()


async def seats_now(session: AsyncSession) -> Seats:
    """The stations that work, chosen from as needs chooses."""
    rows = await session.execute(
        select(Station.id, Station.code, Station.kind, Station.division, Station.serves, Station.is_active)
    )
    return seats_of(
        Seat(id=id, code=code, kind=StationKind(kind), division=division, serves=tuple(serves), is_active=is_active)
        for id, code, kind, division, serves, is_active in rows
    )


def _is_left_by(station_id: UUID) -> ColumnElement[bool]:
    """What a station has: open cases, and ended ones with a follow-up to come."""
    to_come = exists().where(FollowUp.case_id == Case.id, FollowUp.done_at.is_(None), FollowUp.dropped_at.is_(None))
    return (Case.station_id == station_id) & or_(Case.status != CaseStatus.CLOSED, to_come)


async def places_left_by(session: AsyncSession, station_id: UUID) -> Sequence[tuple[UUID, UUID, str]]:
    """Of each case that a station has: its id, whose it is, and where."""
    query = select(Case.id, Case.resident_id, Case.division).where(_is_left_by(station_id))
    return [(id, resident_id, division) for id, resident_id, division in await session.execute(query.order_by(Case.id))]


async def cases_left_by(session: AsyncSession, station_id: UUID, ids: Sequence[UUID]) -> Sequence[Case]:
    """Those of some cases that a station still has, locked, in the order of ids."""
    query = select(Case).where(Case.id.in_(ids), _is_left_by(station_id)).order_by(Case.id)
    return (await session.scalars(query.with_for_update().execution_options(populate_existing=True))).all()


async def has_open_case(session: AsyncSession, station_id: UUID, files: Sequence[UUID]) -> bool:
    """Whether a person has an open case at a station."""
    wanted = (Case.station_id == station_id, Case.resident_id.in_(files), Case.status != CaseStatus.CLOSED)
    return bool(await session.scalar(select(func.count()).select_from(Case).where(*wanted)))


async def lapse_offers(session: AsyncSession, station_id: UUID, *, by: str, at: datetime) -> None:
    """Nobody answers what a closed station offered, nor what was offered to it."""
    query = update(Transfer).where(
        Transfer.answered_at.is_(None), or_(Transfer.from_station == station_id, Transfer.to_station == station_id)
    )
    await session.execute(query.values(answered_by=by, answered_at=at, is_accepted=False))
