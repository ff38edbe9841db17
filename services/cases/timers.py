"""What cases does when a time comes."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.service import owners
from shared.kit.timers import Timer, fires


@fires(owners.UNOWNED)
async def tell_that_nobody_has_it(session: AsyncSession, timer: Timer) -> None:
    await owners.alert(session, timer)
