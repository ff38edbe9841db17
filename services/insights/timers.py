"""What insights does when a time comes."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.service import publishing
from shared.kit.timers import Timer, fires


@fires(publishing.PUBLISH)
async def publish_day(session: AsyncSession, timer: Timer) -> None:
    await publishing.publish_day(session, timer)
