"""How far a service has heard what others said: a player asks before it lets time pass."""

import asyncio
from collections.abc import Mapping

from sqlalchemy import select

from shared.kit.database import Context, Database
from shared.kit.feed.listening import ListenerPosition
from shared.kit.feed.reading import Position

# So long the player's step waits for facts under way before it is told to come again.
HEARING_SECONDS = 5.0
LOOK_SECONDS = 0.02


async def has_heard(database: Database, context: Context, wanted: Mapping[str, str]) -> bool:
    """Whether this service's listeners have come as far as these positions, waiting for them a little."""
    give_up = asyncio.get_running_loop().time() + HEARING_SECONDS
    while True:
        async with database.work(context) as session:
            rows = (await session.execute(select(ListenerPosition.publisher, ListenerPosition.position))).all()
        lacking = [row.publisher for row in rows if _is_behind(row.position, wanted.get(row.publisher))]
        if not lacking or asyncio.get_running_loop().time() > give_up:
            return not lacking
        await asyncio.sleep(LOOK_SECONDS)


def _is_behind(read: str | None, wanted: str | None) -> bool:
    return wanted is not None and (read is None or Position.parse(read) < Position.parse(wanted))
