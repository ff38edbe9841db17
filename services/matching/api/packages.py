"""Packages, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.matching.api.lines import MOST_BYTES, lines_body, lines_sent
from services.matching.schemas.packages import (
    LedgerView,
    PackageBatchAnswer,
    PackageForm,
    PackageRow,
    PackageView,
    Quarter,
)
from services.matching.service import package_batches, packages
from shared.kit.access import may
from shared.kit.edge import Room, Transaction, moment_of, retry_safe
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1/packages", tags=["packages"])
LINES_BODY = lines_body(
    f"One object a line: {PackageRow.__doc__}",
    example='{"external_id": "meals-1", "station_id": "27ae58e8-9c1f-5e6f-845c-2b7d28c4903a", "quarter": "2026Q4",'
    ' "quota": 60}\n',
)


@router.post("", status_code=201, dependencies=[may(Action.GRANT_PACKAGE)], summary="Hand a station a package")
async def grant_package(form: PackageForm, session: Transaction) -> PackageView:
    """Move so much of your resource into a station's package for a quarter; given again, it is added."""
    return await packages.grant_package(session, form)


@router.post(
    "/batch", dependencies=[may(Action.GRANT_PACKAGE)], summary="Hand out many packages",
    openapi_extra=LINES_BODY, max_body_size=MOST_BYTES,
)  # fmt: skip
@retry_safe
async def put_packages(http: Request) -> PackageBatchAnswer:
    """Up to 5,000 packages of your resources as JSON lines; each line is answered, and a bad one spoils no other.

    A line says how much the package holds in all, so the file can be sent again safely: what is the same is
    unchanged, more is added, less is refused. Written in pieces of at most 1,000 lines.
    """
    body = await lines_sent(http)
    return await package_batches.put_packages(
        http.app.state.house.database, http.state.context, body, moment=moment_of(http)
    )


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
