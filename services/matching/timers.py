"""What matching does when a time comes."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.service import assurance, capacity, clocks, leads, orders, requests
from shared.kit.clocks import TELL
from shared.kit.timers import Timer, fires


@fires(TELL)
async def tell_about_clock(session: AsyncSession, timer: Timer) -> None:
    await clocks.tell(session, timer)


@fires(clocks.REDUE)
async def redue_clocks(session: AsyncSession, timer: Timer) -> None:
    await clocks.redue_piece(session, timer)


@fires(clocks.DEADLINE)
async def end_silence(session: AsyncSession, timer: Timer) -> None:
    await orders.lapse_order(session, timer)


@fires(orders.END)
async def end_orders(session: AsyncSession, timer: Timer) -> None:
    await orders.end_orders(session, timer)


@fires(orders.HASTEN)
async def hasten_orders(session: AsyncSession, timer: Timer) -> None:
    await orders.hasten_orders(session, timer)


@fires(leads.LEAD_ENDED)
async def pass_lead_on(session: AsyncSession, timer: Timer) -> None:
    await leads.pass_on(session, timer)


@fires(requests.ASK_NEXT)
async def ask_next_candidate(session: AsyncSession, timer: Timer) -> None:
    await requests.ask_next(session, timer)


@fires(capacity.EXPIRE)
async def expire_package(session: AsyncSession, timer: Timer) -> None:
    await capacity.expire_package(session, timer)


@fires(assurance.WARN)
async def warn_of_assurance(session: AsyncSession, timer: Timer) -> None:
    await assurance.warn(session, timer)


@fires(assurance.SUSPEND)
async def suspend_stale_listings(session: AsyncSession, timer: Timer) -> None:
    await assurance.suspend(session, timer)
