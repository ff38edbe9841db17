"""`GET /<service>/v1/stream`: the same address in every service that has something to say."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from shared.kit.access import NotYours, Who, may
from shared.kit.edge import Room
from shared.kit.errors import TooMany, Unavailable, Unprocessable
from shared.kit.feed.reading import ForeignPosition, Position
from shared.kit.streams.answer import MEDIA_TYPE, StreamAnswer
from shared.kit.streams.follower import Follower, Wishes
from shared.kit.streams.hub import Hub, event
from shared.kit.streams.reading import context_of, present
from shared.kit.streams.sights import Sight, Stream, viewpoint

# Several screens of one person, or of one front end's own server; more is a mistake in somebody's loop.
MOST_OPEN: Final = 20
AGAIN_SECONDS: Final = 5
EXAMPLE: Final = event(Position(7575031293046571051, 4711, 0), "position", {"position": "7575031293046571051.4711.0"})


class NotStreamed(Unprocessable):
    """A fact that this service does not show as it happens."""

    def __init__(self, known: Mapping[str, Sight]) -> None:
        names = ", ".join(sorted(known))
        super().__init__(
            f"`facts` must name facts that this stream shows: {names}.", zh=f"`facts` 只能是本流提供的事实：{names}。"
        )


# long: one operation, each of whose parameters says what it is.
def router(stream: Stream) -> APIRouter:
    """The room of a service that shows these facts."""
    room = Room(prefix="/v1/stream", tags=["stream"])
    answer = {"description": "Events, as they happen.", "content": {MEDIA_TYPE: {
        "schema": {"type": "string"}, "example": EXAMPLE.decode(),
    }}}  # fmt: skip
    refusals: dict[int | str, dict[str, Any]] = {
        409: {"description": "The position is another database cluster's."},
        429: {"description": "Too many streams are open for this account."},
    }

    @room.get(
        "", dependencies=[may(stream.action)], summary="What happens, as it happens", response_class=Response,
        responses={200: answer, **refusals},
    )  # fmt: skip
    async def follow(
        request: Request,
        who: Who,
        facts: Annotated[list[str], Query(max_length=50, description="Names of facts; all that you may see.")] = [],  # noqa: B006
        subject: Annotated[list[str], Query(max_length=100, description="Ids of what facts are about.")] = [],  # noqa: B006
        division: Annotated[str | None, Query(pattern=r"^\d{4,12}$", description="What lies there or below.")] = None,
        after: Annotated[str | None, Query(max_length=70, description="The id of the last event you took.")] = None,
        last_event_id: Annotated[str | None, Header(max_length=70, description="The same; it counts first.")] = None,
        timeout: Annotated[  # noqa: ASYNC109 -- the follower's own wish, as at the feeds
            float | None, Query(ge=0, le=600, description="End after so many seconds; 0 when all so far is told.")
        ] = None,
    ) -> Response:
        """Server-sent events from the log: what you may see, from now on or from where you stopped.

        Each event has the position as its `id`, the fact's name as its `event` and a CloudEvent of codes as its
        `data`; the first one tells the position at which you begin. Come again with the last `id` as
        `Last-Event-ID`: nothing is lost, and nothing comes twice. The stream ends with your token.
        """
        hub: Hub = request.app.state.house.hub
        wanted = _wanted(stream, facts, who)
        if hub.count_of(who.subject) >= MOST_OPEN:
            raise TooMany(AGAIN_SECONDS)
        if hub.is_closed:
            raise Unavailable
        place = await _begin_at(hub, last_event_id or after)
        follower = Follower(
            claims=request.state.claims,
            view=viewpoint(stream, who),
            wishes=Wishes(names=wanted, subjects=frozenset(subject) or None, division=division),
            read=place,
            told=place,
        )
        return StreamAnswer(hub, follower, seconds=timeout)

    return room


def _wanted(stream: Stream, facts: list[str], who: Who) -> frozenset[str]:
    """The names that are asked for, else all that the caller's roles may see."""
    sights = stream.sights
    if not set(facts) <= set(sights):
        raise NotStreamed(sights)
    for name in facts:
        if not who.grants_for(sights[name].action):
            raise NotYours(sights[name].action)
    return frozenset(facts or (name for name, sight in sights.items() if who.grants_for(sight.action)))


async def _begin_at(hub: Hub, written: str | None) -> Position:
    after = Position.parse(written) if written else None
    async with hub.reading_up, hub.database.work(context_of(hub.service)) as session:
        now = await present(session)
    if after is not None and after.cluster != now.cluster:
        raise ForeignPosition
    return after or now
