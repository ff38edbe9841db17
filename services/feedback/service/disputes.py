"""Disputes: people who are not content after two reopenings, and what their county decided, as needs tells."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.models import Survey
from services.feedback.repository import surveys as repository
from services.feedback.rules.states import Decision
from services.feedback.schemas.surveys import DisputeStatus, DisputeView
from shared.kit.paging import Cut, Page, paged
from shared.schemas.facts import needs


async def need_reopened(session: AsyncSession, fact: needs.NeedReopened) -> None:
    """The next episode began: the one before reopens nothing more, and a dispute about it is decided."""
    survey = await repository.survey_of(session, fact.need_id, fact.episode - 1, lock=True)
    if survey is not None:
        survey.followed_at = survey.followed_at or fact.reopened_at
        _decide(survey, Decision.REOPENED, at=fact.reopened_at)


async def reopening_declined(session: AsyncSession, fact: needs.ReopeningDeclined) -> None:
    """The county decided that no further episode begins."""
    survey = await repository.survey_of(session, fact.need_id, fact.episode, lock=True)
    if survey is not None:
        _decide(survey, Decision.DECLINED, at=fact.declined_at)


def _decide(survey: Survey, decision: Decision, *, at: datetime) -> None:
    """What was decided later counts: the county may think better of its no."""
    if survey.is_dispute and (survey.decided_at is None or survey.decided_at <= at):
        survey.decision, survey.decided_at = decision, at


async def disputes(session: AsyncSession, page: Cut, *, status: DisputeStatus | None) -> Page[DisputeView]:
    """What the county must decide or has decided: unsatisfied after two reopenings, the oldest first."""
    is_decided = None if status is None else status == "decided"
    rows = await repository.disputes(session, page, is_decided=is_decided)
    return paged(rows, page, key=lambda row: (row.resolved_at, row.id), view=_disputed)


def _disputed(survey: Survey) -> DisputeView:
    columns = {name: getattr(survey, name) for name in DisputeView.model_fields if name not in ("survey_id", "status")}
    status = "open" if survey.decided_at is None else "decided"
    return DisputeView.model_validate(columns | {"survey_id": survey.id, "status": status})
