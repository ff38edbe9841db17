"""Stations: adopted from the reference rows, then kept by their heads, and held against the standard."""

from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import UnknownPlace
from services.cases.models import Station
from services.cases.repository import closing as closings
from services.cases.repository import stations as repository
from services.cases.rules.standards import judge
from services.cases.schemas.stations import StandardView, StationEdit, StationFile, StationView
from services.cases.service import closing
from shared.kit.clock import SHANGHAI, now, today
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.paging import Cut, Page, paged
from shared.kit.preconditions import require_version
from shared.kit.reference import reference
from shared.kit.timers import Timer, cancel_timers, set_timer
from shared.schemas.facts.needs import ReferenceChanged
from shared.schemas.reference import Division, StationStandard
from shared.schemas.reference import Station as StationRow
from shared.schemas.vocabulary import StationSetting

DAY: Final = "station_day"


async def adopt(session: AsyncSession, fact: ReferenceChanged) -> None:
    """A row makes a station; what it says of one that is there, and of days to come, a timer looks at.

    Facts heard again are heard at their own times: only the timer knows what is said of the present day.
    """
    row, day = StationRow.model_validate(fact.body), today(session)
    told = _told(row, is_active=fact.valid_from <= day and (fact.valid_to is None or day < fact.valid_to))
    station = await repository.station_by_id(session, row.id)
    if station is None:
        station = Station(
            id=row.id, serves=[row.division], services=[], service_points=[], adopted_at=now(session), version=1, **told
        )
        session.add(station)
        announce(session, station.changed())
        await session.flush()
    if _differs(station, told) or fact.valid_to is not None or day < fact.valid_from:
        await _look(session, station.id, row.code, at=now(session))


def _told(row: StationRow, *, is_active: bool) -> dict[str, Any]:
    """What a row says of a station; the rest is its head's."""
    return {
        "code": row.code, "kind": row.kind, "division": row.division, "name": row.name, "is_active": is_active,
    }  # fmt: skip


def _differs(station: Station, told: dict[str, Any]) -> bool:
    return any(getattr(station, name) != value for name, value in told.items())


async def _look(session: AsyncSession, id: UUID, code: str, *, at: datetime) -> None:
    """Let what the rows say of a station be looked at, once."""
    await cancel_timers(session, id, kind=DAY)
    await set_timer(session, DAY, id, due=at, code=code)


async def turn(session: AsyncSession, timer: Timer) -> None:
    """A day came on which a station's row begins or ends, or a row was told: the station is what is said of today."""
    rows, day = await closings.rows_of_station(session, timer.payload["code"]), today(session)
    station = await repository.station_by_id(session, UUID(timer.subject), lock=True)
    if station is None or not rows:
        return
    ahead = sorted(each for row in rows for each in (row.valid_from, row.valid_to) if each is not None and each > day)
    if ahead:
        await _look(session, station.id, station.code, at=datetime.combine(ahead[0], time(), SHANGHAI))
    begun = [row for row in rows if row.valid_from <= day]
    valid = [row for row in begun if row.valid_to is None or day < row.valid_to]
    said = StationRow.model_validate((valid or begun or rows)[-1].body)
    await _become(session, station, _told(said, is_active=bool(valid)))


async def _become(session: AsyncSession, station: Station, told: dict[str, Any]) -> None:
    if not _differs(station, told):
        return
    closes = station.is_active and not told["is_active"]
    announce(session, station.edit(**told))
    await session.flush()
    if closes:
        await closing.hand_over(session, station)


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
