"""What feedback and cases said: surveys, complaints, suggestions; services and workers."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import Complaint, ServiceGiven, Suggestion, Survey, Worker
from services.insights.repository import writing
from shared.schemas.facts import cases, feedback


async def note_invited(session: AsyncSession, fact: feedback.SurveyInvited) -> None:
    await writing.put(
        session, Survey, survey_id=fact.survey_id, need_id=fact.need_id, episode=fact.episode,
        category=fact.category, division=fact.division, station_id=fact.station_id, invited_at=fact.invited_at,
    )  # fmt: skip


async def note_answered(session: AsyncSession, fact: feedback.SurveyAnswered) -> None:
    await writing.change(
        session, Survey, {"survey_id": fact.survey_id}, answered_at=fact.answered_at, responded=fact.responded,
        solved=fact.solved, satisfaction=fact.satisfaction,
    )  # fmt: skip


async def note_lodged(session: AsyncSession, fact: feedback.ComplaintLodged) -> None:
    await writing.put(
        session, Complaint, complaint_id=fact.complaint_id, station_id=fact.station_id, provider=fact.provider,
        division=fact.division, lodged_at=fact.lodged_at,
    )  # fmt: skip


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


async def note_service(session: AsyncSession, fact: cases.ServiceRecorded) -> None:
    await writing.put(
        session, ServiceGiven, service_id=fact.service_id, station_id=fact.station_id, division=fact.division,
        kind=fact.kind, minutes=fact.minutes, person_times=fact.person_times, is_professional=fact.is_professional,
        reached=fact.reached, occurred_at=fact.occurred_at,
    )  # fmt: skip


async def note_joined(session: AsyncSession, fact: cases.WorkerJoined) -> None:
    await writing.put(
        session, Worker, worker_id=fact.worker_id, station_id=fact.station_id, division=fact.division,
        licence=fact.licence, joined_at=fact.joined_at,
    )  # fmt: skip


async def note_left(session: AsyncSession, fact: cases.WorkerLeft) -> None:
    await writing.change(session, Worker, {"worker_id": fact.worker_id}, left_at=fact.left_at)
