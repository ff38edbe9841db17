"""Suggestions (意见箱), over the counter."""

from uuid import UUID

from services.feedback.models import Suggestion
from services.feedback.schemas.voices import ReplyForm, SuggestionForm, SuggestionView
from services.feedback.service import voices
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1/suggestions", tags=["suggestions"])


@router.post(
    "", status_code=201, dependencies=[may(Action.MAKE_SUGGESTION)], summary="Suggest something",
    response_model=SuggestionView,
)  # fmt: skip
async def make_suggestion(form: SuggestionForm, session: Transaction, who: Who) -> Suggestion:
    """Register what somebody suggests; it will be answered, and counted when it is taken up."""
    return await voices.suggest(session, form, by=who)


@router.get("", dependencies=[may(Action.READ_SUGGESTIONS)], summary="Suggestions")
async def read_suggestions(session: Transaction, page: PageCut) -> Page[SuggestionView]:
    """Suggestions of your divisions, the oldest first; the reading is audited."""
    return await voices.suggestions(session, page)


@router.post(
    "/{id}/answer", dependencies=[may(Action.ANSWER_SUGGESTION)], summary="Answer a suggestion",
    response_model=SuggestionView,
)  # fmt: skip
async def answer_suggestion(id: UUID, form: ReplyForm, session: Transaction) -> Suggestion:
    """Tell the person what comes of it; adopting it may still follow."""
    return await voices.reply(session, id, form.answer, adopts=False)


@router.post(
    "/{id}/adopt", dependencies=[may(Action.ANSWER_SUGGESTION)], summary="Adopt a suggestion",
    response_model=SuggestionView,
)  # fmt: skip
async def adopt_suggestion(id: UUID, form: ReplyForm, session: Transaction) -> Suggestion:
    """Take it up, and say what will be done."""
    return await voices.reply(session, id, form.answer, adopts=True)
