"""What matching keeps of others: reference rows, needs, people's codes, consents, as their facts come, in order."""

from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Need
from services.matching.repository import asking as repository
from services.matching.repository import giving
from services.matching.service import clocks, orders
from shared.kit.calendars import CALENDAR_TABLES
from shared.kit.reference import put_row
from shared.schemas.facts import Fact
from shared.schemas.facts import needs as facts
from shared.schemas.reference import Department
from shared.schemas.vocabulary import CancellationReason, NeedStatus, Urgency

ENDED = frozenset(NeedStatus) - {
    NeedStatus.REGISTERED, NeedStatus.TRIAGED, NeedStatus.ORDERED, NeedStatus.WAITING, NeedStatus.IN_SERVICE,
}  # fmt: skip


async def copy_reference(session: AsyncSession, fact: facts.ReferenceChanged) -> None:
    """Keep a reference row; a department's row makes it a provider."""
    await put_row(
        session, fact.table, fact.key, valid_from=fact.valid_from, valid_to=fact.valid_to, body=fact.body,
        source=fact.source, version=fact.version,
    )  # fmt: skip
    if fact.table == Department.table:
        row = Department.model_validate(fact.body)
        await giving.put_provider(
            session, slug=row.slug, kind=row.kind, name_zh=row.name_zh, name_en=row.name_en, short_zh=row.short_zh,
            since=fact.valid_from, until=fact.valid_to,
        )  # fmt: skip
    if fact.table in CALENDAR_TABLES:
        await clocks.redue_soon(session)


async def note_registered(session: AsyncSession, fact: facts.NeedRegistered) -> None:
    """Somebody asked."""
    await repository.put_need(
        session, id=fact.need_id, reference=fact.reference, resident_id=fact.resident_id, category=None,
        groups=list(fact.groups), urgency=fact.urgency, division=fact.division, station_id=fact.station_id,
        status=NeedStatus.REGISTERED, episode=fact.episode, confidence=None,
    )  # fmt: skip


async def note_triaged(session: AsyncSession, fact: facts.NeedTriaged) -> None:
    """A person decided what it is about; where it is more pressing now, who was asked must answer sooner."""
    before = await repository.need_by_id(session, fact.need_id, lock=True)
    await repository.put_need(
        session, id=fact.need_id, reference=fact.reference, resident_id=fact.resident_id, category=fact.category,
        groups=list(fact.groups), urgency=fact.urgency, division=fact.division, station_id=fact.station_id,
        status=NeedStatus.TRIAGED, episode=fact.episode, confidence=fact.confidence,
    )  # fmt: skip
    if before is not None and fact.urgency.rank < Urgency(before.urgency).rank:
        await orders.hasten_soon(session, fact.need_id)


async def note_reopened(session: AsyncSession, fact: facts.NeedReopened) -> None:
    """The next episode begins: everybody may be asked anew."""
    await repository.put_need(
        session, id=fact.need_id, reference=fact.reference, resident_id=fact.resident_id, category=fact.category,
        groups=list(fact.groups), urgency=fact.urgency, division=fact.division, station_id=fact.station_id,
        status=NeedStatus.TRIAGED, episode=fact.episode,
    )  # fmt: skip


async def note_changed(session: AsyncSession, fact: facts.NeedChanged) -> None:
    """Where it stands, where it is or who has it has changed."""
    need = await _change(
        session, fact.need_id, status=fact.status, division=fact.division, station_id=fact.station_id,
        urgency=fact.urgency, groups=list(fact.groups),
    )  # fmt: skip
    if need is not None and fact.status in ENDED:
        await orders.end_soon(session, fact.need_id, need.episode, CancellationReason.NEED_ENDED)


ENDED_BY: Final[dict[type[Fact], NeedStatus]] = {
    facts.NeedResolved: NeedStatus.RESOLVED,
    facts.NeedClosed: NeedStatus.CLOSED,
    facts.NeedWithdrawn: NeedStatus.WITHDRAWN,
    facts.NeedReferredOut: NeedStatus.REFERRED_OUT,
    facts.NeedJoined: NeedStatus.JOINED,
}
Ending: TypeAlias = (
    facts.NeedResolved | facts.NeedClosed | facts.NeedWithdrawn | facts.NeedReferredOut | facts.NeedJoined
)


async def note_ended(session: AsyncSession, fact: Ending) -> None:
    """Nothing more is asked of anybody in this episode."""
    await _change(session, fact.need_id, status=ENDED_BY[type(fact)])
    await orders.end_soon(session, fact.need_id, fact.episode, CancellationReason.NEED_ENDED)


async def _change(session: AsyncSession, id: UUID, **values: Any) -> Need | None:
    need = await repository.need_by_id(session, id, lock=True)
    if need is not None:
        for name, value in values.items():
            setattr(need, name, value)
        await session.flush()
    return need


async def keep_person(session: AsyncSession, fact: facts.ResidentChanged) -> None:
    """A person's codes as they are now."""
    await repository.put_person(
        session, resident_id=fact.resident_id, division=fact.division, codes=fact.codes.model_dump(mode="json"),
        version=fact.version,
    )  # fmt: skip


async def residents_merged(session: AsyncSession, fact: facts.ResidentsMerged) -> None:
    """Two files are one person's: rows stay as they are, and are read under the one that counts."""
    await repository.merge(session, fact.resident_id, fact.canonical_id)


async def residents_split(session: AsyncSession, fact: facts.ResidentsSplit) -> None:
    """They are two people's again."""
    await repository.split(session, fact.resident_id, fact.canonical_id)


async def keep_consent(session: AsyncSession, fact: facts.ConsentChanged) -> None:
    """Consent to the departments as such, or a lawful reason for one need."""
    if fact.need_id is None:
        await repository.put_consent(session, fact.resident_id, given=fact.given, at=fact.at)
        if not fact.given:
            await orders.consent_withdrawn(session, fact.resident_id)
    elif fact.override is not None:
        await repository.put_override(session, fact.need_id, fact.resident_id, reason=fact.override, at=fact.at)
