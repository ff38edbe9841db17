"""The feed of a service (http-feeds): a long poll that answers a CloudEvents batch, on the internal socket only."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel

from shared.kit.access import Who, may
from shared.kit.database import Context
from shared.kit.errors import Conflict
from shared.kit.feed.reading import Position, as_cloud_event, read_subject, wait_for_facts
from shared.kit.settings import ClockMode
from shared.schemas.access import Action

MEDIA_TYPE = "application/cloudevents-batch+json"


class ClockIsLive(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This service runs by the wall clock. Start it with FUZHOU_CLOCK=played to advance time by hand.",
            zh="本服务按真实时间运行。以 FUZHOU_CLOCK=played 启动后才能手动推进时间。",
        )


class Advance(BaseModel):
    """Until when the player lets time pass.

    `by_step`: until the clock is released nobody listens by themselves; each step begins with hearing what others said,
    or those of them that the player names, because nobody else has said anything.
    `release`: afterwards listeners and timers go on by the wall clock.
    """

    to: AwareDatetime
    by_step: bool = False
    of: list[str] | None = None
    release: bool = False


def router(service: str) -> APIRouter:
    """The internal addresses of a service."""
    room = APIRouter()

    @room.get("/facts", dependencies=[may(Action.READ_FACTS)])
    async def read_feed(
        request: Request,
        who: Who,
        after: str | None = None,
        subject: str | None = None,
        timeout: Annotated[float, Query(ge=0, le=60)] = 0,  # noqa: ASYNC109 -- part of the convention
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> JSONResponse:
        """The next facts after a position, waiting for news as long as the reader wishes; or all of one subject."""
        position = Position.parse(after) if after else None
        context, database = Context(actor=who.subject, machine=f"{service}.feed"), request.app.state.house.database
        if subject is not None:
            async with database.work(context) as session:
                facts = await read_subject(session, subject)
        else:
            facts = await wait_for_facts(database, context, position, timeout=timeout, limit=limit)
        batch: list[dict[str, Any]] = [as_cloud_event(fact, publisher=service) for fact in facts]
        return JSONResponse(batch, media_type=MEDIA_TYPE)

    @room.post("/clock", dependencies=[may(Action.ADVANCE_CLOCK)])
    async def advance_clock(request: Request, advance: Advance) -> dict[str, int | datetime]:
        """Let played time pass: all timers due until then fire in order, each at its own time."""
        house = request.app.state.house
        if house.clock is not ClockMode.PLAYED:
            raise ClockIsLive
        if advance.by_step:
            await house.hear_by_step(advance.of)
        fired = await house.timers.fire_until(advance.to, together=advance.by_step)
        if advance.release:
            house.go_live()
        return {"fired": fired, "now": advance.to}

    return room
