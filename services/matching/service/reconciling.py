"""What matching promises about needs, people and its own ledger, and how a broken promise is healed."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.repository import giving, ledger, standing
from services.matching.repository import orders as repository
from services.matching.rules.ledger import Entry
from services.matching.rules.orders import DEADLINE_AFTER
from services.matching.rules.standing import need_as_told
from services.matching.service import capacity, clocks, orders
from shared.kit.copies import rows_are_copied, stations_are_known
from shared.kit.promises import Difference, Promise
from shared.kit.standing import Subjects
from shared.kit.timers import set_timer
from shared.schemas.vocabulary import CancellationReason, LedgerEntryKind


async def _right_column(session: AsyncSession, difference: Difference) -> None:
    """The entries are the truth."""
    await ledger.right_column(session, UUID(difference.subject))


async def _right_reservation(session: AsyncSession, difference: Difference) -> None:
    """What is held too much goes back; what is held too little is reserved, if as much is left."""
    if difference.ours is None or difference.ours["account"] is None:
        return
    order_id, surplus = UUID(difference.subject), difference.ours["held"] - difference.ours["must"]
    kind = LedgerEntryKind.RELEASE if surplus > 0 else LedgerEntryKind.RESERVE
    await ledger.post(session, UUID(difference.ours["account"]), [Entry(kind, abs(surplus), order_id)])


async def _end_with_its_need(session: AsyncSession, difference: Difference) -> None:
    await _end(session, difference, CancellationReason.NEED_ENDED)


async def _end_without_consent(session: AsyncSession, difference: Difference) -> None:
    await _end(session, difference, CancellationReason.CONSENT_WITHDRAWN)


async def _end(session: AsyncSession, difference: Difference, reason: CancellationReason) -> None:
    if difference.ours is not None:
        need_id, episode = UUID(difference.ours["need_id"]), int(difference.ours["episode"])
        await orders.end_soon(session, need_id, episode, reason)


async def _end_silence(session: AsyncSession, difference: Difference) -> None:
    order = await repository.order_by_id(session, UUID(difference.subject))
    if order is not None:
        await set_timer(session, clocks.DEADLINE, order.id, due=order.due_at + DEADLINE_AFTER)


async def _tell_again(session: AsyncSession, difference: Difference) -> None:
    found = await repository.clock_with_order(session, UUID(difference.subject))
    if found is not None:
        await clocks.tell_again(session, found[0])


async def _let_expire(session: AsyncSession, difference: Difference) -> None:
    package = await giving.package_by_id(session, UUID(difference.subject))
    if package is not None:
        await capacity.expire_later(session, package)


def _of_ended_needs() -> Subjects:
    return standing.orders_of_ended_needs(orders.END)


def _unconsented() -> Subjects:
    return standing.orders_unconsented(orders.END)


def _silent() -> Subjects:
    return standing.silent_orders(clocks.DEADLINE)


def _lasting() -> Subjects:
    return standing.lasting_packages(capacity.EXPIRE)


NEEDS: Final = Promise(
    name="matching.needs_are_known", theirs="needs.need", ours=standing.needs_kept, judge=need_as_told, replays="id"
)
PEOPLE: Final = Promise(
    name="matching.people_are_known", theirs="needs.resident", ours=standing.people_kept, replays="id"
)
CONSENTS: Final = Promise(
    name="matching.consents_are_known", theirs="needs.consent", ours=standing.consents_kept, replays="id"
)
OVERRIDES: Final = Promise(
    name="matching.lawful_reasons_are_known", theirs="needs.override", ours=standing.overrides_kept,
    replays="resident_id",
)  # fmt: skip
REFERENCE: Final = rows_are_copied("matching")
STATIONS: Final = stations_are_known("matching")
LEDGER: Final = Promise(name="matching.a_column_is_the_sum_of_its_entries", ours=standing.wrong_columns,
                        mend=_right_column)  # fmt: skip
RESERVATIONS: Final = Promise(
    name="matching.what_is_reserved_is_what_orders_hold", ours=standing.wrong_reservations, mend=_right_reservation
)
ENDED: Final = Promise(name="matching.no_order_outlives_its_need", ours=_of_ended_needs, mend=_end_with_its_need)
CONSENTED: Final = Promise(
    name="matching.no_order_goes_on_without_consent", ours=_unconsented, mend=_end_without_consent
)
SILENCE: Final = Promise(name="matching.silence_ends", ours=_silent, mend=_end_silence)
CLOCKS: Final = Promise(name="matching.a_running_clock_is_told_of", ours=standing.untold_clocks, mend=_tell_again)
PACKAGES: Final = Promise(name="matching.a_package_ends_with_its_quarter", ours=_lasting, mend=_let_expire)
