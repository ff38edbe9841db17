"""Batches of listings: each line is answered, a bad one spoils none, and the file can be sent again safely."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Resource
from services.matching.repository import giving as repository
from services.matching.rules.batch import RowOutcome, tally
from services.matching.schemas.lines import RowError
from services.matching.schemas.resources import BatchAnswer, BatchRow, RowAnswer
from services.matching.service import resources
from services.matching.service.lines import Line, lines_of, pieces, read
from services.matching.service.providers import own_provider
from shared.kit.clock import today
from shared.kit.database import Context, Database
from shared.kit.errors import Problem
from shared.kit.reference import reference

ALREADY_THERE = RowError(
    pointer="#/external_id", en="This key stands in an earlier line of the file.", zh="该编号在本文件前面的行已出现。"
)


async def put_batch(
    database: Database, context: Context, slug: str, body: bytes, *, moment: datetime | None
) -> BatchAnswer:
    """Take a file of listings in pieces, each a transaction of its own."""
    lines = lines_of(body)
    answers: list[RowAnswer] = []
    seen: set[str] = set()
    async with database.work(context, now=moment) as session:
        await own_provider(session, slug)
    for piece in pieces(lines):
        async with database.work(context, now=moment) as session:
            answers += await _take_piece(session, slug, piece, seen)
    return BatchAnswer(counts=tally(answer.outcome for answer in answers), rows=answers)


async def _take_piece(session: AsyncSession, slug: str, piece: Sequence[Line], seen: set[str]) -> list[RowAnswer]:
    await repository.hold_provider(session, slug)
    told = [(line, *read(line, BatchRow)) for line in piece]
    known = await repository.resources_by_external_id(
        session, slug, [row.external_id for _, row, _ in told if row is not None]
    )
    moved = [known[row.external_id] for _, row, _ in told if row is not None and _moves(row, known)]
    await repository.lock_capacities(session, [resource.id for resource in moved])
    rows = resources.NewRows()
    answers = []
    for line, row, errors in told:
        if row is None:
            answers.append(RowAnswer(number=line.number, external_id=None, outcome=RowOutcome.REFUSED, errors=errors))
        else:
            answers.append(await _take_row(session, slug, line, row, rows, known=known, seen=seen))
    await resources.write(session, rows)
    return answers


def _moves(row: BatchRow, known: dict[str, Resource]) -> bool:
    """Whether a line changes how much there is."""
    before = known.get(row.external_id)
    return before is not None and before.capacity != row.capacity


async def _take_row(
    session: AsyncSession, slug: str, line: Line, row: BatchRow, rows: resources.NewRows, *,
    known: dict[str, Resource], seen: set[str],
) -> RowAnswer:  # fmt: skip
    errors = [ALREADY_THERE] if row.external_id in seen else []
    faults = resources.unfit(await reference(session), row.form, today(session))
    errors += [RowError(pointer=each["pointer"], en=each["detail"], zh=each["zh"]) for each in faults]
    outcome = RowOutcome.REFUSED
    if not errors:
        seen.add(row.external_id)
        try:
            outcome, _ = await resources.take(
                session, slug, row.external_id, row.form, rows, before=known.get(row.external_id)
            )
        except Problem as refused:
            errors = [RowError(pointer="#/capacity", en=refused.detail, zh=refused.detail_zh)]
    return RowAnswer(number=line.number, external_id=row.external_id, outcome=outcome, errors=errors)
