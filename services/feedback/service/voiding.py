"""A need that was an error: its surveys are void, nobody is called, and what was answered counts nowhere."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.repository import surveys as repository
from services.feedback.service.asking import CLOSE, INVITE, REMIND
from shared.kit.clock import now
from shared.kit.feed.log import announce
from shared.kit.timers import cancel_timers
from shared.schemas.facts.needs import NeedChanged
from shared.schemas.vocabulary import NeedStatus


async def void_if_error(session: AsyncSession, fact: NeedChanged) -> None:
    """All episodes' surveys go with their need; heard again, the fact changes nothing."""
    if fact.status is not NeedStatus.ENTERED_IN_ERROR:
        return
    surveys = [each for each in await repository.surveys_of(session, fact.need_id, lock=True) if not each.voided_at]
    for survey in surveys:
        announce(session, survey.void(at=now(session)))
        for kind in (INVITE, REMIND, CLOSE):
            await cancel_timers(session, survey.id, kind=kind)
    await repository.void_calls(session, [survey.id for survey in surveys])
