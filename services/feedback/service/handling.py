"""Who had a hand in a need, and that they neither answer nor see who said what."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.errors import HandledIt
from services.feedback.repository import handling as repository
from services.feedback.rules.hands import (
    ACCOUNT,
    PROVIDER,
    STATION,
    TOWNSHIP,
    TOWNSHIP_DIGITS,
    WORKER,
    Hand,
    hands_of_account,
    touch,
)
from shared.kit.access import Caller
from shared.kit.audit import record_refusal
from shared.kit.database import Database
from shared.kit.reference import put_row
from shared.schemas.facts import cases, identity, matching, needs


async def note_placed(session: AsyncSession, fact: needs.NeedTriaged | needs.NeedResolved, *, by: str | None) -> None:
    """Its station and township, and the account that judged or ended it."""
    await _note_place(session, fact, by)


async def note_changed(session: AsyncSession, fact: needs.NeedChanged) -> None:
    """Its station and township, and the account that claimed it."""
    await _note_place(session, fact, fact.assigned_to)


async def note_account(session: AsyncSession, need_id: UUID, account: str | None) -> None:
    """Somebody spoke with the person, began to help, or did anything else about the need."""
    if account is not None:
        await repository.add_handlers(session, need_id, (ACCOUNT, account))


async def _note_place(
    session: AsyncSession, fact: needs.NeedTriaged | needs.NeedResolved | needs.NeedChanged, account: str | None
) -> None:
    place = (STATION, str(fact.station_id)), (TOWNSHIP, fact.division[:TOWNSHIP_DIGITS])
    who = ((ACCOUNT, account),) if account is not None else ()
    await repository.add_handlers(session, fact.need_id, *place, *who)


async def note_accepted(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    await repository.add_handlers(session, fact.need_id, (PROVIDER, fact.provider))


async def note_completed(session: AsyncSession, fact: matching.OrderCompleted) -> None:
    """A department served it: it is judged by what the person says."""
    await repository.add_handlers(session, fact.need_id, (PROVIDER, fact.provider))
    await repository.add_served(
        session, fact.order_id, need_id=fact.need_id, provider=fact.provider, completed_at=fact.completed_at
    )


async def case_opened(session: AsyncSession, fact: cases.CaseOpened) -> None:
    await note_case_hands(session, fact.case_id, stations=(fact.station_id,), worker_id=fact.worker_id)
    if fact.need_id is not None:
        await repository.add_part(session, fact.case_id, fact.need_id)


async def case_joined(session: AsyncSession, fact: cases.CaseJoined) -> None:
    await note_case_hands(session, fact.case_id, stations=(fact.station_id,), worker_id=None)
    await repository.add_part(session, fact.case_id, fact.need_id)


async def note_case_hands(
    session: AsyncSession, case_id: UUID, *, stations: tuple[UUID, ...], worker_id: UUID | None
) -> None:
    """These have a case, or gave a service in it, and so have a hand in each of its needs."""
    for station_id in stations:
        await repository.add_case_hand(session, case_id, STATION, str(station_id))
    if worker_id is not None:
        await repository.add_case_hand(session, case_id, WORKER, str(worker_id))


async def know_account(session: AsyncSession, fact: identity.AccountChanged) -> None:
    """What an account is, so that no complaint is given to whom it is about. Facts from before tell nothing."""
    if fact.grants is not None:
        hands = hands_of_account(fact.account, fact.grants, fact.worker)
        await repository.know_account(session, fact.account, hands)


async def copy_reference(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    await put_row(
        session, fact.table, fact.key, valid_from=fact.valid_from, valid_to=fact.valid_to, body=fact.body,
        source=fact.source, version=fact.version,
    )  # fmt: skip


def hands_of(caller: Caller) -> set[Hand]:
    """What a caller is, in the words in which handlers are kept: all grants count, whichever role acts."""
    return hands_of_account(caller.subject, caller.grants, caller.worker)


async def refuse_who_handled(
    session: AsyncSession, need_id: UUID, act: str, *, by: Caller, subject: UUID, database: Database
) -> None:
    """Refuse whoever had a hand in a need, and write the refusal down.

    Raises:
        HandledIt: the caller, their station, township or department had.
    """
    if touch(hands_of(by), await repository.handlers_of(session, need_id)):
        await record_refusal(database, session, act, purpose="impartiality", subject=subject)
        raise HandledIt
