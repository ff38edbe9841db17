"""The answer that does not end: what was missed from the log, then what the hub hands on, and why it ends.

Plain ASGI: beside the framework's own streaming answer it halves the cost of an open stream.
"""

import asyncio
from typing import Final

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from shared.kit.streams.follower import Ending, Follower
from shared.kit.streams.hub import Hub, event

log = structlog.get_logger()
MEDIA_TYPE: Final = "text/event-stream"
# How long an EventSource waits before it comes again, in milliseconds.
OPENING: Final = b"retry: 2000\n\n"
POSITION: Final = "position"


class StreamAnswer(StreamingResponse):
    """Server-sent events for one follower. With `seconds` it ends by itself after so long, 0 is when all is told."""

    media_type = MEDIA_TYPE

    def __init__(self, hub: Hub, follower: Follower, *, seconds: float | None) -> None:
        # Proxies that gather answers before they send them are told not to.
        super().__init__((), headers={"X-Accel-Buffering": "no"})
        self.hub, self.follower, self.seconds = hub, follower, seconds

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        follower = self.follower
        self.hub.enter(follower)
        watcher = asyncio.create_task(self._watch(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async with asyncio.timeout(None) as follower.patience:
                await self._write(send)
        except TimeoutError:
            # It reads nothing, not even that it is too slow; what it has read is where it resumes.
            log.info("stream_left", why=follower.ending)
        finally:
            follower.patience = None
            watcher.cancel()
            self.hub.leave(follower)

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.follower.end(Ending.GONE)

    async def _write(self, send: Send) -> None:
        follower = self.follower
        told = event(follower.read, POSITION, {"position": str(follower.read)})
        await _send(send, OPENING + told)
        try:
            await self._catch_up(send)
        except Exception as trouble:  # noqa: BLE001 -- the answer has begun, so it can only say that it ends
            log.warning("stream_interrupted", trouble=type(trouble).__name__)
            follower.end(Ending.INTERRUPTED)
        while piece := await follower.next():
            await _send(send, piece)
        await _send(send, (follower.ending or Ending.DONE).comment(), more=False)

    async def _catch_up(self, send: Send) -> None:
        """Tell what the log holds already, join the hub, and tell what came while one did: no gap, nothing twice."""
        follower, is_joined = self.follower, False
        while follower.ending is None:
            told, piece = await self.hub.read_for(follower)
            if told:
                await _send(send, told)
            follower.read = piece.end
            if not piece.is_last:
                continue
            if is_joined:
                follower.go_live()
                return
            if self.seconds is not None:
                asyncio.get_running_loop().call_later(self.seconds, follower.end, Ending.DONE)
            if self.seconds == 0:
                follower.end(Ending.DONE)
                return
            self.hub.join(follower)
            is_joined = True


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})
