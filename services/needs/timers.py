"""What needs does when a time comes."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.service import clocks, consents, messages, moving, residents
from shared.kit.clocks import TELL
from shared.kit.timers import Timer, fires


@fires(TELL)
async def tell_about_clock(session: AsyncSession, timer: Timer) -> None:
    await clocks.tell(session, timer)


@fires(clocks.REDUE)
async def redue_clocks(session: AsyncSession, timer: Timer) -> None:
    await clocks.redue_piece(session, timer)


@fires(moving.MOVE)
async def move_needs(session: AsyncSession, timer: Timer) -> None:
    await moving.move_piece(session, timer)


@fires(messages.TELL_DECLINED)
async def tell_declined(session: AsyncSession, timer: Timer) -> None:
    await messages.tell_declined(session, timer)


@fires(messages.SEND)
async def send_message(session: AsyncSession, timer: Timer) -> None:
    await messages.hand_over(session, timer, gateway=messages.TwinGateway())


@fires(consents.CONSENT)
async def record_consent(session: AsyncSession, timer: Timer) -> None:
    await consents.record_from_intake(session, timer)


@fires(residents.BIRTHDAY)
async def turn_a_year(session: AsyncSession, timer: Timer) -> None:
    await residents.turn_a_year(session, timer)
