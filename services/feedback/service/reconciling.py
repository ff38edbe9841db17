"""What feedback promises about resolved needs and who served them, and how a broken promise is healed."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.repository import handling, standing
from services.feedback.repository import surveys as repository
from services.feedback.rules.hands import PROVIDER
from services.feedback.rules.standing import episode_is_judged, hands_are_known, served_as_completed
from services.feedback.service import asking
from shared.kit.clock import now
from shared.kit.copies import rows_are_copied
from shared.kit.promises import Difference, Promise
from shared.kit.standing import Subjects
from shared.kit.timers import set_timer


async def _add_hands(session: AsyncSession, difference: Difference) -> None:
    for provider in (difference.theirs or {"providers": ()})["providers"]:
        await handling.add_handlers(session, UUID(difference.subject), (PROVIDER, provider))


async def _forget_served(session: AsyncSession, difference: Difference) -> None:
    """What is not so is forgotten; what is so is then heard again."""
    await handling.forget_served(session, UUID(difference.subject))


async def _move_on(session: AsyncSession, difference: Difference) -> None:
    survey = await repository.survey_by_id(session, UUID(difference.subject), lock=True)
    if survey is not None and difference.ours is not None:
        missing = difference.ours["missing"]
        due = survey.closes_at if missing == asking.CLOSE else now(session)
        await set_timer(session, missing, survey.id, due=due)


def _stuck() -> Subjects:
    return standing.stuck_surveys(asking.INVITE, asking.CLOSE)


def _providers() -> Subjects:
    return standing.handlers_kept(PROVIDER)


SURVEYS: Final = Promise(
    name="feedback.a_resolved_episode_has_its_survey", theirs="needs.need", ours=standing.surveys_kept,
    judge=episode_is_judged, replays="id",
)  # fmt: skip
HANDS: Final = Promise(
    name="feedback.who_served_is_known", theirs="matching.taken", ours=_providers, judge=hands_are_known,
    mend=_add_hands,
)  # fmt: skip
SERVED: Final = Promise(
    name="feedback.what_was_done_is_judged", theirs="matching.order", ours=standing.served_kept,
    judge=served_as_completed, replays="id", mend=_forget_served,
)  # fmt: skip
STUCK: Final = Promise(name="feedback.a_survey_goes_out_and_ends", ours=_stuck, mend=_move_on)
REFERENCE: Final = rows_are_copied("feedback")
