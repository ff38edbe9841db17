"""Surveys, without signing in."""

from services.feedback.api.links import BY_LINK, Token
from services.feedback.schemas.surveys import SurveyAnswerForm, SurveyView, ThanksView
from services.feedback.service import answering
from shared.kit.contract import refuses
from shared.kit.edge import Room, Transaction, retry_safe

router = Room(prefix="/v1/surveys", tags=["public"])


@router.get("/{token}", dependencies=[*BY_LINK], summary="Open a survey")
async def read_survey(token: Token, session: Transaction) -> SurveyView:
    """The questions, and whether they were answered; nothing of the person or the need. Rate-limited."""
    return await answering.look(session, token)


@router.post("/{token}", dependencies=[*BY_LINK], summary="Say how it went", responses=refuses(409))
@retry_safe
async def answer_survey(token: Token, form: SurveyAnswerForm, session: Transaction) -> ThanksView:
    """Once. The link is its own key: the same answer again is thanked for again, another one is refused."""
    return await answering.answer_by_link(session, token, form)
