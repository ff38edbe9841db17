"""Reference rows: seeded from the files, edited here and nowhere else, told to all by facts."""

from collections.abc import Iterable
from datetime import date
from itertools import islice

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.errors import OnlyForTheCity, UnfitRow
from services.needs.schemas.reference import RowForm, RowView
from services.needs.service import clocks
from shared.kit.calendars import CALENDAR_TABLES
from shared.kit.clock import today
from shared.kit.database import Context, Database
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.preconditions import require_version
from shared.kit.reference import Dated, Snapshot, hold_row, put_row, put_rows, reference
from shared.schemas.facts.needs import ReferenceChanged
from shared.schemas.reference import TABLES, Division, ReferenceRow

# A long transaction would hold up every feed of the cluster.
ROWS_A_TRANSACTION = 1000


def rows_of(snapshot: Snapshot, table: str, day: date, *, after: str | None, limit: int) -> list[RowView]:
    """The rows of a table that are valid on a day, by key."""
    if table not in TABLES:
        raise NotFound
    keys = sorted(key for key in snapshot.keys(table) if after is None or key > after)
    rows = (snapshot.dated(table, key, day) for key in keys)
    return [view(table, row) for row in islice((row for row in rows if row is not None), limit)]


def view(table: str, row: Dated) -> RowView:
    return RowView(
        table=table, key=row.key, valid_from=row.valid_from, valid_to=row.valid_to, source=row.source,
        version=row.version, body=row.body,
    )  # fmt: skip


async def row_of(session: AsyncSession, table: str, key: str) -> RowView:
    """The row of a key that is valid today."""
    row = (await reference(session)).dated(table, key, today(session))
    if row is None:
        raise NotFound
    return view(table, row)


async def edit_row(session: AsyncSession, table: str, key: str, form: RowForm, *, version: int) -> RowView:
    """Write a dated row; version 0 says that there is none yet of this key and day."""
    snapshot = await reference(session)
    _require_city(session, snapshot)
    row = ReferenceRow(
        table=table, key=key, valid_from=form.valid_from, valid_to=form.valid_to, source=form.source, body=form.body
    )
    _check(row)
    current = await hold_row(session, table, key, valid_from=form.valid_from)
    require_version(version, current)
    await put_row(session, **row.model_dump(), version=current + 1)
    announce(session, _fact(row, current + 1))
    if table in CALENDAR_TABLES:
        await clocks.redue_soon(session)
    return RowView(**row.model_dump(), version=current + 1)


def _require_city(session: AsyncSession, snapshot: Snapshot) -> None:
    divisions = snapshot.all(Division, Division.table, today(session))
    tops = {row.code for row in divisions if row.parent is None}
    context: Context = session.info["context"]
    if not tops & set(context.divisions):
        raise OnlyForTheCity


def _check(row: ReferenceRow) -> None:
    try:
        row.read()
    except (ValidationError, ValueError) as wrong:
        raise UnfitRow(wrong) from wrong


def _fact(row: ReferenceRow, version: int) -> ReferenceChanged:
    return ReferenceChanged(**row.model_dump(), row=f"{row.table}:{row.key}", version=version)


async def seed(database: Database, rows: Iterable[ReferenceRow]) -> int:
    """Write the rows that are not there yet, in pieces; rows that people edited are left as they are."""
    waiting = iter(rows)
    written = 0
    while piece := list(islice(waiting, ROWS_A_TRANSACTION)):
        async with database.work(Context(actor="needs.seed", machine="needs.handlers")) as session:
            added = await put_rows(session, [row.model_dump() for row in piece])
            announce(session, *(_fact(row, 1) for row in piece if (row.table, row.key, row.valid_from) in added))
            written += len(added)
    return written
