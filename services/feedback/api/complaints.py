"""Complaints, over the counter."""

from uuid import UUID

from services.feedback.models import Complaint
from services.feedback.schemas.voices import (
    AssignForm,
    ComplaintForm,
    ComplaintLodgedView,
    ComplaintView,
    ComplaintWordsView,
    SettleForm,
)
from services.feedback.service import voices
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1/complaints", tags=["complaints"])


@router.post(
    "", status_code=201, dependencies=[may(Action.LODGE_COMPLAINT)], summary="Lodge a complaint",
    response_model=ComplaintLodgedView,
)  # fmt: skip
async def lodge_complaint(form: ComplaintForm, session: Transaction, who: Who) -> Complaint:
    """Register what somebody complains about; the answer says until when it must have an outcome."""
    return await voices.lodge(session, form, by=who)


@router.get("", dependencies=[may(Action.READ_COMPLAINTS)], summary="Complaints")
async def read_complaints(session: Transaction, page: PageCut) -> Page[ComplaintView]:
    """Complaints by what is due first, late ones marked; without their words."""
    return await voices.complaints(session, page)


@router.get("/{id}/words", dependencies=[may(Action.READ_COMPLAINTS)], summary="What was said")
async def read_words(id: UUID, session: Transaction) -> ComplaintWordsView:
    """The words of a complaint and of its answer; the reading is audited."""
    return await voices.read_words(session, id)


@router.post(
    "/{id}/assign", dependencies=[may(Action.HANDLE_COMPLAINT)], summary="Assign a handler",
    response_model=ComplaintView,
)  # fmt: skip
async def assign_complaint(id: UUID, form: AssignForm, session: Transaction) -> Complaint:
    """Give a complaint to somebody whom it is not about."""
    return await voices.assign(session, id, form.handler)


@router.post(
    "/{id}/settle", dependencies=[may(Action.HANDLE_COMPLAINT)], summary="Settle a complaint",
    response_model=ComplaintView,
)  # fmt: skip
async def settle_complaint(id: UUID, form: SettleForm, session: Transaction, who: Who) -> Complaint:
    """State the outcome and what the person is told; by the handler alone."""
    return await voices.settle(session, id, form, by=who)
