"""What waits: cases for somebody to have them, and what a head works on itself for the county."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case, StationHead
from services.cases.repository.casework import in_hands
from shared.kit.paging import Cut, beyond
from shared.schemas.vocabulary import CaseStatus


class Unowned(NamedTuple):
    """What is read of a case for whoever sees no more of it."""

    id: UUID
    reference: str | None
    station_id: UUID
    unowned_since: datetime
    alerts: int


async def unowned(session: AsyncSession, page: Cut) -> Sequence[Unowned]:
    """Open cases that nobody has, the longest first; one row more than the page holds."""
    query = select(Case.id, Case.reference, Case.station_id, Case.unowned_since, Case.alerts)
    query = query.where(*beyond(Case.unowned_since, Case.id, page), Case.unowned_since.is_not(None))
    query = query.where(Case.status != CaseStatus.CLOSED, in_hands())
    rows = await session.execute(query.order_by(Case.unowned_since, Case.id).limit(page.limit + 1))
    return [Unowned(id, told, at, since, alerts) for id, told, at, since, alerts in rows if since is not None]


async def head_among(session: AsyncSession, station_id: UUID, accounts: Sequence[str]) -> bool:
    """Whether one of these accounts heads a station."""
    query = select(StationHead.account).where(StationHead.station_id == station_id, StationHead.account.in_(accounts))
    return await session.scalar(query.limit(1)) is not None


async def put_head(session: AsyncSession, account: str, stations: Sequence[UUID]) -> None:
    """The stations that an account heads from now on, and no others."""
    await session.execute(delete(StationHead).where(StationHead.account == account))
    rows: list[dict[str, Any]] = [{"account": account, "station_id": id} for id in stations]
    if rows:
        await session.execute(insert(StationHead).values(rows).on_conflict_do_nothing())
