"""The monthly sample: drawn when the month is over, from a seed that nobody knew before and everybody knows after."""

import secrets
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.models import CallBack, Survey
from services.feedback.repository import surveys as repository
from services.feedback.rules.periods import first_of, following, midnight
from services.feedback.rules.sampling import chosen
from services.feedback.rules.states import CallBackReason, CallBackStatus
from services.feedback.schemas.surveys import SampleView
from services.feedback.service.policies import survey_policy
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.ids import new_id
from shared.kit.timers import Timer, set_timer

DRAW = "sample_draw"
# Whoever comes later than this many months is called for no sample: nobody remembers by then.
LATEST_MONTHS: Final = 3
RULE = "the smallest SHA-256 of `seed:survey_id`, as many of the population as the share says, rounded up"


async def plan(session: AsyncSession, day: date) -> None:
    """Let a day's month have its sample, once. Where it is drawn already, whoever comes now is of the next draw."""
    month = day.replace(day=1)
    while not await repository.plan_sample(session, month):
        # Held until this is written, so that a draw of this moment sees whoever came, or is seen to be over.
        sample = await repository.sample_of(session, month, hold=True)
        if sample is None or sample.seed is None:
            return
        month = following(month)
    await set_timer(session, DRAW, month.isoformat(), due=midnight(following(month)))


async def draw(session: AsyncSession, timer: Timer) -> None:
    """Draw a month's sample and put whom it chose on the call-back list."""
    month = date.fromisoformat(timer.subject)
    sample = await repository.sample_of(session, month, lock=True)
    if sample is None or sample.seed is not None:
        return
    surveys = {each.id: each for each in await _drawn_from(session, month)}
    policy = await survey_policy(session)
    sample.seed, sample.share, sample.drawn_at = secrets.token_hex(16), policy.call_back_share, now(session)
    sample.population = list(surveys)
    sample.chosen = chosen(sample.seed, surveys, policy.call_back_share)
    session.add_all(
        CallBack(
            id=new_id(), survey_id=id, division=surveys[id].division, reason=CallBackReason.SAMPLE,
            status=CallBackStatus.OPEN, attempts=0, since=now(session),
        )
        for id in sample.chosen
    )  # fmt: skip


async def _drawn_from(session: AsyncSession, month: date) -> list[Survey]:
    """Whoever was to be asked in a month, and those of the months before who came after their own draw."""
    earliest = following(month, -LATEST_MONTHS)
    drawn = await repository.drawn_before(session, earliest, month)
    asked = await repository.asked_between(session, midnight(earliest), midnight(following(month)))
    return [each for each in asked if each.id not in drawn]


async def sample_of(session: AsyncSession, month: str) -> SampleView:
    """A month's sample with all that it takes to draw it again.

    Raises:
        NotFound: it is not drawn yet.
    """
    sample = await repository.sample_of(session, first_of(month))
    if sample is None or sample.seed is None or sample.share is None or sample.drawn_at is None:
        raise NotFound
    population: list[UUID] = sample.population
    return SampleView(
        month=month, seed=sample.seed, share=sample.share, rule=RULE, population=population, chosen=sample.chosen,
        drawn_at=sample.drawn_at,
    )  # fmt: skip
