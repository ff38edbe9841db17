"""What feedback does when a time comes."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.service import asking, samples, voices
from shared.kit.timers import Errand, Timer, fires, runs_errand


@runs_errand(asking.INVITE)
async def invite(errand: Errand) -> None:
    await asking.invite(errand)


@runs_errand(asking.REMIND)
async def remind(errand: Errand) -> None:
    await asking.remind(errand)


@fires(asking.CLOSE)
async def close(session: AsyncSession, timer: Timer) -> None:
    await asking.close(session, timer)


@fires(samples.DRAW)
async def draw_sample(session: AsyncSession, timer: Timer) -> None:
    await samples.draw(session, timer)


@fires(voices.LATE)
async def mark_late(session: AsyncSession, timer: Timer) -> None:
    await voices.mark_late(session, timer)
