"""A bell that wakes everyone who waits, within one process."""

import asyncio

Ticket = asyncio.Future[None]


class Bell:
    """Rung after a commit that announced something, so that waiting readers look at once."""

    def __init__(self) -> None:
        self._waiting: set[Ticket] = set()

    def ring(self) -> None:
        for ticket in self._waiting:
            if not ticket.done():
                ticket.set_result(None)
        self._waiting.clear()

    def listen(self) -> Ticket:
        """Hear the next ring from now on: taken before one looks, so that none is missed before one waits."""
        ticket: Ticket = asyncio.get_running_loop().create_future()
        self._waiting.add(ticket)
        return ticket

    async def wait(self, ticket: Ticket, seconds: float) -> bool:
        """Wait for the ring, or for so many seconds, whichever is first; True if it rang."""
        try:
            await asyncio.wait_for(ticket, seconds)
        except TimeoutError:
            return False
        finally:
            self.leave(ticket)
        return True

    def leave(self, ticket: Ticket) -> None:
        """Hear no more."""
        self._waiting.discard(ticket)
