"""A provider's own feed: the same log, filtered to its orders."""

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import JSONResponse

from services.matching.errors import NotYourProvider
from shared.kit.access import Who, may
from shared.kit.edge import Room
from shared.kit.feed.publishing import MEDIA_TYPE
from shared.kit.feed.reading import Position, as_cloud_event, wait_for_facts
from shared.schemas.access import Action

router = Room(prefix="/v1/feed", tags=["feed"])


@router.get(
    "", dependencies=[may(Action.READ_OWN_FEED)], summary="Your own facts", response_class=JSONResponse,
    response_model=list[dict[str, Any]], responses={200: {"content": {MEDIA_TYPE: {}}}},
)  # fmt: skip
async def read_feed(
    http: Request,
    who: Who,
    after: Annotated[str | None, Query(max_length=70, description="The `position` of the last one you read.")] = None,
    timeout: Annotated[float, Query(ge=0, le=30, description="Seconds to wait for news.")] = 0,  # noqa: ASYNC109
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> JSONResponse:
    """What happened to your orders, oldest first, as a CloudEvents batch (http-feeds).

    Keep the `position` of the last one together with its effect, and ask again with it as `after`; nothing is ever
    skipped, and each has its place. With a `timeout` the answer waits for news.
    """
    context = http.state.context
    if not context.provider:
        raise NotYourProvider("")
    position = Position.parse(after) if after else None
    facts = await wait_for_facts(
        http.app.state.house.database, context, position, timeout=timeout, limit=limit, audience=context.provider
    )
    batch = [as_cloud_event(fact, publisher="matching") for fact in facts]
    return JSONResponse(batch, media_type=MEDIA_TYPE)
