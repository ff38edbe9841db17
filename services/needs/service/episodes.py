"""The next episode of a need, and the end of one: by a person of the station or the county, or by a survey."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.errors import CountyDecides
from services.needs.models import DeclinedReopening, Need
from services.needs.repository import needs as repository
from services.needs.rules.moves import is_for_the_county
from services.needs.schemas.episodes import DeclineForm, Reopening
from services.needs.service import clocks, crises
from services.needs.service.messages import TELL_DECLINED
from services.needs.service.needs import need_of
from shared.kit.access import Caller
from shared.kit.clock import now
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.timers import set_timer
from shared.schemas.access import Role
from shared.schemas.facts import feedback
from shared.schemas.vocabulary import ClockKind, NeedStatus, ReopenReason, Urgency

COUNTY: Final = (Role.HEAD_STATION, Role.COUNTY_MANAGER)
# Nothing is registered or judged anew, so these three run, from the reopening.
OF_A_LATER_EPISODE: Final = (ClockKind.STATION_RESPONSE, ClockKind.FIRST_CONTACT, ClockKind.NEED_MET)


async def reopen_need(session: AsyncSession, id: UUID, reopening: Reopening, *, by: Caller) -> Need:
    """The next episode begins.

    Raises:
        CountyDecides: it was reopened twice already, or the reason is the county's, and the caller is not of it.
    """
    need = await need_of(session, id)
    is_decision = reopening.reason is ReopenReason.COUNTY_DECIDED or is_for_the_county(need.episode)
    if need.can_be_reopened and is_decision and not _is_of_the_county(by, need):
        raise CountyDecides
    await _reopen(session, need, reopening.reason)
    return need


async def decline_reopening(session: AsyncSession, id: UUID, form: DeclineForm, *, by: Caller) -> Need:
    """The county decides that no further episode begins, and the person is told.

    Raises:
        NotBeforeTheCounty: nobody asked the county.
    """
    need = await need_of(session, id)
    announce(session, need.decline(at=now(session)))
    declined = DeclinedReopening(
        id=new_id(), need_id=need.id, episode=need.episode, declined_by=by.subject, declined_at=now(session)
    )
    declined.because = form.because
    session.add(declined)
    await set_timer(session, TELL_DECLINED, need.id, due=now(session))
    return need


def _is_of_the_county(by: Caller, need: Need) -> bool:
    return any(grant.role in COUNTY and need.division.startswith(grant.divisions) for grant in by.grants)


async def _reopen(session: AsyncSession, need: Need, reason: ReopenReason) -> None:
    moment = now(session)
    announce(session, need.reopen(reason, at=moment))
    await session.flush()
    await clocks.start(session, need, *OF_A_LATER_EPISODE, started=moment)
    if need.urgency == Urgency.CRISIS:
        await crises.tell_people_on_duty(session, need)


async def reopen_by_answer(session: AsyncSession, answer: feedback.SurveyAnswered) -> None:
    """The person is not content with this episode: the next one begins, or the county decides whether it does."""
    need = await _judged(session, answer.need_id, answer.episode)
    if answer.reopens is None or need is None or not need.can_be_reopened:
        return
    if is_for_the_county(need.episode):
        need.awaits_county = True
        need.version += 1
    else:
        await _reopen(session, need, answer.reopens)


async def close_after_survey(session: AsyncSession, survey: feedback.SurveyClosed) -> None:
    """The window is over: what is resolved is closed."""
    need = await _judged(session, survey.need_id, survey.episode)
    if need is not None and need.status == NeedStatus.RESOLVED:
        announce(session, need.close(at=survey.closed_at))


async def _judged(session: AsyncSession, id: UUID, episode: int) -> Need | None:
    """The need, if it is still in the episode that the survey was about."""
    need = await repository.need_by_id(session, id, lock=True)
    return need if need is not None and need.episode == episode else None
