"""What cases does when a time comes."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.service import attachments, owners
from shared.kit.files import keeping
from shared.kit.timers import Timer, fires


@fires(owners.UNOWNED)
async def tell_that_nobody_has_it(session: AsyncSession, timer: Timer) -> None:
    await owners.alert(session, timer)


@fires(keeping.SWEEP)
async def sweep_a_file(session: AsyncSession, timer: Timer) -> None:
    await attachments.sweep(session, timer)
