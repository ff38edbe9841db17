"""Stations, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.cases.schemas.stations import StationEdit, StationFile, StationView
from services.cases.service import stations
from shared.kit.access import may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.kit.preconditions import IfMatch, tag
from shared.schemas.access import Action

router = Room(prefix="/v1/stations", tags=["stations"])


@router.get("", dependencies=[may(Action.READ_STATIONS)], summary="Stations")
async def read_stations(
    session: Transaction,
    page: PageCut,
    division: Annotated[str | None, Query(pattern=r"^\d{4,12}$", description="Any level; covers all below.")] = None,
) -> Page[StationView]:
    """The stations that are yours to see, each with what its file says."""
    return await stations.stations(session, page, division=division)


@router.get("/{id}", dependencies=[may(Action.READ_STATIONS)], summary="A station's file")
async def read_station(id: UUID, session: Transaction, response: Response) -> StationFile:
    """One station, one file (一站一档): staff, and each standard met, missed or not reported."""
    return _tagged(response, await stations.station_file(session, id))


@router.put("/{id}", dependencies=[may(Action.EDIT_STATION)], summary="Keep a station's file")
async def edit_station(
    id: UUID, edit: StationEdit, session: Transaction, version: IfMatch, response: Response
) -> StationFile:
    """Write the part that the head keeps anew; what is left out counts as not reported."""
    return _tagged(response, await stations.edit_station(session, id, edit, version=version))


def _tagged(response: Response, station: StationFile) -> StationFile:
    tag(response, station.version)
    return station
