"""What needs promises about orders, casework and surveys, and how a broken promise is healed."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import CardGrant
from services.needs.repository import needs as repository
from services.needs.repository import standing
from services.needs.rules.standing import card_as_ordered, case_is_theirs, contact_counted, judged, order_as_told
from services.needs.service import clocks, messages
from services.needs.service.cases import contact_made
from shared.kit.clock import now
from shared.kit.copies import stations_are_known
from shared.kit.feed.log import announce
from shared.kit.promises import Difference, Promise
from shared.kit.standing import Subjects
from shared.kit.timers import set_timer
from shared.schemas.facts.cases import ContactMade
from shared.schemas.vocabulary import ClockKind, NeedStatus, OrderStatus


async def _take_over_status(session: AsyncSession, difference: Difference) -> None:
    """An order that is known stands where matching says."""
    order = await repository.order_by_id(session, UUID(difference.subject))
    if order is None or difference.theirs is None:
        return
    order.status, order.provider = OrderStatus(difference.theirs["status"]), difference.theirs["provider"]
    order.need_id = UUID(difference.theirs["need_id"])


async def _open_or_close_card(session: AsyncSession, difference: Difference) -> None:
    """The card is open while the order runs, to the provider that has it, and to nobody else."""
    order_id, told = UUID(difference.subject), difference.theirs
    await repository.end_grant(session, order_id, now(session))
    if told is None or told["resident_id"] is None or told["status"] not in standing.UNDER_WAY:
        return
    grant = await standing.card_of(session, order_id)
    if grant is None:
        grant = CardGrant(order_id=order_id, granted_at=now(session))
        session.add(grant)
    grant.need_id, grant.resident_id = UUID(told["need_id"]), UUID(told["resident_id"])
    grant.provider, grant.category, grant.ended_at = told["provider"], told["category"], None


async def _take_over_case(session: AsyncSession, difference: Difference) -> None:
    """The latest case that has the need has it here too; where none has, none."""
    need = await repository.need_by_id(session, UUID(difference.subject), lock=True)
    if need is not None:
        need.case_id = UUID(difference.theirs["cases"][-1]) if difference.theirs is not None else None


async def _count_contacts(session: AsyncSession, difference: Difference) -> None:
    """Hear the contacts of casework once more, and stop the headline clock that one of them left running."""
    id = UUID(difference.subject)
    for told in (difference.theirs or {"contacts": []})["contacts"]:
        fact = ContactMade(need_id=id, **told)
        await contact_made(session, fact)
        need = await repository.need_by_id(session, id, lock=True)
        if need is not None and fact.kind.is_effective:
            occurred = max(fact.occurred_at, need.registered_at)
            episode = need.episode_at(occurred)
            await clocks.meet(session, need, ClockKind.FIRST_CONTACT, at=occurred, episode=episode)


async def _stand_as_told(session: AsyncSession, difference: Difference) -> None:
    """Others know of it what its facts said; the row says so again."""
    need = await repository.need_by_id(session, UUID(difference.subject), lock=True)
    if need is not None and difference.ours is not None:
        need.status = NeedStatus(difference.ours["told"])
        need.version += 1


async def _stand_as_ordered(session: AsyncSession, difference: Difference) -> None:
    """The move that an order's fact should have made is made now."""
    need = await repository.need_by_id(session, UUID(difference.subject), lock=True)
    told = difference.ours["orders"] if difference.ours is not None else None
    if need is not None and told == "taken":
        announce(session, need.start(by_station=False, at=now(session)))
    elif need is not None and told == "asked":
        announce(session, need.order())


async def _tell_again(session: AsyncSession, difference: Difference) -> None:
    clock = await repository.clock_by_id(session, UUID(difference.subject))
    if clock is not None:
        await clocks.tell_again(session, clock)


async def _send_again(session: AsyncSession, difference: Difference) -> None:
    await set_timer(session, messages.SEND, difference.subject, due=now(session))


def _unsent() -> Subjects:
    return standing.unsent_messages(messages.SEND)


ORDERS = Promise(
    name="needs.orders_are_known_as_they_stand", theirs="matching.order", ours=standing.orders_kept,
    judge=order_as_told, replays="id", mend=_take_over_status,
)  # fmt: skip
CARDS = Promise(
    name="needs.a_card_is_open_while_its_order_runs", theirs="matching.order", ours=standing.cards_kept,
    judge=card_as_ordered, mend=_open_or_close_card,
)  # fmt: skip
STATUS = Promise(name="needs.a_need_stands_as_it_told", ours=standing.not_as_told, mend=_stand_as_told)
ORDERED = Promise(name="needs.a_need_stands_as_its_orders_say", ours=standing.not_as_ordered, mend=_stand_as_ordered)
CASES = Promise(
    name="needs.a_needs_case_is_known", theirs="cases.part", ours=standing.cases_kept, judge=case_is_theirs,
    mend=_take_over_case,
)  # fmt: skip
CONTACTS = Promise(
    name="needs.a_contact_of_casework_counts", theirs="cases.contact", ours=standing.contacts_kept,
    judge=contact_counted, mend=_count_contacts,
)  # fmt: skip
JUDGED = Promise(
    name="needs.a_survey_ends_or_reopens_its_need", theirs="feedback.judgement", ours=standing.judged_kept,
    judge=judged, replays="survey_id",
)  # fmt: skip
STATIONS = stations_are_known("needs")
CLOCKS = Promise(name="needs.a_running_clock_is_told_of", ours=standing.untold_clocks, mend=_tell_again)
MESSAGES = Promise(name="needs.a_message_is_sent", ours=_unsent, mend=_send_again)
