"""What cases does when a time comes."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.service import attachments, closing, owners, stations, workers
from shared.kit.clock import now
from shared.kit.files import keeping
from shared.kit.timers import Timer, fires


@fires(owners.UNOWNED)
async def tell_that_nobody_has_it(session: AsyncSession, timer: Timer) -> None:
    await owners.alert(session, timer)


@fires(workers.PACKET)
async def complete_a_packet(session: AsyncSession, timer: Timer) -> None:
    await workers.complete_packet(session, UUID(timer.subject), now(session))


@fires(stations.DAY)
async def turn_to_a_day(session: AsyncSession, timer: Timer) -> None:
    await stations.turn(session, timer)


@fires(closing.STRAGGLERS)
async def look_for_stragglers(session: AsyncSession, timer: Timer) -> None:
    await closing.sweep(session, timer)


@fires(keeping.SWEEP)
async def sweep_a_file(session: AsyncSession, timer: Timer) -> None:
    await attachments.sweep(session, timer)
