"""What people of the stations do with a need: look at it, judge it, speak with the person, help, end it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.errors import CaseStillOpen, HappenedLater, OrdersStillOpen, UnknownCategory
from services.needs.models import Contact, Need
from services.needs.repository import cases, pauses
from services.needs.repository import needs as repository
from services.needs.rules.moves import is_raised
from services.needs.schemas.episodes import CasePartView, PauseView
from services.needs.schemas.needs import (
    ContactForm,
    NeedEdit,
    NeedView,
    NeedWithClocks,
    QueueFilter,
    Resolution,
    Triage,
    WordsView,
)
from services.needs.service import clocks, crises
from services.needs.service.figures import clock_views
from services.needs.service.places import station_by_id, station_for
from shared.kit.access import Caller
from shared.kit.audit import acting, record_reading
from shared.kit.clock import now, today
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.kit.preconditions import require_version
from shared.kit.reference import reference
from shared.schemas.facts.needs import NeedContacted
from shared.schemas.reference import Category
from shared.schemas.vocabulary import ClockKind, ContactKind, Urgency

LATE_ENTRY: Final = timedelta(hours=24)
# The clocks that a rise in urgency starts anew, from the rise; the old ones stay as they are.
RAISED: Final = (ClockKind.TRIAGE, ClockKind.STATION_RESPONSE, ClockKind.FIRST_CONTACT, ClockKind.NEED_MET)


async def queue(session: AsyncSession, page: Cut, wanted: QueueFilter) -> Page[NeedView]:
    """What waits, the soonest due first."""
    rows = await repository.queue(session, page, wanted)
    return paged(rows, page, key=lambda need: (need.due_at, need.id), view=NeedView.model_validate)


async def need_with_clocks(session: AsyncSession, id: UUID) -> NeedWithClocks:
    """A need and its clocks, if it is the caller's to see."""
    need = await need_of(session, id, lock=False)
    return NeedWithClocks(
        **NeedView.model_validate(need).model_dump(),
        clocks=await clock_views(session, await repository.clocks_of(session, [id])),
        pauses=[PauseView.model_validate(pause) for pause in await pauses.pauses_of(session, id)],
        cases=[CasePartView.model_validate(part) for part in await cases.parts_of(session, id)],
    )


async def need_of(session: AsyncSession, id: UUID, *, lock: bool = True) -> Need:
    need = await repository.need_by_id(session, id, lock=lock)
    if need is None:
        raise NotFound
    return need


async def read_words(session: AsyncSession, id: UUID) -> WordsView:
    """The words as spoken, and those of later decisions; the reading is written down."""
    need = await need_of(session, id, lock=False)
    await record_reading(
        session, "read_words", purpose=f"need:{id}", fields=("words",), subjects=[need.resident_id or need.id]
    )
    declined = await repository.last_declined(session, need.id)
    return WordsView(
        need_id=need.id, words=need.words or "", referred_to=need.referred_to,
        declined_because=declined.because if declined else None,
    )  # fmt: skip


async def edit_need(session: AsyncSession, id: UUID, edit: NeedEdit, *, version: int) -> Need:
    """Write the editable part of a need anew; where it moves, its station follows until triage has decided."""
    need = await need_of(session, id)
    require_version(version, need.version)
    has_moved = need.division != edit.division
    if has_moved:
        station = station_for(await reference(session), edit.division, today(session))
        need.station_id = need.station_id if need.triaged_at else station.id
    need.words, need.division, need.groups = edit.words, edit.division, list(edit.groups)
    need.on_behalf_of = edit.on_behalf_of
    announce(session, need.edited())
    if has_moved:
        await clocks.go_along(session, need)
    return need


async def triage_need(session: AsyncSession, id: UUID, triage: Triage) -> Need:
    """A person decides; the station's clock starts, and a crisis raises its clocks and tells the people on duty."""
    need = await need_of(session, id)
    snapshot, day, moment = await reference(session), today(session), now(session)
    if snapshot.get(Category, Category.table, triage.category, day) is None:
        raise UnknownCategory(triage.category)
    station_id = need.station_id if triage.station_id is None else station_by_id(snapshot, triage.station_id, day).id
    before, is_first, has_moved = Urgency(need.urgency), need.category is None, station_id != need.station_id
    is_another = need.category not in (None, triage.category)
    announce(
        session,
        need.triage(
            category=triage.category, groups=triage.groups, urgency=triage.urgency, station_id=station_id,
            division=need.division, confidence=triage.confidence, by=acting(session), at=moment,
        ),
    )  # fmt: skip
    if need.is_in_service:
        announce(session, need.edited())
    await clocks.meet(session, need, ClockKind.TRIAGE, at=moment)
    if has_moved:
        await clocks.go_along(session, need)
    if is_first:
        await clocks.start(session, need, ClockKind.NEED_MET, started=need.registered_at)
        await clocks.start(session, need, ClockKind.STATION_RESPONSE, started=moment)
    if is_another:
        await clocks.promise_anew(session, need)
    if is_raised(before, triage.urgency):
        await _raise_clocks(session, need, starts_station=is_first)
    return need


