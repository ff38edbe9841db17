"""People, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.needs.models import Consent
from services.needs.schemas.residents import (
    CardRequest,
    CardsView,
    ConsentForm,
    ConsentsView,
    ConsentView,
    MessageForm,
    MessageView,
    OverrideForm,
    ResidentEdit,
    ResidentRegistration,
    ResidentSearch,
    ResidentsFound,
    ResidentView,
    TwinMessageView,
)
from services.needs.service import cards, consents, messages, residents
from shared.kit.access import Who, may
from shared.kit.contract import refuses
from shared.kit.edge import Room, Transaction, retry_safe
from shared.kit.errors import NotFound
from shared.kit.fair_use import per_caller
from shared.kit.paging import Page, PageCut
from shared.kit.preconditions import IfMatch, tag
from shared.schemas.access import Action
from shared.schemas.vocabulary import ReadingPurpose

router = Room(prefix="/v1/residents", tags=["residents"])
Purpose = Annotated[ReadingPurpose, Query(description="Why the file is read; goes into the audit.")]


@router.post("", status_code=201, dependencies=[may(Action.REGISTER_RESIDENT)], summary="Open a file")
async def register_resident(
    form: ResidentRegistration, session: Transaction, who: Who, response: Response
) -> ResidentView:
    """A new file for a person. A resident number that is on file already is refused with the file's id."""
    resident = await residents.register_resident(session, form, by=who)
    tag(response, resident.version)
    return await residents.view(session, resident)


@router.post(
    "/search",
    dependencies=[may(Action.SEARCH_RESIDENTS), per_caller("search_per_minute")],
    summary="Search before you open a file",
)
@retry_safe
async def search_residents(search: ResidentSearch, session: Transaction) -> ResidentsFound:
    """Who may be meant, across counties: an id, a mask and how sure it is. Rate-limited and audited."""
    return await residents.search_residents(session, search)


@router.post(
    "/cards", dependencies=[may(Action.READ_CARD)], summary="Read a person's card for a purpose", responses=refuses(404)
)
@retry_safe
async def read_cards(request: CardRequest, session: Transaction, who: Who, http: Request) -> CardsView:
    """What the category lets the reader see of the person, while the order or the need runs. Audited."""
    return await cards.read_cards(session, request, by=who, database=http.app.state.house.database)


@router.get("/{id}", dependencies=[may(Action.READ_RESIDENT)], summary="Read a file")
async def read_resident(id: UUID, session: Transaction, purpose: Purpose, response: Response) -> ResidentView:
    """A person's file; the reading goes into the audit trail with its purpose."""
    resident = await residents.read_resident(session, id, purpose=purpose)
    tag(response, resident.version)
    return resident


@router.put("/{id}", dependencies=[may(Action.EDIT_RESIDENT)], summary="Edit a file")
async def edit_resident(
    id: UUID, edit: ResidentEdit, session: Transaction, version: IfMatch, response: Response
) -> ResidentView:
    """Write the editable part of a file anew; the version read goes into If-Match."""
    resident = await residents.edit_resident(session, id, edit, version=version)
    tag(response, resident.version)
    return await residents.view(session, resident)


@router.get("/{id}/consents", dependencies=[may(Action.READ_RESIDENT)], summary="Consents on record")
async def read_consents(id: UUID, session: Transaction) -> ConsentsView:
    """Consents and overrides, oldest first."""
    rows = await consents.consents_of(session, id)
    return ConsentsView(items=[ConsentView.model_validate(row) for row in rows])


@router.post(
    "/{id}/consents", status_code=201, dependencies=[may(Action.RECORD_CONSENT)], summary="Record consent",
    response_model=ConsentView,
)  # fmt: skip
async def record_consent(id: UUID, form: ConsentForm, session: Transaction, who: Who) -> Consent:
    """The person lets the departments see their file for help, or takes that back."""
    return await consents.record_consent(session, id, form, by=who)


@router.post(
    "/{id}/overrides", status_code=201, dependencies=[may(Action.RECORD_OVERRIDE)], summary="Record an override",
    response_model=ConsentView,
)  # fmt: skip
async def record_override(id: UUID, form: OverrideForm, session: Transaction, who: Who) -> Consent:
    """A lawful reason to name the person for one need without consent; a station head answers for it."""
    return await consents.record_override(session, id, form, by=who)


@router.post("/{id}/messages", status_code=202, dependencies=[may(Action.SEND_MESSAGE)], summary="Send a message")
async def send_message(id: UUID, form: MessageForm, session: Transaction, who: Who) -> MessageView:
    """A message by template to the person's first phone; sent right after this answer."""
    return await messages.send_message(session, id, form, by=who)


twin = Room(prefix="/v1/messages", tags=["development"])


@twin.get("", dependencies=[may(Action.READ_TWIN_MESSAGES)], summary="What the SMS twin holds")
async def read_twin_messages(session: Transaction, page: PageCut, http: Request) -> Page[TwinMessageView]:
    """Outside production: the messages that phones would show, newest first."""
    if http.app.state.house.settings.is_production:
        raise NotFound
    return await messages.twin_messages(session, page)
