"""Batches of listings: each line is answered, a bad one spoils none, and the file can be sent again safely."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.errors import TooManyRows
from services.matching.models import Resource
from services.matching.repository import giving as repository
from services.matching.rules.batch import RowOutcome, tally
from services.matching.schemas.resources import BatchAnswer, BatchRow, RowAnswer, RowError
from services.matching.service import resources
from services.matching.service.providers import own_provider
from shared.kit.clock import today
from shared.kit.database import Context, Database
from shared.kit.errors import Problem
from shared.kit.reference import reference
from shared.kit.wording import Place, what_is_wrong

MOST_ROWS: Final = 5000
# A long transaction would hold up every feed of the cluster.
ROWS_A_TRANSACTION: Final = 1000
ALREADY_THERE = RowError(
    pointer="#/external_id", en="This key stands in an earlier line of the file.", zh="该编号在本文件前面的行已出现。"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was sent, with its number."""

    number: int
    text: bytes


async def put_batch(
    database: Database, context: Context, slug: str, body: bytes, *, moment: datetime | None
) -> BatchAnswer:
    """Take a file of listings in pieces, each a transaction of its own."""
    lines = [Line(number, text) for number, text in enumerate(body.splitlines(), start=1) if text.strip()]
    if len(lines) > MOST_ROWS:
        raise TooManyRows(MOST_ROWS)
    answers: list[RowAnswer] = []
    seen: set[str] = set()
    async with database.work(context, now=moment) as session:
        await own_provider(session, slug)
    for piece in _pieces(lines):
        async with database.work(context, now=moment) as session:
            answers += await _take_piece(session, slug, piece, seen)
    return BatchAnswer(counts=tally(answer.outcome for answer in answers), rows=answers)


def _pieces(lines: Sequence[Line]) -> Iterator[list[Line]]:
    waiting = iter(lines)
    while piece := list(islice(waiting, ROWS_A_TRANSACTION)):
        yield piece


async def _take_piece(session: AsyncSession, slug: str, piece: Sequence[Line], seen: set[str]) -> list[RowAnswer]:
    await repository.hold_provider(session, slug)
    read = [(line, *_read(line)) for line in piece]
    known = await repository.resources_by_external_id(
        session, slug, [row.external_id for _, row, _ in read if row is not None]
    )
    moved = [known[row.external_id] for _, row, _ in read if row is not None and _moves(row, known)]
    await repository.lock_capacities(session, [resource.id for resource in moved])
    rows = resources.NewRows()
    answers = []
    for line, row, errors in read:
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


def _read(line: Line) -> tuple[BatchRow | None, list[RowError]]:
    try:
        return BatchRow.model_validate(json.loads(line.text)), []
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False)
        return None, [RowError(pointer=_pointer(place), en=en, zh=zh) for place, en, zh in what_is_wrong(found)]
    except (ValueError, RecursionError):
        return None, [RowError(pointer="#", en="This line is not valid JSON.", zh="该行不是有效的 JSON。")]


def _pointer(place: Place) -> str:
    return "/".join(["#", *map(str, place)])


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