async def _raise_clocks(session: AsyncSession, need: Need, *, starts_station: bool) -> None:
    """New clock rows from the rise for whatever still runs; a crisis is told to the people on duty."""
    running = {ClockKind(clock.kind) for clock in await repository.open_clocks(session, need)}
    # At the first triage the station's clock began at this very moment, with the new urgency already.
    fresh = {ClockKind.STATION_RESPONSE} if starts_station else set()
    await clocks.start(session, need, *[kind for kind in RAISED if kind in running - fresh], started=now(session))
    if need.urgency == Urgency.CRISIS:
        await crises.tell_people_on_duty(session, need)


async def claim_need(session: AsyncSession, id: UUID, *, by: Caller) -> Need:
    """Somebody of the station takes a need on."""
    need = await need_of(session, id)
    announce(session, need.claim(by.subject))
    return need


async def record_contact(session: AsyncSession, id: UUID, form: ContactForm, *, by: Caller) -> Contact:
    """Write down that somebody able to help spoke with the person, or tried to; the earliest counts."""
    need = await need_of(session, id)
    occurred = form.occurred_at or now(session)
    if occurred > now(session) or occurred < need.registered_at:
        raise HappenedLater
    contact = Contact(
        id=new_id(), need_id=need.id, episode=need.episode_at(occurred), kind=form.kind, by=by.subject,
        occurred_at=occurred,
        recorded_at=now(session), is_late_entry=now(session) - occurred > LATE_ENTRY,
    )  # fmt: skip
    contact.note = form.note
    session.add(contact)
    if form.kind.is_effective:
        await contacted(session, need, form.kind, at=occurred)
    return contact


async def contacted(session: AsyncSession, need: Need, kind: ContactKind, *, at: datetime) -> None:
    """A two-way exchange took place: the headline clock stops at the earliest."""
    episode = need.episode_at(at)
    changed = await clocks.meet(session, need, ClockKind.FIRST_CONTACT, at=at, episode=episode)
    announce(
        session,
        NeedContacted(
            need_id=need.id, episode=episode, kind=kind, occurred_at=at, recorded_at=now(session),
            is_first=changed, is_late_entry=now(session) - at > LATE_ENTRY, by=acting(session),
        ),
    )  # fmt: skip


async def start_need(session: AsyncSession, id: UUID) -> Need:
    """The station helps by itself."""
    need = await need_of(session, id)
    moment = now(session)
    announce(session, need.start(by_station=True, by=acting(session), at=moment))
    await clocks.meet(session, need, ClockKind.STATION_RESPONSE, ClockKind.NEED_MET, at=moment)
    return need


async def resolve_need(session: AsyncSession, id: UUID, resolution: Resolution) -> Need:
    """All orders and its part in a case have ended, and a person states what became of it.

    Raises:
        OrdersStillOpen: an order of it has not ended.
        CaseStillOpen: it is part of a case that has not ended.
    """
    need = await need_of(session, id)
    count = await repository.count_open_orders(session, need)
    if count:
        raise OrdersStillOpen(count)
    parts = await cases.count_open_parts(session, need)
    if parts:
        raise CaseStillOpen(parts)
    announce(session, need.resolve(resolution.outcome, by=acting(session), at=now(session)))
    await clocks.stop_all(session, need)
    return need


async def withdraw_need(session: AsyncSession, id: UUID) -> Need:
    """The person no longer asks; matching cancels what was ordered when it hears of it."""
    need = await need_of(session, id)
    announce(session, need.withdraw(at=now(session)))
    await clocks.stop_all(session, need)
    return need


async def mark_in_error(session: AsyncSession, id: UUID) -> Need:
    """It should not have been written down; it stays, and counts nowhere."""
    need = await need_of(session, id)
    announce(session, need.mark_in_error())
    await clocks.stop_all(session, need)
    return need
