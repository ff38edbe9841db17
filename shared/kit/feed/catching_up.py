"""Hearing all that was said by now, for a player who moves on step by step."""

from contextlib import suppress

from shared.kit.feed.listening import Listener, Moved
from shared.kit.peers import BATCH


async def catch_up(listener: Listener) -> None:
    """Take everything; a batch that is not full was the last."""
    while True:
        with suppress(Moved):
            if await listener.step() < BATCH:
                return
