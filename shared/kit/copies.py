"""Promises about what several services copy: reference rows from where they are edited, stations from who has them."""

from collections.abc import Sequence

from sqlalchemy import String, cast, delete, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.promises import Difference, Promise, alike
from shared.kit.reference import StoredRow, forget
from shared.kit.standing import Codes, Subjects
from shared.kit.stations import TOLD


def rows_told() -> Subjects:
    """The reference rows by the subject of their facts, `table:key`: each dated row, a digest standing for its body."""
    subject = func.concat(StoredRow.table, ":", StoredRow.key)
    digest = func.md5(cast(StoredRow.body, String))
    row = func.concat_ws("|", StoredRow.valid_from, StoredRow.valid_to, StoredRow.version, digest)
    rows = func.string_agg(row, aggregate_order_by(literal(" "), StoredRow.valid_from))
    return (
        select(subject.label("id"), StoredRow.table.label("table"), rows.label("rows"))
        .where(StoredRow.table != TOLD)
        .group_by(StoredRow.table, StoredRow.key)
    )


def rows_are_copied(service: str, *, tables: Sequence[str] = ()) -> Promise:
    """A service's reference rows are those of needs; where it copies some tables alone, those."""

    def kept() -> Subjects:
        return rows_told().where(StoredRow.table.in_(tables)) if tables else rows_told()

    def judge(theirs: Codes | None, ours: Codes | None) -> str | None:
        is_not_wanted = theirs is not None and tables and theirs["table"] not in tables
        return None if is_not_wanted else alike(theirs, ours)

    return Promise(
        name=f"{service}.reference_rows_are_copied", theirs="needs.reference", ours=kept, judge=judge, replays="id",
        mend=_forget_row,
    )  # fmt: skip


async def _forget_row(session: AsyncSession, difference: Difference) -> None:
    """Let the rows of a key be heard anew; what needs does not know is no copy of anything."""
    table, _, key = difference.subject.partition(":")
    await session.execute(delete(StoredRow).where(StoredRow.table == table, StoredRow.key == key))
    forget(session)


def stations_are_known(service: str) -> Promise:
    """A service's stations are those of cases. Of an equal version, what is told is news only where none is known."""
    return Promise(
        name=f"{service}.stations_are_known", theirs="cases.station", ours=_seats, replays="id",
        mend=_forget_seat,
    )  # fmt: skip


def _seats() -> Subjects:
    body = StoredRow.body
    return select(
        StoredRow.key.label("id"),
        StoredRow.version,
        body["division"].astext.label("division"),
        body["serves"].label("serves"),
        body["is_active"].label("is_active"),
    ).where(StoredRow.table == TOLD)


async def _forget_seat(session: AsyncSession, difference: Difference) -> None:
    await session.execute(delete(StoredRow).where(StoredRow.table == TOLD, StoredRow.key == difference.subject))
    forget(session)
