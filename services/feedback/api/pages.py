"""The survey as a plain page, for phones that run no scripts."""

from typing import Final
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from services.feedback.api.links import BY_LINK, Token
from services.feedback.errors import AlreadyAnswered, NoSuchSurvey, SurveyIsOver
from services.feedback.rules import page
from services.feedback.schemas.surveys import SurveyAnswerForm
from services.feedback.service import answering
from shared.kit.edge import Room, Transaction, retry_safe
from shared.kit.errors import Problem

router = Room(prefix="/surveys", tags=["public"])
MOST_FIELDS: Final = 20


def _page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status_code=status, headers={"Content-Security-Policy": page.POLICY})


def _refused(problem: Problem) -> HTMLResponse:
    """A page is refused by a page."""
    return _page(page.telling(problem.detail_zh), problem.status)


@router.get("/{token}/page", dependencies=[*BY_LINK], summary="The survey's page", response_class=HTMLResponse)
async def read_page(token: Token, session: Transaction) -> HTMLResponse:
    """A form in Chinese that works without scripts and fetches nothing."""
    try:
        survey = await answering.look(session, token)
    except NoSuchSurvey as refused:
        return _refused(refused)
    return _page(page.telling("谢谢您，该评价已提交。") if survey.is_answered else page.asking())


@router.post("/{token}/page", dependencies=[*BY_LINK], summary="Send the page's form", response_class=HTMLResponse)
@retry_safe
async def answer_page(token: Token, session: Transaction, request: Request) -> HTMLResponse:
    """The form as browsers send it; answered by a page."""
    try:
        fields = parse_qs((await request.body()).decode(), max_num_fields=MOST_FIELDS)
        form = SurveyAnswerForm.model_validate(page.parsed(fields))
    except (ValidationError, ValueError):
        return _page(page.asking(is_incomplete=True), 422)
    try:
        thanks = await answering.answer_by_link(session, token, form)
    except (AlreadyAnswered, NoSuchSurvey, SurveyIsOver) as refused:
        return _refused(refused)
    return _page(page.telling(thanks.message_zh))
