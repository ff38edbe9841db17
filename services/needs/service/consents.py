"""Consent that departments see a person's file, and the lawful reasons that stand in for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Consent
from services.needs.repository import needs as needs_repository
from services.needs.repository import residents as repository
from services.needs.schemas.residents import ConsentForm, OverrideForm
from shared.kit.access import Caller
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.timers import Timer, timer_row

CONSENT: Final = "consent_at_intake"


async def record_consent(session: AsyncSession, resident_id: UUID, form: ConsentForm, *, by: Caller) -> Consent:
    """Write down that consent was given or taken back; it counts for all departments, so that the next can be asked."""
    return await _record(session, resident_id, by=by.subject, given=form.given, evidence=form.evidence)


def consent_timer(resident_id: UUID, evidence: str, *, by: Caller, at: datetime) -> dict[str, Any]:
    """Consent given at intake, to be written right after: the file may be one that who asks may not see."""
    return timer_row(CONSENT, resident_id, at, evidence=evidence, by=by.subject)


async def record_from_intake(session: AsyncSession, timer: Timer) -> None:
    """Write down what a person said while they asked."""
    payload = timer.payload
    await _record(session, UUID(timer.subject), by=payload["by"], given=True, evidence=payload["evidence"])


async def record_override(session: AsyncSession, resident_id: UUID, form: OverrideForm, *, by: Caller) -> Consent:
    """Write down a lawful reason to name a person for one need without their consent."""
    need = await needs_repository.need_by_id(session, form.need_id)
    if need is None or need.resident_id is None:
        raise NotFound
    if await repository.canonical(session, need.resident_id) != await repository.canonical(session, resident_id):
        raise NotFound
    return await _record(
        session, resident_id, by=by.subject, given=True, evidence=form.evidence, need_id=need.id, override=form.reason
    )


async def _record(
    session: AsyncSession, resident_id: UUID, *, by: str, given: bool, evidence: str,
    need_id: UUID | None = None, override: str | None = None,
) -> Consent:  # fmt: skip
    # The file's row is held, so that its facts are counted in order.
    resident = await repository.resident_by_id(session, resident_id, lock=True)
    if resident is None:
        raise NotFound
    consent = Consent(
        id=new_id(), resident_id=resident.id, given=given, need_id=need_id, override=override,
        recorded_by=by, recorded_at=now(session),
    )  # fmt: skip
    consent.evidence = evidence
    session.add(consent)
    announce(session, consent.changed())
    return consent


async def consents_of(session: AsyncSession, resident_id: UUID) -> Sequence[Consent]:
    """All that was recorded for a person."""
    if await repository.resident_by_id(session, resident_id) is None:
        raise NotFound
    return await repository.consents_of(session, resident_id)
