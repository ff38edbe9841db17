"""Standing: what a service holds true now of one kind of subject, in codes, page by page, on the internal socket only.

Whoever made a promise about these subjects compares. A page names the end of the log as it was right after the rows
were read: who has heard the log up to there has heard of everything that the page shows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from sqlalchemy import Select, Uuid, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.access import Who, may
from shared.kit.database import Context
from shared.kit.errors import NotFound
from shared.kit.feed.reading import Position
from shared.kit.inconsistencies import Inconsistency, standing_open
from shared.schemas.access import Action

PAGE = 500
MOST_IDS = 100

Codes: TypeAlias = dict[str, Any]
# A query whose column `id` names the subject; the others are its codes. Ids are unique in it.
Subjects: TypeAlias = Select[*tuple[Any, ...]]
Told: TypeAlias = Callable[[], Subjects]


def tells(kind: str) -> Callable[[Told], Told]:
    """Mark a query as what the service says of a kind of subject, `<service>.<kind>`."""

    def mark(told: Told) -> Told:
        told.__tells__ = kind  # type: ignore[attr-defined]
        return told

    return mark


def standings_in(*rooms: ModuleType) -> dict[str, Told]:
    """The queries in these modules that tell, by kind."""
    return {
        thing.__tells__: thing
        for room in rooms
        for thing in vars(room).values()
        if hasattr(thing, "__tells__") and thing.__module__ == room.__name__
    }


@dataclass(frozen=True, slots=True)
class Page:
    """Some subjects with their codes, in the order of their ids, and the log's end after they were read."""

    rows: dict[str, Codes]
    position: str | None


async def rows_of(
    session: AsyncSession, told: Told, *, after: str | None = None, until: str | None = None,
    ids: Sequence[str] | None = None, limit: int | None = None,
) -> dict[str, Codes]:  # fmt: skip
    """Subjects beyond an id (up to and including another), or these very ones; codes as JSON would carry them."""
    subjects = told().subquery()
    key = subjects.c.id
    as_key = UUID if isinstance(key.type, Uuid) else str
    query = select(subjects).order_by(key).limit(limit)
    if after is not None:
        query = query.where(key > as_key(after))
    if until is not None:
        query = query.where(key <= as_key(until))
    if ids is not None:
        query = query.where(key.in_([as_key(id) for id in ids]))
    found = [dict(row) for row in (await session.execute(query)).mappings()]
    return {str(row.pop("id")): row for row in orjson.loads(orjson.dumps(found, default=str))}


END = text("""
SELECT (SELECT system_identifier FROM pg_control_system()) AS cluster, f.xid, f.number
FROM fact f ORDER BY f.xid DESC, f.number DESC LIMIT 1
""")


async def end_of_log(session: AsyncSession) -> str | None:
    """The position of the last fact that can be seen now, whether the feed shows it already or not."""
    last = (await session.execute(END)).one_or_none()
    return str(Position(last.cluster, last.xid, last.number)) if last is not None else None


def router(service: str, told: dict[str, Told]) -> APIRouter:
    """The internal addresses at which a service tells where it stands, and what it found wrong."""
    room = APIRouter()
    if told:
        _tell(room, service, told)

    @room.get("/inconsistencies", dependencies=[may(Action.READ_FACTS)])
    async def read_inconsistencies(request: Request, who: Who) -> list[dict[str, Any]]:
        """What does not agree and could not be healed by rule, the oldest first."""
        async with request.app.state.house.database.work(scope(service, who.subject)) as session:
            return [_shown(row) for row in await standing_open(session)]

    return room


def _tell(room: APIRouter, service: str, told: dict[str, Told]) -> None:
    @room.get("/standing/{kind}", dependencies=[may(Action.READ_FACTS)])
    async def read_standing(
        request: Request,
        who: Who,
        kind: str,
        after: str | None = None,
        id: Annotated[list[str] | None, Query(max_length=MOST_IDS)] = None,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
    ) -> Page:
        """A page of subjects after an id, or these very ones."""
        query = told.get(f"{service}.{kind}")
        if query is None:
            raise NotFound
        async with request.app.state.house.database.work(scope(service, who.subject)) as session:
            try:
                rows = await rows_of(session, query, after=after, ids=id, limit=limit)
            except ValueError as no_id:
                raise NotFound from no_id
            # Read after the rows, so that it is never before anything that they show.
            return Page(rows, await end_of_log(session))


def scope(service: str, actor: str) -> Context:
    """The machine that sees what handlers see: promises are kept by them."""
    return Context(actor=actor, machine=f"{service}.handlers")


def _shown(row: Inconsistency) -> dict[str, Any]:
    return {
        "promise": row.promise, "subject": row.subject, "wrong": row.wrong,
        "first_seen": row.first_seen, "last_seen": row.last_seen,
    }  # fmt: skip
