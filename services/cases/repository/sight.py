"""Which of these somebody sees: asked under their own row-level security."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case, Station, Worker
from services.cases.repository.casework import in_hands

Divisions = dict[UUID, tuple[str, ...]]


async def cases_seen(session: AsyncSession, ids: Sequence[UUID]) -> Divisions:
    """Those of some cases that the caller has; what is only offered to them shows nothing of what happens in it."""
    rows = await session.execute(select(Case.id, Case.division).where(Case.id.in_(ids), in_hands()))
    return {id: (division,) for id, division in rows}


async def workers_seen(session: AsyncSession, ids: Sequence[UUID]) -> Divisions:
    """Those of some workers whose file the caller sees."""
    rows = await session.execute(select(Worker.id, Worker.division).where(Worker.id.in_(ids)))
    return {id: (division,) for id, division in rows}


async def stations_seen(session: AsyncSession, ids: Sequence[UUID]) -> Divisions:
    """Those of some stations whose file the caller sees."""
    rows = await session.execute(select(Station.id, Station.division).where(Station.id.in_(ids)))
    return {id: (division,) for id, division in rows}
