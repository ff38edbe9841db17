"""Answers by the deadline that a request brings (`shared.kit.deadlines`), pure ASGI."""

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kit.deadlines import Deadline, bound, brought
from shared.kit.errors import TooLate
from shared.kit.problems import answer


class OnTime:
    """Pure ASGI: who says how long they wait is answered by then, and the work for them is stopped.

    `own` is how long, in seconds, peers may keep waiting whoever brought no deadline: nothing is stopped by it.
    """

    def __init__(self, app: ASGIApp, *, own: float | None = None) -> None:
        self.app, self.own = app, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        deadline = brought(scope) if scope["type"] == "http" else None
        if deadline is not None:
            await self._by(deadline, scope, receive, send)
        elif self.own is None or scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            soft = Deadline(asyncio.get_running_loop().time() + self.own)

            async def watch(message: Message) -> None:
                soft.ends = None
                await send(message)

            with bound(soft):
                await self.app(scope, receive, watch)

    async def _by(self, deadline: Deadline, scope: Scope, receive: Receive, send: Send) -> None:
        limit = asyncio.timeout_at(deadline.ends)

        async def watch(message: Message) -> None:
            # Too late by a hair: the work is being stopped already, and what it says goes nowhere.
            if limit.expired():
                return
            if deadline.ends is not None:
                # What has begun to be told is told to its end.
                limit.reschedule(None)
                deadline.ends = None
            await send(message)

        try:
            async with limit:
                with bound(deadline):
                    await self.app(scope, receive, watch)
        except TimeoutError:
            if not limit.expired():
                raise
            await answer(Request(scope), TooLate())(scope, receive, send)
