"""Answers: by link without signing in, or by call; once, and with their consequence in the same transaction."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.errors import AlreadyAnswered, NoSuchSurvey
from services.feedback.models import Survey, SurveyWords
from services.feedback.repository import handling as handling_repository
from services.feedback.repository import surveys as repository
from services.feedback.rules.answers import Answer, consequence
from services.feedback.rules.script import SCRIPT
from services.feedback.rules.states import SurveyStatus
from services.feedback.schemas.surveys import SurveyAnswerForm, SurveyView, ThanksView
from services.feedback.service.asking import CLOSE, INVITE, REMIND
from shared.kit.clock import now
from shared.kit.crypto import blind
from shared.kit.feed.log import announce
from shared.kit.timers import cancel_timers
from shared.schemas.vocabulary import SurveyChannel

QUESTIONS: Final = SCRIPT[1:5]


async def look(session: AsyncSession, token: str) -> SurveyView:
    """What a link shows: the questions, and nothing of the need.

    Raises:
        NoSuchSurvey: no survey has this link.
    """
    survey = await repository.survey_by_token(session, blind("survey", token))
    if survey is None:
        raise NoSuchSurvey
    return SurveyView(
        questions=QUESTIONS, is_answered=survey.status == SurveyStatus.ANSWERED, closes_at=survey.closes_at
    )


async def answer_by_link(session: AsyncSession, token: str, form: SurveyAnswerForm) -> ThanksView:
    """Take an answer; the same one sent again is thanked for again, another one is refused."""
    index = blind("survey", token)
    need_id = await repository.need_of_token(session, index)
    episodes = await repository.surveys_of(session, need_id, lock=True) if need_id is not None else ()
    survey = next((each for each in episodes if each.token_index == index), None)
    if survey is None:
        raise NoSuchSurvey
    if survey.status == SurveyStatus.ANSWERED:
        if survey.said() != _answer(form):
            raise AlreadyAnswered
        return thanks(survey)
    await take(session, survey, form, channel=SurveyChannel.LINK, episodes=episodes)
    return thanks(survey)


def _answer(form: SurveyAnswerForm) -> Answer:
    return Answer(responded=form.responded, solved=form.solved, satisfaction=form.satisfaction)


def thanks(survey: Survey) -> ThanksView:
    """The answer arrived, and what follows."""
    assert survey.answered_at is not None
    return ThanksView(
        answered_at=survey.answered_at, reopens=survey.reopens is not None, message_zh=_what_follows(survey)
    )


def _what_follows(survey: Survey) -> str:
    if survey.is_dispute:
        return "谢谢您的评价，您的意见已报请县级研究决定。"
    return "谢谢您的评价，您的事项将重新办理。" if survey.reopens is not None else "谢谢您的评价。"


async def take(
    session: AsyncSession, survey: Survey, form: SurveyAnswerForm, *, channel: SurveyChannel,
    episodes: Sequence[Survey],
) -> None:  # fmt: skip
    """Write an answer down, and what follows from it; the need's episodes are all held."""
    reopens, is_dispute = consequence(
        _answer(form),
        episode=survey.episode,
        is_latest=survey.episode == episodes[-1].episode and survey.followed_at is None,
    )
    if survey.invited_at is None and survey.is_open:
        # The message went out, and its sender died before it could say so.
        announce(session, survey.invite(by_call=False, at=now(session)))
    fact = survey.answer(
        _answer(form), channel=channel, reopens=reopens, is_dispute=is_dispute,
        providers=await handling_repository.providers_of(session, survey), at=now(session),
    )  # fmt: skip
    announce(session, fact)
    if form.words is not None:
        words = SurveyWords(id=survey.id, division=survey.division)
        words.words = form.words
        session.add(words)
    # What goes on is not closed; what the county decides on is, when its window ends.
    for kind in (INVITE, REMIND) if survey.reopens is None else (INVITE, REMIND, CLOSE):
        await cancel_timers(session, survey.id, kind=kind)
