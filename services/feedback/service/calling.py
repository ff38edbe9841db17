"""The call-back list of the hotline, and who may read what one person said."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.errors import CallBackIsOver
from services.feedback.models import CallBack, Survey
from services.feedback.repository import surveys as repository
from services.feedback.rules.script import SCRIPT
from services.feedback.rules.states import MOST_CALLS, CallBackReason, CallBackStatus
from services.feedback.schemas.surveys import (
    AnswerView,
    CallBackView,
    CallForm,
    CallView,
    SurveyAnswerForm,
)
from services.feedback.service.answering import take
from services.feedback.service.handling import refuse_who_handled
from shared.kit.access import Caller
from shared.kit.audit import record_reading
from shared.kit.clock import now
from shared.kit.database import Database
from shared.kit.errors import NotFound
from shared.kit.paging import Cut, Page, paged
from shared.schemas.vocabulary import SurveyChannel


async def call_backs(session: AsyncSession, page: Cut) -> Page[CallBackView]:
    """Who waits to be called, with the script."""
    rows = await repository.call_backs(session, page)
    return paged(rows, page, key=lambda row: (row[0].since, row[0].id), view=lambda row: _listed(*row))


def _listed(call: CallBack, survey: Survey, resident_id: UUID | None) -> CallBackView:
    return CallBackView.model_validate({
        "id": call.id, "resident_id": resident_id, "category": survey.category,
        "resolved_at": survey.resolved_at, "closes_at": survey.closes_at, "reason": call.reason,
        "attempts": call.attempts, "script": SCRIPT,
    })  # fmt: skip


async def record_call(
    session: AsyncSession, id: UUID, form: CallForm, *, by: Caller, database: Database
) -> CallView:  # fmt: skip
    """Write down what came of a call; whoever handled the matter is refused.

    Raises:
        HandledIt: the caller had a hand in it.
        CallBackIsOver: the call was made already, or the survey is answered or over.
    """
    need_id = await repository.need_of_call(session, id)
    episodes = await repository.surveys_of(session, need_id, lock=True) if need_id is not None else ()
    call = await repository.call_back_by_id(session, id)
    survey = next((each for each in episodes if call is not None and each.id == call.survey_id), None)
    if call is None or survey is None:
        raise NotFound
    await refuse_who_handled(
        session, survey.need_id, "answer_call_back", by=by, subject=survey.id, database=database
    )  # fmt: skip
    if call.status != CallBackStatus.OPEN:
        raise CallBackIsOver
    call.attempts, call.called_by, call.called_at = call.attempts + 1, by.subject, now(session)
    if form.answer is not None:
        await _answered(session, call, survey, form.answer, episodes=episodes)
    elif call.attempts >= MOST_CALLS:
        call.status = CallBackStatus.UNREACHED
    return CallView.model_validate(call)


async def _answered(
    session: AsyncSession, call: CallBack, survey: Survey, answer: SurveyAnswerForm, *, episodes: Sequence[Survey]
) -> None:
    """An open survey is answered by the call; one that was answered or is over is only checked by the sample's."""
    if survey.is_open and now(session) < survey.closes_at:
        await take(session, survey, answer, channel=SurveyChannel.CALL_BACK, episodes=episodes)
    elif call.reason != CallBackReason.SAMPLE:
        raise CallBackIsOver
    call.status, call.solved, call.satisfaction = CallBackStatus.ANSWERED, answer.solved, answer.satisfaction


async def read_answer(session: AsyncSession, id: UUID, *, by: Caller, database: Database) -> AnswerView:
    """What one person said; audited, and refused to whoever handled it."""
    survey = await repository.survey_by_id(session, id)
    if survey is None or survey.answered_at is None:
        raise NotFound
    await refuse_who_handled(
        session, survey.need_id, "read_survey_answer", by=by, subject=survey.id, database=database
    )  # fmt: skip
    words = await repository.words_of(session, id)
    await record_reading(session, "read_survey_answer", purpose="judgment", fields=("words",), subjects=[id])
    return AnswerView.model_validate({
        "survey_id": survey.id, "need_id": survey.need_id, "episode": survey.episode, "channel": survey.channel,
        "responded": survey.responded, "solved": survey.solved, "satisfaction": survey.satisfaction,
        "words": words.words if words else None, "reopens": survey.reopens, "answered_at": survey.answered_at,
    })  # fmt: skip
