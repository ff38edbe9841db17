"""No case is without anybody for more than a working day unheard of."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case
from services.cases.repository import casework as repository
from services.cases.rules.times import OWNER_WITHIN_WORKING_DAYS
from shared.kit.calendars import work_calendar
from shared.kit.clock import now, today
from shared.kit.feed.log import announce
from shared.kit.reference import reference
from shared.kit.timers import Timer, cancel_timers, set_timer
from shared.kit.worktime import add_working

UNOWNED: Final = "unowned"


async def watch(session: AsyncSession, case: Case) -> None:
    """Nobody has it: somebody is told when a working day has passed."""
    await cancel_timers(session, case.id, kind=UNOWNED)
    calendar = work_calendar(await reference(session), today(session))
    due = add_working(calendar, now(session), OWNER_WITHIN_WORKING_DAYS * calendar.day_length)
    await set_timer(session, UNOWNED, case.id, due=due)


async def unwatch(session: AsyncSession, case: Case) -> None:
    """Somebody has it, or it has ended."""
    await cancel_timers(session, case.id, kind=UNOWNED)


async def alert(session: AsyncSession, timer: Timer) -> None:
    """A working day has passed and nobody has it: say so, and again after each one until somebody has."""
    case = await repository.case_by_id(session, UUID(timer.subject), lock=True)
    if case is None or not case.is_open or case.unowned_since is None:
        return
    await tell(session, case)


async def tell(session: AsyncSession, case: Case) -> None:
    """Say that nobody has it, and say it again when another working day has passed."""
    announce(session, case.unowned())
    await watch(session, case)
