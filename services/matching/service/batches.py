"""Files of listings: each row is answered, a bad one spoils none, and the file can be sent again safely."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Resource
from services.matching.repository import giving as repository
from services.matching.schemas.resources import BatchRow, ResourceForm
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


@dataclass(slots=True)
class Piece:
    """What the rows of one transaction are held against, and what they will write."""

    slug: str
    snapshot: Snapshot
    day: date
    digests: dict[str, tuple[UUID, bytes]]
    before: dict[str, Resource]
    new: resources.NewRows = field(default_factory=resources.NewRows)


async def take_rows(session: AsyncSession, sender: Sender, rows: Sequence[BatchRow]) -> list[Taken]:
    """List these, change them, or leave them as they are."""
    await repository.hold_provider(session, sender.scope)
    forms = [(row.external_id, row.form) for row in rows]
    digests = await repository.digests_by_external_id(session, sender.scope, [key for key, _ in forms])
    # Most of a file that is sent again is the same: only what changed is read whole.
    changed = {key: form for key, form in forms if key in digests and digests[key][1] != resources.digest_of(form)}
    before = await repository.resources_by_external_id(session, sender.scope, [*changed]) if changed else {}
    moved = [resource.id for key, resource in before.items() if resource.capacity != changed[key].capacity]
    await repository.lock_capacities(session, moved)
    piece = Piece(sender.scope, await reference(session), today(session), digests, before)
    taken = [await _take_row(session, piece, key, form) for key, form in forms]
    await resources.write(session, sender.scope, piece.new)
    return taken


async def _take_row(session: AsyncSession, piece: Piece, key: str, form: ResourceForm) -> Taken:
    if faults := resources.unfit(piece.snapshot, form, piece.day):
        errors = [RowError(pointer=each["pointer"], en=each["detail"], zh=each["zh"]) for each in faults]
        return Taken(RowOutcome.REFUSED, None, errors)
    before = piece.before.get(key)
    if before is None and key in piece.digests:
        return Taken(RowOutcome.UNCHANGED, piece.digests[key][0])
    try:
        outcome, id = await resources.take(session, piece.slug, key, form, piece.new, before=before)
    except Problem as refused:
        error = RowError(pointer="#/capacity", en=refused.detail, zh=refused.detail_zh)
        return Taken(RowOutcome.REFUSED, None, [error])
    return Taken(outcome, id)


LISTINGS = Kind(name="resources", action=Action.PUSH_RESOURCE, form=BatchRow, key="external_id", take=take_rows)
