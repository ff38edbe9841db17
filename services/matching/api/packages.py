"""Packages, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.matching.schemas.packages import LedgerView, PackageForm, PackageView, Quarter
from services.matching.service import packages
from shared.kit.access import may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1/packages", tags=["packages"])


@router.post("", status_code=201, dependencies=[may(Action.GRANT_PACKAGE)], summary="Hand a station a package")
async def grant_package(form: PackageForm, session: Transaction) -> PackageView:
    """Move so much of your resource into a station's package for a quarter; given again, it is added."""
    return await packages.grant_package(session, form)


@router.get("", dependencies=[may(Action.READ_PACKAGES)], summary="Packages")
async def read_packages(
    session: Transaction,
    page: PageCut,
    provider: Annotated[str | None, Query(max_length=60)] = None,
    station_id: UUID | None = None,
    quarter: Annotated[Quarter | None, Query()] = None,
) -> Page[PackageView]:
    """What departments handed to stations, with what is left: your own, your station's or your division's."""
    return await packages.packages(session, page, provider=provider, station_id=station_id, quarter=quarter)


@router.get("/{id}/ledger", dependencies=[may(Action.READ_PACKAGES)], summary="A package's ledger")
async def read_ledger(id: UUID, session: Transaction) -> LedgerView:
    """Every movement of a package, and what they sum to."""
    return await packages.ledger_of(session, id)
