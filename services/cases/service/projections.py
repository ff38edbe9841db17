"""What cases keeps of others: reference rows, needs, what happened to their orders, as their facts come, in order."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.repository import casework as repository
from services.cases.service import casework, stations
from shared.kit.clock import now, today
from shared.kit.reference import put_row, reference
from shared.schemas.facts import Fact
from shared.schemas.facts import needs as facts
from shared.schemas.reference import CaseworkPolicy, Station


async def copy_reference(session: AsyncSession, fact: facts.ReferenceChanged) -> None:
    """Keep a reference row; a station's row makes it a station here."""
    await put_row(
        session, fact.table, fact.key, valid_from=fact.valid_from, valid_to=fact.valid_to, body=fact.body,
        source=fact.source, version=fact.version,
    )  # fmt: skip
    if fact.table == Station.table:
        await stations.adopt(session, fact)


async def note_registered(session: AsyncSession, fact: facts.NeedRegistered) -> None:
    """Somebody asked; what it is about is not known yet."""
    await repository.put_need(
        session, id=fact.need_id, resident_id=fact.resident_id, division=fact.division, station_id=fact.station_id,
        episode=fact.episode,
    )  # fmt: skip


async def note_judged(session: AsyncSession, fact: facts.NeedTriaged | facts.NeedReopened) -> None:
    """A person decided what it is about: what policy says is casework becomes a case."""
    await repository.put_need(
        session, id=fact.need_id, resident_id=fact.resident_id, category=fact.category, division=fact.division,
        station_id=fact.station_id, episode=fact.episode,
    )  # fmt: skip
    policy = (await reference(session)).get(CaseworkPolicy, CaseworkPolicy.table, fact.category, today(session))
    if policy is None or fact.resident_id is None:
        return
    need = await repository.need_by_id(session, fact.need_id)
    if need is not None:
        await casework.open_by_policy(session, need)


async def note_moved(session: AsyncSession, fact: facts.NeedChanged) -> None:
    await repository.move_need(session, fact.need_id, division=fact.division, station_id=fact.station_id)


async def note_event(
    session: AsyncSession, fact: Fact, need_id: UUID, *, at: datetime | None = None, provider: str | None = None,
    reason: str | None = None,
) -> None:  # fmt: skip
    """Something happened elsewhere for a need: cases that it is part of show it."""
    await repository.put_event(
        session, need_id=need_id, fact=fact.name, subject=UUID(fact.subject), at=at or now(session),
        provider=provider, reason=reason,
    )  # fmt: skip
