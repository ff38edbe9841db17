"""Where a request meets its transaction: opened before the endpoint, committed before the answer leaves.

`Room` is the router every service uses. On an endpoint that takes `Transaction`:
the caller's context and clock are set, an Idempotency-Key is honoured where the method creates or acts, the
answer is kept in the same commit, and a commit that fails never answers 2xx.
"""

from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit import idempotency
from shared.kit.errors import Conflict, Unprocessable

CLOCK_HEADER = "fuzhou-now"
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class ClockNotYours(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "Only development may set the clock. Leave the Fuzhou-Now header out.",
            zh="只有开发环境可以设定时钟，请去掉 Fuzhou-Now 请求头。",
        )


class BadClock(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "Fuzhou-Now must be an RFC 3339 time with an offset, e.g. 2026-02-14T09:00:00+08:00.",
            zh="Fuzhou-Now 须为带时区的 RFC 3339 时间，例如 2026-02-14T09:00:00+08:00。",
        )


def retry_safe(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a POST that only reads, or whose rows carry the caller's own keys: it needs no Idempotency-Key."""
    endpoint.__retry_safe__ = True  # type: ignore[attr-defined]
    return endpoint


class RoomRoute(APIRoute):
    """A route that keeps its answer with its effects, and gives a kept answer again."""

    @property
    def needs_key(self) -> bool:
        return "POST" in (self.methods or ()) and not getattr(self.endpoint, "__retry_safe__", False)

    def get_route_handler(self) -> Endpoint:
        endpoint = super().get_route_handler()

        async def answer(request: Request) -> Response:
            request.state.needs_key = self.needs_key
            try:
                response = await endpoint(request)
            except idempotency.AlreadyAnswered as before:
                return before.response
            kept = getattr(request.state, "kept", None)
            if kept is not None:
                session, claim = kept
                await idempotency.remember(session, **claim, response=response)
            return response

        return answer


class Room(APIRouter):
    """A router whose routes are `RoomRoute`s."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(route_class=RoomRoute, **kwargs)


def moment_of(request: Request) -> datetime | None:
    """The time a request brings, where the environment lets it; None means the wall clock."""
    written = request.headers.get(CLOCK_HEADER)
    if written is None:
        return None
    if not request.app.state.house.settings.may_set_clock:
        raise ClockNotYours
    try:
        moment = datetime.fromisoformat(written)
        # At the ends of the calendar an offset leads outside of it.
        in_utc = moment.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise BadClock from wrong
    if moment.tzinfo is None:
        raise BadClock
    return in_utc


async def transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """The one transaction of a request."""
    house = request.app.state.house
    async with house.database.work(request.state.context, now=moment_of(request)) as session:
        session.info["request_id"] = request.state.request_id
        if request.state.needs_key:
            claim: dict[str, Any] = {
                "caller": request.state.caller.subject,
                "key": idempotency.key_of(request),
                "print_": idempotency.fingerprint(request, await request.body()),
            }
            await idempotency.begin(session, **claim)
            request.state.kept = (session, claim)
        yield session


# With FastAPI's default scope a commit that fails would still answer 2xx.
Transaction = Annotated[AsyncSession, Depends(transaction, scope="function")]
