"""Complaints, handled by somebody whom they are not about, and suggestions."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.errors import HandlerIsItsObject
from services.feedback.models import Complaint, Suggestion
from services.feedback.repository import handling as handling_repository
from services.feedback.repository import voices as repository
from services.feedback.rules.hands import ACCOUNT, PROVIDER, STATION, Hand, touch
from services.feedback.rules.states import ComplaintStatus, SuggestionStatus
from services.feedback.schemas.voices import (
    ComplaintForm,
    ComplaintView,
    ComplaintWordsView,
    SettleForm,
    SuggestionForm,
    SuggestionView,
)
from services.feedback.service.handling import hands_of
from services.feedback.service.policies import check_division, complaint_due
from shared.kit.access import Caller
from shared.kit.audit import record_reading
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.kit.timers import Timer, cancel_timers, set_timer

LATE = "complaint_late"


async def lodge(session: AsyncSession, form: ComplaintForm, *, by: Caller) -> Complaint:
    """Register a complaint; its deadline runs on the working calendar."""
    await check_division(session, form.division)
    due, policy = await complaint_due(session)
    complaint = Complaint(
        id=new_id(), need_id=form.need_id, station_id=form.station_id, provider=form.provider, account=form.account,
        division=form.division, status=ComplaintStatus.LODGED, policy=policy, lodged_by=by.subject,
        lodged_at=now(session), due_at=due, is_late=False,
    )  # fmt: skip
    complaint.words = form.words
    session.add(complaint)
    await set_timer(session, LATE, complaint.id, due=due)
    announce(session, complaint.lodged())
    return complaint


async def mark_late(session: AsyncSession, timer: Timer) -> None:
    """The deadline passed without an outcome: the county is told."""
    complaint = await repository.complaint_by_id(session, UUID(timer.subject), lock=True)
    if complaint is not None and complaint.settled_at is None:
        announce(session, complaint.overdue())


async def _held(session: AsyncSession, id: UUID) -> Complaint:
    complaint = await repository.complaint_by_id(session, id, lock=True)
    if complaint is None:
        raise NotFound
    return complaint


async def _objects(session: AsyncSession, complaint: Complaint) -> set[Hand]:
    """Whom it is about: those named with what they are, and all who had a hand in its need."""
    named = {(ACCOUNT, complaint.account), (STATION, complaint.station_id), (PROVIDER, complaint.provider)}
    handled = await handling_repository.handlers_of(session, complaint.need_id) if complaint.need_id else set()
    known = await handling_repository.hands_of_account(session, complaint.account) if complaint.account else set()
    # Whoever is complained of does not hand it to a colleague of the same station or department.
    colleagues = {hand for hand in known if hand[0] != ACCOUNT}
    return {(kind, str(holder)) for kind, holder in named if holder is not None} | handled | colleagues


async def assign(session: AsyncSession, id: UUID, handler: str) -> Complaint:
    """Give it to a handler.

    Raises:
        HandlerIsItsObject: it is about them, their station, their township or their department.
    """
    complaint = await _held(session, id)
    hands = {(ACCOUNT, handler)} | await handling_repository.hands_of_account(session, handler)
    if touch(hands, await _objects(session, complaint)):
        raise HandlerIsItsObject
    complaint.assign(handler)
    return complaint


async def settle(session: AsyncSession, id: UUID, form: SettleForm, *, by: Caller) -> Complaint:
    """State the outcome; by its handler, who belongs neither to its station nor to its department."""
    complaint = await _held(session, id)
    if touch(hands_of(by), await _objects(session, complaint)):
        raise HandlerIsItsObject
    announce(session, complaint.settle(form.outcome, form.answer, by=by.subject, at=now(session)))
    await cancel_timers(session, id, kind=LATE)
    return complaint


async def complaints(session: AsyncSession, page: Cut) -> Page[ComplaintView]:
    """Complaints by what is due first, without their words."""
    rows = await repository.complaints(session, page)
    return paged(rows, page, key=lambda row: (row.due_at, row.id), view=ComplaintView.model_validate)


async def read_words(session: AsyncSession, id: UUID) -> ComplaintWordsView:
    """What was said; audited."""
    complaint = await repository.complaint_by_id(session, id)
    if complaint is None:
        raise NotFound
    await record_reading(session, "read_complaint", purpose="judgment", fields=("words", "answer"), subjects=[id])
    return ComplaintWordsView.model_validate(complaint)


async def suggest(session: AsyncSession, form: SuggestionForm, *, by: Caller) -> Suggestion:
    """Register a suggestion."""
    await check_division(session, form.division)
    suggestion = Suggestion(
        id=new_id(), division=form.division, status=SuggestionStatus.MADE, made_by=by.subject, made_at=now(session)
    )
    suggestion.words = form.words
    session.add(suggestion)
    announce(session, suggestion.made())
    return suggestion


async def reply(session: AsyncSession, id: UUID, answer: str, *, adopts: bool) -> Suggestion:
    """Answer a suggestion, or take it up and say what will be done."""
    suggestion = await repository.suggestion_by_id(session, id, lock=True)
    if suggestion is None:
        raise NotFound
    if adopts:
        announce(session, suggestion.adopt(answer, at=now(session)))
    else:
        suggestion.answer_with(answer, at=now(session))
    return suggestion


async def suggestions(session: AsyncSession, page: Cut) -> Page[SuggestionView]:
    """Suggestions, the oldest first; the reading of their words is audited."""
    rows = await repository.suggestions(session, page)
    shown = [row.id for row in rows[: page.limit]]
    await record_reading(session, "read_suggestions", purpose="judgment", fields=("words",), subjects=shown)
    return paged(rows, page, key=lambda row: (row.made_at, row.id), view=SuggestionView.model_validate)
