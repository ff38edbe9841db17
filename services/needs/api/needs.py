"""Needs, over the counter."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import AwareDatetime

from services.needs.models import Contact, Need
from services.needs.schemas.needs import (
    ContactForm,
    ContactView,
    NeedEdit,
    NeedRegistered,
    NeedRegistration,
    NeedView,
    NeedWithClocks,
    Nothing,
    QueueFilter,
    Readings,
    Resolution,
    Timeline,
    Triage,
    WordsView,
)
from services.needs.service import intake, needs, readings, timeline
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import MOST, Page, PageCut
from shared.kit.preconditions import IfMatch, tag
from shared.schemas.access import Action
from shared.schemas.vocabulary import ClockKind, NeedStatus, Urgency

router = Room(prefix="/v1/needs", tags=["needs"])


@router.post("", status_code=201, dependencies=[may(Action.REGISTER_NEED)], summary="Register a need")
async def register_need(
    registration: NeedRegistration, session: Transaction, who: Who, response: Response
) -> NeedRegistered:
    """A caller's words become a need with running clocks.

    A known resident number attaches the need to its file. The tracking token goes to the person by message; it is in
    the answer only for channels whose screen is the asker's own (app, ganfutong).
    """
    tag(response, 1)
    return await intake.register_need(session, registration, by=who)


@router.get("", dependencies=[may(Action.READ_NEEDS)], summary="Queues of needs")
async def read_queue(
    session: Transaction,
    page: PageCut,
    division: Annotated[str | None, Query(pattern=r"^\d{4,12}$", description="Any level; covers all below.")] = None,
    station_id: UUID | None = None,
    status: Annotated[Sequence[NeedStatus], Query(max_length=11)] = (),
    urgency: Urgency | None = None,
    due_before: Annotated[AwareDatetime | None, Query(description="Only what is due before this.")] = None,
    assigned_to: Annotated[str | None, Query(max_length=80)] = None,
    resident_id: Annotated[UUID | None, Query(description="Only one person's, in whichever of their files.")] = None,
    awaits_county: Annotated[bool | None, Query(description="Only what waits for the county, or does not.")] = None,
    category: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_]{0,60}$", description="Only this category.")] = None,
    registered_from: Annotated[AwareDatetime | None, Query(description="Only what was asked then or later.")] = None,
    registered_before: Annotated[AwareDatetime | None, Query(description="Only what was asked before this.")] = None,
    overdue: Annotated[
        ClockKind | None, Query(description="Only where a clock of this kind runs past its time.")
    ] = None,
    id: Annotated[Sequence[UUID], Query(max_length=MOST, description="Only these.")] = (),
) -> Page[NeedView]:
    """What waits, the soonest due first: by station, state, urgency, category, and when it was asked or is due."""
    wanted = QueueFilter(
        division=division, station_id=station_id, status=tuple(status), urgency=urgency, due_before=due_before,
        assigned_to=assigned_to, resident_id=resident_id, awaits_county=awaits_county, category=category,
        registered_from=registered_from, registered_before=registered_before, overdue=overdue, ids=tuple(id),
    )  # fmt: skip
    return await needs.queue(session, page, wanted)


@router.get("/{id}", dependencies=[may(Action.READ_NEEDS)], summary="A need with its clocks")
async def read_need(id: UUID, session: Transaction, response: Response) -> NeedWithClocks:
    """Where it stands, what is due when. The words are read separately, and audited."""
    need = await needs.need_with_clocks(session, id)
    tag(response, need.version)
    return need


@router.get("/{id}/words", dependencies=[may(Action.READ_NEED_WORDS)], summary="The words as spoken")
async def read_words(id: UUID, session: Transaction) -> WordsView:
    """The person's own words, to whom it was referred out, why the county declined; the reading is audited."""
    return await needs.read_words(session, id)


@router.put("/{id}", dependencies=[may(Action.EDIT_NEED)], summary="Edit a need", response_model=NeedView)
async def edit_need(id: UUID, edit: NeedEdit, session: Transaction, version: IfMatch, response: Response) -> Need:
    """Write the words, place, groups and relation anew; the version read goes into If-Match."""
    return _tagged(response, await needs.edit_need(session, id, edit, version=version))


@router.post("/{id}/triage", dependencies=[may(Action.TRIAGE_NEED)], summary="Triage", response_model=NeedView)
async def triage_need(id: UUID, triage: Triage, session: Transaction, response: Response) -> Need:
    """A person sets category, groups, urgency and station. A crisis raises the clocks and tells the people on duty."""
    return _tagged(response, await needs.triage_need(session, id, triage))


@router.post("/{id}/claim", dependencies=[may(Action.CLAIM_NEED)], summary="Take it on", response_model=NeedView)
async def claim_need(id: UUID, _: Nothing, session: Transaction, who: Who, response: Response) -> Need:
    """The caller takes this need on."""
    return _tagged(response, await needs.claim_need(session, id, by=who))


@router.post(
    "/{id}/contacts", status_code=201, dependencies=[may(Action.RECORD_CONTACT)], summary="Record a contact",
    response_model=ContactView,
)  # fmt: skip
async def record_contact(id: UUID, contact: ContactForm, session: Transaction, who: Who) -> Contact:
    """A two-way exchange with somebody able to help stops the headline clock; the earliest counts."""
    return await needs.record_contact(session, id, contact, by=who)


@router.post("/{id}/start", dependencies=[may(Action.START_NEED)], summary="Help begins", response_model=NeedView)
async def start_need(id: UUID, _: Nothing, session: Transaction, response: Response) -> Need:
    """The station helps by itself."""
    return _tagged(response, await needs.start_need(session, id))


@router.post("/{id}/resolve", dependencies=[may(Action.RESOLVE_NEED)], summary="Resolve", response_model=NeedView)
async def resolve_need(id: UUID, resolution: Resolution, session: Transaction, response: Response) -> Need:
    """All orders have ended and a person states the outcome."""
    return _tagged(response, await needs.resolve_need(session, id, resolution))


@router.post("/{id}/withdraw", dependencies=[may(Action.WITHDRAW_NEED)], summary="Withdraw", response_model=NeedView)
async def withdraw_need(id: UUID, _: Nothing, session: Transaction, response: Response) -> Need:
    """The person no longer asks; open orders are cancelled by themselves."""
    return _tagged(response, await needs.withdraw_need(session, id))


@router.post(
    "/{id}/mark_in_error", dependencies=[may(Action.MARK_NEED_IN_ERROR)], summary="Mark as an error",
    response_model=NeedView,
)  # fmt: skip
async def mark_in_error(id: UUID, _: Nothing, session: Transaction, response: Response) -> Need:
    """It should not have been written down. It stays on file and counts nowhere."""
    return _tagged(response, await needs.mark_in_error(session, id))


@router.get("/{id}/timeline", dependencies=[may(Action.READ_NEEDS)], summary="What happened")
async def read_timeline(id: UUID, session: Transaction) -> Timeline:
    """Everything that happened to a need, in codes, oldest first."""
    return await timeline.timeline(session, id)


@router.get("/{id}/readings", dependencies=[may(Action.READ_READINGS)], summary="Who has looked")
async def read_readings(id: UUID, session: Transaction) -> Readings:
    """Who read the words, the card or the person's file, when and what for: the latest 500 of the audit trail."""
    return await readings.readings(session, id)


def _tagged(response: Response, need: Need) -> Need:
    tag(response, need.version)
    return need
