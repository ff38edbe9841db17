"""Where surveys, complaints and suggestions stand, in codes: what feedback tells, and what it keeps of others."""

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.feedback.models import Complaint, Handler, Served, Suggestion, Survey
from services.feedback.rules.states import SurveyStatus
from shared.kit.feed.log import FactRow
from shared.kit.standing import Subjects, tells
from shared.kit.timers import Timer
from shared.schemas.facts.feedback import SurveyClosed


def _is_over() -> ColumnElement[bool]:
    return exists().where(FactRow.subject == cast(Survey.id, Text), FactRow.name == SurveyClosed.name)


@tells("feedback.judgement")
def judgements_told() -> Subjects:
    """The survey of a need's latest episode that had one: whether its window is over, and whether it reopens."""
    return (
        select(
            Survey.need_id.label("id"), Survey.id.label("survey_id"), Survey.episode, Survey.reopens,
            _is_over().label("is_over"),
        )
        .where(Survey.voided_at.is_(None))
        .ext(distinct_on(Survey.need_id))
        .order_by(Survey.need_id, Survey.episode.desc())
    )  # fmt: skip


@tells("feedback.survey")
def surveys_told() -> Subjects:
    """Surveys that somebody was asked to answer."""
    answered = Survey.answered_at.is_not(None).label("answered")
    query = select(Survey.id, Survey.need_id, Survey.episode, Survey.satisfaction, answered)
    return query.where(Survey.invited_at.is_not(None), Survey.voided_at.is_(None))


@tells("feedback.complaint")
def complaints_told() -> Subjects:
    return select(Complaint.id, Complaint.division, Complaint.settled_at.is_not(None).label("settled"))


@tells("feedback.suggestion")
def suggestions_told() -> Subjects:
    return select(Suggestion.id, Suggestion.division, Suggestion.adopted_at.is_not(None).label("adopted"))


def surveys_kept() -> Subjects:
    """The latest episode of a need that has a survey."""
    return select(Survey.need_id.label("id"), func.max(Survey.episode).label("episode")).group_by(Survey.need_id)


def handlers_kept(kind: str) -> Subjects:
    holders = func.array_agg(Handler.holder)
    query = select(Handler.need_id.label("id"), holders.label("holders")).where(Handler.kind == kind)
    return query.group_by(Handler.need_id)


def served_kept() -> Subjects:
    return select(Served.order_id.label("id"), Served.need_id, Served.provider)


def stuck_surveys(invite: str, close: str) -> Subjects:
    """Surveys that nothing would send, or whose window nothing would end."""

    def waits(kind: str) -> ColumnElement[bool]:
        return exists().where(Timer.kind == kind, Timer.subject == cast(Survey.id, Text))

    unsent = and_(Survey.status == SurveyStatus.WAITING, ~waits(invite))
    is_asked = or_(
        Survey.status.in_(SurveyStatus.open()), and_(Survey.status == SurveyStatus.ANSWERED, Survey.reopens.is_(None))
    )
    unending = and_(is_asked, ~waits(close), ~_is_over())
    missing = case((unending, close), (unsent, invite))
    return select(Survey.id, Survey.status, missing.label("missing")).where(missing.is_not(None))
