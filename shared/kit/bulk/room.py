"""The addresses of bulk: what a service's own `…/batch` answers, and `/<service>/v1/batches/{id}` that follows it."""

from collections.abc import Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from shared.kit.access import may
from shared.kit.bulk import answers
from shared.kit.bulk.kinds import Kind, Sender
from shared.kit.bulk.reading import CSV, JSON_LINES
from shared.kit.bulk.receiving import receive
from shared.kit.bulk.working import Bulk
from shared.kit.edge import Room, Transaction, moment_of
from shared.kit.house import House
from shared.kit.paging import MOST, Page
from shared.schemas.access import Action
from shared.schemas.batches import BatchView, RowAnswer, RowOutcome

REPORT: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "A row a line.",
        "content": {
            JSON_LINES[0]: {"schema": {"type": "string"}, "example": '{"number":1,"outcome":"created"}\n'},
            CSV: {"schema": {"type": "string"}, "example": "number,client_reference,outcome,id,pointer,en,zh\r\n"},
        },
    }
}
Wanted = Annotated[RowOutcome | None, Query(description="Only rows with this outcome.")]


def rows_body(description: str, *, lines: str, table: str) -> dict[str, Any]:
    """How the documentation shows the body of a batch."""
    examples = dict.fromkeys(JSON_LINES, lines) | {CSV: table}
    content = {media: {"schema": {"type": "string"}, "example": example} for media, example in examples.items()}
    return {"requestBody": {"required": True, "content": content, "description": description}}


ACCEPTED: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "model": BatchView,
        "description": "More rows than are answered at once, or `Prefer: respond-async`: it was taken whole, and is"
        " written now. `Location` is where it is followed.",
    }
}


async def take_batch(
    http: Request, kind: Kind, sender: Sender, answered: Callable[[BatchView, list[RowAnswer]], Any]
) -> Any:
    """Take in a file; answer a small one with `answered`, a large one with the address where it is followed."""
    house: House = http.app.state.house
    bulk, database = _hands(house), house.database
    spool = await receive(database, http, kind, sender, moment=moment_of(http))
    waits = spool.rows <= kind.answered_at_once and "respond-async" not in http.headers.get("prefer", "")
    if waits:
        await bulk.finish(spool.id)
    else:
        await bulk.let_go(spool.id)
    async with database.work(spool.context) as session:
        view = await answers.batch_view(session, spool.id)
        # Where trouble put the rest off, the others finish it: that is told like a large file.
        rows = await answers.all_answers(session, spool.id) if waits and view.answered == view.rows else None
    if rows is not None:
        return answered(view, rows)
    headers = {"Location": f"/{house.service}/v1/batches/{spool.id}", "Retry-After": "1"}
    return JSONResponse(view.model_dump(mode="json"), 202, headers)


def _hands(house: House) -> Bulk:
    assert house.bulk is not None, "a service that takes files names their kinds"
    return house.bulk


def router(action: Action) -> APIRouter:
    """The room in which the files of a service are followed, by those who may send them."""
    room = Room(prefix="/v1/batches", tags=["batches"])

    @room.get("/{id}", dependencies=[may(action)], summary="How far a file is")
    async def read_batch(id: UUID, session: Transaction) -> BatchView:
        """A file that you sent: how many of its rows are answered, and with what outcome."""
        return await answers.batch_view(session, id)

    @room.get("/{id}/rows", dependencies=[may(action)], summary="What became of its rows")
    async def read_rows(
        id: UUID, session: Transaction, outcome: Wanted = None,
        after: Annotated[int, Query(ge=0, le=10**9, description="The `next` of the page before.")] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> Page[RowAnswer]:  # fmt: skip
        """Each row's outcome and what is wrong in it, by the rows' numbers; kept for 30 days."""
        return await answers.answers_page(session, id, outcome=outcome, after=after, limit=limit)

    @room.get(
        "/{id}/report", dependencies=[may(action)], summary="What became of all of them", response_class=Response,
        responses=REPORT,
    )  # fmt: skip
    async def read_report(id: UUID, http: Request, session: Transaction, outcome: Wanted = None) -> Response:
        """All rows so far in one answer: JSON lines, or with `Accept: text/csv` a table that opens in a spreadsheet.

        In the table a row has a line for each thing that is wrong in it.
        """
        await answers.batch_view(session, id)
        as_table = CSV in http.headers.get("accept", "")
        told = answers.report(http.app.state.house.database, http.state.context, id, outcome=outcome, as_table=as_table)
        media = f"{CSV}; charset=utf-8" if as_table else JSON_LINES[0]
        return StreamingResponse(told, media_type=media, headers={"Cache-Control": "no-store"})

    return room
