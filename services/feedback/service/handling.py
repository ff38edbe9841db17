"""Who had a hand in a need, and that they neither answer nor see who said what."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.errors import HandledIt
from services.feedback.repository import handling as repository
from shared.kit.access import Caller
from shared.kit.audit import record_refusal
from shared.kit.database import Database
from shared.kit.reference import put_row
from shared.schemas.facts import matching, needs

ACCOUNT, STATION, PROVIDER = "account", "station", "provider"


async def note_triaged(session: AsyncSession, fact: needs.NeedTriaged) -> None:
    await repository.add_handler(session, fact.need_id, STATION, str(fact.station_id))


async def note_changed(session: AsyncSession, fact: needs.NeedChanged) -> None:
    """Its station, and the account that claimed it."""
    await repository.add_handler(session, fact.need_id, STATION, str(fact.station_id))
    if fact.assigned_to is not None:
        await repository.add_handler(session, fact.need_id, ACCOUNT, fact.assigned_to)


async def note_accepted(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    await repository.add_handler(session, fact.need_id, PROVIDER, fact.provider)


async def note_completed(session: AsyncSession, fact: matching.OrderCompleted) -> None:
    """A department served it: it is judged by what the person says."""
    await repository.add_handler(session, fact.need_id, PROVIDER, fact.provider)
    await repository.add_served(
        session, fact.order_id, need_id=fact.need_id, provider=fact.provider, completed_at=fact.completed_at
    )


async def copy_reference(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    await put_row(
        session, fact.table, fact.key, valid_from=fact.valid_from, valid_to=fact.valid_to, body=fact.body,
        source=fact.source, version=fact.version,
    )  # fmt: skip


def hands_of(caller: Caller) -> set[tuple[str, str]]:
    """What a caller is, in the words in which handlers are kept: all grants count, whichever role acts."""
    hands = {(ACCOUNT, caller.subject)}
    for grant in caller.grants:
        hands |= {(STATION, station) for station in grant.stations}
        hands |= {(PROVIDER, grant.provider)} if grant.provider else set()
    return hands


async def refuse_who_handled(
    session: AsyncSession, need_id: UUID, act: str, *, by: Caller, subject: UUID, database: Database
) -> None:
    """Refuse whoever had a hand in a need, and write the refusal down.

    Raises:
        HandledIt: the caller, their station or their department had.
    """
    if hands_of(by) & await repository.handlers_of(session, need_id):
        await record_refusal(database, session, act, purpose="impartiality", subject=subject)
        raise HandledIt
