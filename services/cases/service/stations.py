"""Stations: adopted from the reference rows, then kept by their heads, and held against the standard."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import UnknownPlace
from services.cases.models import Station
from services.cases.repository import stations as repository
from services.cases.rules.standards import judge
from services.cases.schemas.stations import StandardView, StationEdit, StationFile, StationView
from shared.kit.clock import local_day, now, today
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.paging import Cut, Page, paged
from shared.kit.preconditions import require_version
from shared.kit.reference import reference
from shared.schemas.facts.needs import ReferenceChanged
from shared.schemas.reference import Division, StationStandard
from shared.schemas.reference import Station as StationRow
from shared.schemas.vocabulary import StationSetting


async def adopt(session: AsyncSession, fact: ReferenceChanged) -> None:
    """A row makes a station, or tells of it anew; what its head wrote stays."""
    row = StationRow.model_validate(fact.body)
    until = fact.valid_to
    told = {
        "code": row.code, "kind": row.kind, "division": row.division, "name": row.name,
        "is_active": until is None or until > local_day(now(session)),
    }  # fmt: skip
    station = await repository.station_by_id(session, row.id, lock=True)
    if station is None:
        station = Station(
            id=row.id, serves=[row.division], services=[], service_points=[], adopted_at=now(session), version=1, **told
        )
        session.add(station)
        announce(session, station.changed())
    elif any(getattr(station, name) != value for name, value in told.items()):
        announce(session, station.edit(**told))
    await session.flush()


async def stations(session: AsyncSession, page: Cut, *, division: str | None) -> Page[StationView]:
    rows = await repository.stations(session, page, division=division)
    return paged(rows, page, key=lambda each: (each.adopted_at, each.id), view=StationView.model_validate)


async def station_file(session: AsyncSession, id: UUID) -> StationFile:
    """A station's whole file, if it is the caller's to see."""
    station = await repository.station_by_id(session, id)
    if station is None:
        raise NotFound
    return await _file(session, station)


async def _file(session: AsyncSession, station: Station) -> StationFile:
    staff, licensed = await repository.staff_of(session, station.id)
    day = today(session)
    rows = (await reference(session)).all(StationStandard, StationStandard.table, day)
    setting = StationSetting(station.setting) if station.setting else None
    judged = [
        StandardView(**standard.model_dump(exclude={"setting"}), value=value, verdict=verdict)
        for standard, value, verdict in judge(rows, station.measures(staff=staff, day=day), setting)
    ]
    shown = StationView.model_validate(station).model_dump()
    return StationFile(**shown, staff=staff, licensed=licensed, standards=judged)


async def edit_station(session: AsyncSession, id: UUID, edit: StationEdit, *, version: int) -> StationFile:
    """Write the part that its head keeps anew."""
    station = await repository.station_by_id(session, id, lock=True)
    if station is None:
        raise NotFound
    require_version(version, station.version)
    await _check_places(session, station, edit)
    values: dict[str, Any] = edit.model_dump()
    values |= {"serves": list(edit.serves), "service_points": list(edit.service_points)}
    values["services"] = [line.model_dump(mode="json") for line in edit.services]
    announce(session, station.edit(**values))
    await session.flush()
    return await _file(session, station)


async def _check_places(session: AsyncSession, station: Station, edit: StationEdit) -> None:
    """A station serves what lies in its own county (the city's one: in the city)."""
    snapshot, day = await reference(session), today(session)
    county = station.division[:6]
    for field in ("serves", "service_points"):
        for code in getattr(edit, field):
            if not code.startswith(county) or snapshot.get(Division, Division.table, code, day) is None:
                raise UnknownPlace(f"#/{field}")
