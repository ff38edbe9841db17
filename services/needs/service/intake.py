"""Intake: a person's words become a need with running clocks."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Need
from services.needs.repository import intake as repository
from services.needs.repository.intake import IntakeRows
from services.needs.rules.moves import SHOWS_TOKEN
from services.needs.schemas.needs import NeedRegistered, NeedRegistration
from services.needs.schemas.residents import ConsentForm
from services.needs.service import clocks, consents, crises, messages, residents
from services.needs.service.figures import of_a_new_clock
from services.needs.service.places import station_for
from shared.kit.access import Caller
from shared.kit.clock import now, today
from shared.kit.crypto import blind
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.reference import reference
from shared.kit.references import new_reference
from shared.kit.rows import columns
from shared.schemas.access import Role
from shared.schemas.vocabulary import Channel, ClockKind, NeedStatus, Urgency

AT_REGISTRATION = (ClockKind.TRIAGE, ClockKind.FIRST_CONTACT)
ENDS = ("met_at", "first_met_at", "breached_at", "stopped_at", "superseded_by")
CONSENT_AT_INTAKE = "登记时由本人同意（{channel}）"


@dataclass(frozen=True, slots=True)
class Registered:
    """A new need, and the token under which the asker can follow it."""

    need: Need
    token: str


async def register_need(session: AsyncSession, registration: NeedRegistration, *, by: Caller) -> NeedRegistered:
    """Write down what somebody asks for, start the clocks, and let them know how to follow it."""
    rows = IntakeRows()
    resident_id = await residents.resident_for_need(
        session, registration.resident, registration.resident_id, rows, division=registration.division, by=by
    )
    made = await _new_need(session, registration, rows, resident_id=resident_id, by=by)
    await messages.tracking_link(session, made.need, made.token, registration.resident, rows)
    consents_by = CONSENT_AT_INTAKE.format(channel=registration.channel.zh)
    if registration.consents_to_departments and resident_id is not None and not rows.residents:
        # The file of a known number may be one that who asks may not see: the platform writes it down right after.
        rows.timers.append(consents.consent_timer(resident_id, consents_by, by=by, at=now(session)))
    await repository.write(session, rows)
    announce(session, made.need.registered())
    if registration.consents_to_departments and resident_id is not None and rows.residents:
        await consents.record_consent(session, resident_id, ConsentForm(given=True, evidence=consents_by), by=by)
    if registration.urgency is Urgency.CRISIS:
        await crises.tell_people_on_duty(session, made.need)
    return _answer(made, rows, by=by)


async def _new_need(
    session: AsyncSession, registration: NeedRegistration, rows: IntakeRows, *, resident_id: UUID | None, by: Caller
) -> Registered:
    snapshot, moment, token = await reference(session), now(session), secrets.token_urlsafe(24)
    need = Need(
        id=new_id(), reference=new_reference("XQ", today(session)), channel=registration.channel,
        resident_id=resident_id, on_behalf_of=registration.on_behalf_of, category=None,
        groups=list(registration.groups), urgency=registration.urgency, confidence=None,
        division=registration.division, station_id=station_for(snapshot, registration.division, today(session)).id,
        status=NeedStatus.REGISTERED, episode=1, outcome=None, assigned_to=None,
        tracking_index=blind("tracking", token), joined_to=None, registered_by=by.subject,
        registered_at=moment, awaits_county=False, triaged_at=None, resolved_at=None, version=1,
    )  # fmt: skip
    need.words = registration.words
    clock_rows, timers = clocks.new_clocks(snapshot, need, AT_REGISTRATION, started=moment, day=today(session))
    need.due_at = min(row["due_at"] for row in clock_rows)
    rows.needs.append(columns(need))
    rows.clocks.extend(clock_rows)
    rows.timers.extend(timers)
    return Registered(need, token)


def _answer(made: Registered, rows: IntakeRows, *, by: Caller) -> NeedRegistered:
    """Read from the rows themselves: they are what was written, and this is the busiest answer of the house."""
    # The screen must be the asker's own: an operator who writes for an app sees no token.
    shown = Channel(made.need.channel) in SHOWS_TOKEN and by.has(Role.FRONT_END, Role.RESIDENT)
    clock_views = [
        dict.fromkeys(ENDS) | row | {"figures": of_a_new_clock(row["kind"], row["due_at"])} for row in rows.clocks
    ]
    told = {"clocks": clock_views, "pauses": [], "cases": [], "tracking_token": made.token if shown else None}
    return NeedRegistered.model_validate(rows.needs[0] | told)
