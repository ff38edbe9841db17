"""Intake: a person's words become a need with running clocks."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Need
from services.needs.repository import needs as repository
from services.needs.rules.moves import SHOWS_TOKEN
from services.needs.schemas.needs import ClockView, NeedRegistered, NeedRegistration, NeedView
from services.needs.schemas.residents import ConsentForm
from services.needs.service import clocks, consents, crises, messages, residents
from services.needs.service.places import station_for
from shared.kit.access import Caller
from shared.kit.clock import now, today
from shared.kit.crypto import blind
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.reference import reference
from shared.kit.references import new_reference
from shared.schemas.vocabulary import Channel, ClockKind, NeedStatus, Urgency

AT_REGISTRATION = (ClockKind.TRIAGE, ClockKind.FIRST_CONTACT)
CONSENT_AT_INTAKE = "登记时由本人同意（{channel}）"


@dataclass(frozen=True, slots=True)
class Registered:
    """A new need, its clocks, and the token under which the asker can follow it."""

    need: Need
    clocks: list[dict[str, Any]]
    token: str


async def register_need(session: AsyncSession, registration: NeedRegistration, *, by: Caller) -> NeedRegistered:
    """Write down what somebody asks for, start the clocks, and let them know how to follow it."""
    resident_id = await residents.resident_for_need(
        session, registration.resident, registration.resident_id, division=registration.division, by=by
    )
    made = await _write(session, registration, resident_id=resident_id, by=by)
    if resident_id is not None and registration.consents_to_departments:
        evidence = CONSENT_AT_INTAKE.format(channel=registration.channel.zh)
        await consents.record_consent(session, resident_id, ConsentForm(given=True, evidence=evidence), by=by)
    await messages.send_tracking_link(session, made.need, made.token, registration.resident)
    if registration.urgency is Urgency.CRISIS:
        await crises.tell_people_on_duty(session, made.need)
    return _answer(made)


async def _write(session: AsyncSession, registration: NeedRegistration, *, resident_id: Any, by: Caller) -> Registered:
    snapshot, moment, token = await reference(session), now(session), secrets.token_urlsafe(24)
    need = Need(
        id=new_id(), reference=new_reference("XQ", today(session)), channel=registration.channel,
        resident_id=resident_id, on_behalf_of=registration.on_behalf_of, category=None,
        groups=list(registration.groups), urgency=registration.urgency, confidence=None,
        division=registration.division, station_id=station_for(snapshot, registration.division, today(session)).id,
        status=NeedStatus.REGISTERED, episode=1, outcome=None, assigned_to=None,
        tracking_index=blind("tracking", token), joined_to=None, registered_by=by.subject, registered_at=moment,
        triaged_at=None, resolved_at=None, version=1,
    )  # fmt: skip
    need.words = registration.words
    rows, timers = clocks.new_clocks(snapshot, need, AT_REGISTRATION, started=moment, day=today(session))
    need.due_at = min(row["due_at"] for row in rows)
    await repository.write_registered(session, residents.columns(need), rows, timers)
    announce(session, need.registered())
    return Registered(need, rows, token)


def _answer(made: Registered) -> NeedRegistered:
    shown = Channel(made.need.channel) in SHOWS_TOKEN
    return NeedRegistered(
        **NeedView.model_validate(made.need).model_dump(),
        clocks=[ClockView.model_validate(dict.fromkeys(ENDS) | row) for row in made.clocks],
        tracking_token=made.token if shown else None,
    )


ENDS = ("met_at", "first_met_at", "breached_at", "stopped_at")
