"""Asking people how it went: a survey for each resolved episode, its link by message, one reminder, and an end."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.models import CallBack, Survey
from services.feedback.repository import people
from services.feedback.repository import surveys as repository
from services.feedback.rules.hours import next_asking_moment
from services.feedback.rules.states import NOT_ASKED, CallBackReason, CallBackStatus, SurveyStatus
from services.feedback.service import handling, samples
from services.feedback.service.policies import survey_policy
from shared.kit.clock import local_day, now
from shared.kit.crypto import blind
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.settings import settings_of
from shared.kit.timers import Errand, Timer, set_timer
from shared.schemas.facts.needs import NeedResolved

INVITE, REMIND, CLOSE = "survey_invite", "survey_remind", "survey_close"
LINK: Final = "{address}/survey/{token}"
MESSAGES: Final = "{needs}/needs/v1/residents/{resident}/messages"
# When messages cannot be handed over so often, the person is called instead.
MOST_TRIES: Final = 5


async def open_survey(session: AsyncSession, fact: NeedResolved) -> None:
    """An episode ended: its survey begins. Heard again, the fact changes nothing."""
    await handling.note_placed(session, fact, by=fact.by)
    if await repository.survey_of(session, fact.need_id, fact.episode) is not None:
        return
    policy = await survey_policy(session)
    asks_at = next_asking_moment(fact.resolved_at, policy.asks_from, policy.asks_until)
    before = [each.resolved_at for each in await repository.surveys_of(session, fact.need_id)]
    is_asked = fact.resident_id is not None and fact.outcome not in NOT_ASKED
    token = secrets.token_urlsafe(24)
    survey = Survey(
        id=new_id(), need_id=fact.need_id, episode=fact.episode, resident_id=fact.resident_id,
        category=fact.category, division=fact.division, station_id=fact.station_id, outcome=fact.outcome,
        status=SurveyStatus.WAITING if is_asked else SurveyStatus.NOT_ASKED, token_index=blind("survey", token),
        began_after=max(before, default=None), resolved_at=fact.resolved_at,
        closes_at=asks_at + timedelta(days=policy.days_open), is_dispute=False,
    )  # fmt: skip
    session.add(survey)
    if is_asked:
        survey.token = token
        await set_timer(session, INVITE, survey.id, due=asks_at)
        await set_timer(session, CLOSE, survey.id, due=survey.closes_at)
    else:
        announce(session, survey.close(at=fact.resolved_at))
    await samples.plan(session, local_day(fact.resolved_at))


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be asked of needs; the link is a credential, and is nowhere else in the clear."""

    url: str
    link: str


async def invite(errand: Errand) -> None:
    """Send the link; whoever has no phone on file, or cannot be sent one, is called."""
    letter = await _letter(errand, INVITE, SurveyStatus.WAITING)
    if letter is None:
        return
    is_sent = await _send(errand, letter, INVITE)
    async with errand.work() as session:
        await errand.done(session)
        survey = await repository.survey_by_id(session, UUID(errand.subject), lock=True)
        if survey is None or survey.status != SurveyStatus.WAITING:
            return
        announce(session, survey.invite(by_call=not is_sent, at=now(session)))
        if is_sent:
            policy = await survey_policy(session)
            wanted = now(session) + timedelta(days=policy.reminder_after_days)
            due = next_asking_moment(wanted, policy.asks_from, policy.asks_until)
            await set_timer(session, REMIND, survey.id, due=due)
        else:
            survey.token_sealed = None
            session.add(call_back(survey, CallBackReason.NO_LINK, session))


async def remind(errand: Errand) -> None:
    """Send the link once more, to whoever has not answered; never a third time."""
    letter = await _letter(errand, REMIND, SurveyStatus.INVITED)
    if letter is None:
        return
    await _send(errand, letter, REMIND)
    async with errand.work() as session:
        await errand.done(session)
        survey = await repository.survey_by_id(session, UUID(errand.subject), lock=True)
        if survey is not None:
            survey.token_sealed = None


async def _letter(errand: Errand, kind: str, status: SurveyStatus) -> Letter | None:
    """What to send now; None when there is nothing to send, or not at this hour."""
    async with errand.work() as session:
        survey = await repository.survey_by_id(session, UUID(errand.subject))
        policy = await survey_policy(session)
        due = next_asking_moment(now(session), policy.asks_from, policy.asks_until)
        is_over = survey is None or survey.status != status or survey.token is None or now(session) >= survey.closes_at
        if is_over or due != now(session):
            await errand.done(session)
            if not is_over:
                await set_timer(session, kind, errand.subject, due=due)
            return None
        assert survey is not None
        assert survey.resident_id is not None
        settings = settings_of(session)
        resident = await people.canonical(session, survey.resident_id)
        return Letter(
            MESSAGES.format(needs=settings.needs_url, resident=resident),
            LINK.format(address=settings.public_address, token=survey.token),
        )


async def _send(errand: Errand, letter: Letter, kind: str) -> bool:
    """Ask needs for the message, under a key of its own, so that a second run sends nothing twice."""
    if errand.attempts >= MOST_TRIES:
        return False
    body = {"template": "survey", "parameters": {"link": letter.link}}
    return await errand.peers.post(letter.url, body, key=f"{kind}:{errand.subject}", at=errand.at) < 300


def call_back(survey: Survey, reason: CallBackReason, session: AsyncSession) -> CallBack:
    """Somebody to be called."""
    return CallBack(
        id=new_id(), survey_id=survey.id, division=survey.division, reason=reason, status=CallBackStatus.OPEN,
        attempts=0, since=now(session),
    )  # fmt: skip


async def close(session: AsyncSession, timer: Timer) -> None:
    """The window is over. One that began the next episode does not close this need."""
    survey = await repository.survey_by_id(session, UUID(timer.subject), lock=True)
    if survey is not None and survey.reopens is None:
        announce(session, survey.close(at=now(session)))
