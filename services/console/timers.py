"""What the console does when a time comes."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.console.service import sessions
from shared.kit.timers import Timer, fires


@fires(sessions.ENDS)
async def sweep(session: AsyncSession, timer: Timer) -> None:
    await sessions.sweep(session, timer)
