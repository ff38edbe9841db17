"""What feedback said: surveys, complaints, suggestions."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import Complaint, Suggestion, Survey
from services.insights.repository import writing
from shared.schemas.facts import feedback


async def note_invited(session: AsyncSession, fact: feedback.SurveyInvited) -> None:
    await writing.put(
        session, Survey, survey_id=fact.survey_id, need_id=fact.need_id, episode=fact.episode,
        category=fact.category, division=fact.division, station_id=fact.station_id, invited_at=fact.invited_at,
        resolved_at=fact.resolved_at,
    )  # fmt: skip


async def note_answered(session: AsyncSession, fact: feedback.SurveyAnswered) -> None:
    await writing.change(
        session, Survey, {"survey_id": fact.survey_id}, answered_at=fact.answered_at, responded=fact.responded,
        solved=fact.solved, satisfaction=fact.satisfaction,
    )  # fmt: skip


async def note_voided(session: AsyncSession, fact: feedback.SurveyVoided) -> None:
    """Its need was an error: what was asked and answered counts nowhere."""
    await writing.remove(session, Survey, {"survey_id": fact.survey_id})


async def note_lodged(session: AsyncSession, fact: feedback.ComplaintLodged) -> None:
    await writing.put(
        session, Complaint, complaint_id=fact.complaint_id, station_id=fact.station_id, provider=fact.provider,
        division=fact.division, lodged_at=fact.lodged_at,
    )  # fmt: skip


async def note_overdue(session: AsyncSession, fact: feedback.ComplaintOverdue) -> None:
    await writing.change(session, Complaint, {"complaint_id": fact.complaint_id}, is_late=True)


async def note_settled(session: AsyncSession, fact: feedback.ComplaintSettled) -> None:
    await writing.change(
        session, Complaint, {"complaint_id": fact.complaint_id}, settled_at=fact.settled_at, outcome=fact.outcome,
        is_late=fact.is_late,
    )  # fmt: skip


async def note_suggested(session: AsyncSession, fact: feedback.SuggestionMade) -> None:
    await writing.put(
        session, Suggestion, suggestion_id=fact.suggestion_id, division=fact.division, made_at=fact.made_at
    )


async def note_adopted(session: AsyncSession, fact: feedback.SuggestionAdopted) -> None:
    await writing.change(session, Suggestion, {"suggestion_id": fact.suggestion_id}, adopted_at=fact.adopted_at)
