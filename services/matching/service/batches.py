"""Files of listings: each row is answered, a bad one spoils none, and the file can be sent again safely."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Resource
from services.matching.repository import giving as repository
from services.matching.schemas.resources import BatchRow
from services.matching.service import resources
from services.matching.service.providers import own_provider
from shared.kit.bulk.kinds import Kind, Sender, Taken
from shared.kit.clock import today
from shared.kit.database import Context, Database
from shared.kit.errors import Problem
from shared.kit.reference import Snapshot, reference
from shared.schemas.access import Action
from shared.schemas.batches import RowError, RowOutcome


async def may_list(database: Database, context: Context, slug: str) -> None:
    """Whether the caller lists for this provider; asked before their file is taken in.

    Raises:
        NotFound: there is no provider of this name.
        NotYourProvider: it is somebody else's.
    """
    async with database.work(context) as session:
        await own_provider(session, slug)


async def take_rows(session: AsyncSession, sender: Sender, rows: Sequence[BatchRow]) -> list[Taken]:
    """List these, change them, or leave them as they are."""
    await repository.hold_provider(session, sender.scope)
    known = await repository.resources_by_external_id(session, sender.scope, [row.external_id for row in rows])
    moved = [known[row.external_id].id for row in rows if _moves(row, known)]
    await repository.lock_capacities(session, moved)
    snapshot, day, new = await reference(session), today(session), resources.NewRows()
    taken = [
        await _take_row(session, sender.scope, row, new, before=known.get(row.external_id), place=(snapshot, day))
        for row in rows
    ]
    await resources.write(session, sender.scope, new)
    return taken


def _moves(row: BatchRow, known: dict[str, Resource]) -> bool:
    """Whether a row changes how much there is."""
    before = known.get(row.external_id)
    return before is not None and before.capacity != row.capacity


async def _take_row(
    session: AsyncSession, slug: str, row: BatchRow, new: resources.NewRows, *,
    before: Resource | None, place: tuple[Snapshot, date],
) -> Taken:  # fmt: skip
    form = row.form
    if faults := resources.unfit(place[0], form, place[1]):
        errors = [RowError(pointer=each["pointer"], en=each["detail"], zh=each["zh"]) for each in faults]
        return Taken(RowOutcome.REFUSED, None, errors)
    try:
        outcome, id = await resources.take(session, slug, row.external_id, form, new, before=before)
    except Problem as refused:
        error = RowError(pointer="#/capacity", en=refused.detail, zh=refused.detail_zh)
        return Taken(RowOutcome.REFUSED, None, [error])
    return Taken(outcome, id)


LISTINGS = Kind(name="resources", action=Action.PUSH_RESOURCE, form=BatchRow, key="external_id", take=take_rows)
