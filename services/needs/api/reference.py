"""Reference rows, over the counter."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response

from services.needs.schemas.reference import RowForm, RowsView, RowView
from services.needs.service import reference as verbs
from shared.kit.access import may
from shared.kit.clock import today
from shared.kit.edge import Room, Transaction
from shared.kit.preconditions import IfMatch, tag
from shared.kit.reference import reference
from shared.schemas.access import Action
from shared.schemas.reference import CalendarDay, Category, Division

router = Room(prefix="/v1", tags=["reference"])
Table = Annotated[str, Path(pattern="^[a-z_]{2,40}$", examples=["category"])]
Key = Annotated[str, Path(max_length=80, examples=["meals"])]
After = Annotated[str | None, Query(max_length=80, description="The `next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]
OnDay = Annotated[date | None, Query(description="As valid on this day; today if left out.")]


async def _rows(session: Transaction, table: str, after: str | None, limit: int, on: date | None) -> RowsView:
    rows = verbs.rows_of(await reference(session), table, on or today(session), after=after, limit=limit + 1)
    return RowsView(items=rows[:limit], next=rows[limit - 1].key if len(rows) > limit else None)


@router.get("/divisions", dependencies=[may(Action.READ_REFERENCE)], summary="Divisions")
async def read_divisions(session: Transaction, after: After = None, limit: Limit = 50, on: OnDay = None) -> RowsView:
    """The tree of divisions by national code: city, counties, townships, villages."""
    return await _rows(session, Division.table, after, limit, on)


@router.get("/categories", dependencies=[may(Action.READ_REFERENCE)], summary="Categories")
async def read_categories(session: Transaction, after: After = None, limit: Limit = 50, on: OnDay = None) -> RowsView:
    """What needs are about, and which fields of the card each opens."""
    return await _rows(session, Category.table, after, limit, on)


@router.get("/calendar", dependencies=[may(Action.READ_REFERENCE)], summary="The legal calendar")
async def read_calendar(session: Transaction, after: After = None, limit: Limit = 50, on: OnDay = None) -> RowsView:
    """Days off and make-up workdays as published; every other day follows its weekday."""
    return await _rows(session, CalendarDay.table, after, limit, on)


@router.get("/reference/{table}", dependencies=[may(Action.READ_REFERENCE)], summary="Rows of a table")
async def read_rows(
    table: Table, session: Transaction, after: After = None, limit: Limit = 50, on: OnDay = None
) -> RowsView:
    """Any reference table: departments, groups, service levels, the duty list, people on duty, weights, and so on."""
    return await _rows(session, table, after, limit, on)


@router.get("/reference/{table}/{key}", dependencies=[may(Action.READ_REFERENCE)], summary="One row")
async def read_row(table: Table, key: Key, session: Transaction, response: Response) -> RowView:
    """The row of a key that is valid today."""
    row = await verbs.row_of(session, table, key)
    tag(response, row.version)
    return row


@router.put("/reference/{table}/{key}", dependencies=[may(Action.EDIT_REFERENCE)], summary="Write a row")
async def edit_row(
    table: Table, key: Key, form: RowForm, session: Transaction, version: IfMatch, response: Response
) -> RowView:
    """Write a dated row; If-Match "0" for a new one.

    Every service hears of it, and a changed calendar makes open clocks due anew.
    """
    row = await verbs.edit_row(session, table, key, form, version=version)
    tag(response, row.version)
    return row
