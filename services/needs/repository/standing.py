"""Where needs and people stand, in codes: what needs tells others, and what it keeps of others, to be compared."""

from typing import Final
from uuid import UUID

from sqlalchemy import Text, and_, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import CardGrant, Clock, ClockPause, Consent, Contact, Message, Need, NeedOrder, Resident
from shared.kit.clocks import TELL
from shared.kit.copies import rows_told
from shared.kit.feed.log import FactRow
from shared.kit.standing import Subjects, tells
from shared.kit.timers import Timer
from shared.schemas.facts import needs as facts
from shared.schemas.vocabulary import ClockKind, ContactKind, NeedStatus, OrderStatus, PauseReason

UNDER_WAY: Final = (OrderStatus.ACCEPTED, OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD)
NOT_TAKEN_UP: Final = (NeedStatus.TRIAGED, NeedStatus.ORDERED, NeedStatus.WAITING)
# What a fact says of a need's status; a change says it itself.
SAYS: Final = {
    facts.NeedRegistered.name: NeedStatus.REGISTERED,
    facts.NeedTriaged.name: NeedStatus.TRIAGED,
    facts.NeedStarted.name: NeedStatus.IN_SERVICE,
    facts.NeedWaiting.name: NeedStatus.WAITING,
    facts.NeedResolved.name: NeedStatus.RESOLVED,
    facts.NeedClosed.name: NeedStatus.CLOSED,
    facts.NeedWithdrawn.name: NeedStatus.WITHDRAWN,
    facts.NeedReferredOut.name: NeedStatus.REFERRED_OUT,
    facts.NeedJoined.name: NeedStatus.JOINED,
    facts.NeedReopened.name: NeedStatus.TRIAGED,
}


@tells("needs.need")
def needs_told() -> Subjects:
    return select(
        Need.id, Need.status, Need.episode, Need.resident_id, Need.category, Need.division, Need.station_id,
        Need.urgency, func.greatest(Need.triaged_at, Need.reopened_at).label("judged_at"),
    )  # fmt: skip


@tells("needs.resident")
def residents_told() -> Subjects:
    return select(Resident.id, Resident.version, Resident.division)


@tells("needs.consent")
def consents_told() -> Subjects:
    """The last word on the departments as such; ids are made in the order of time."""
    query = select(Consent.resident_id.label("id"), Consent.given).ext(distinct_on(Consent.resident_id))
    return query.where(Consent.need_id.is_(None)).order_by(Consent.resident_id, Consent.id.desc())


@tells("needs.override")
def overrides_told() -> Subjects:
    query = select(Consent.need_id.label("id"), Consent.resident_id, Consent.override.label("reason"))
    query = query.where(Consent.need_id.is_not(None), Consent.override.is_not(None)).ext(distinct_on(Consent.need_id))
    return query.order_by(Consent.need_id, Consent.id.desc())


@tells("needs.reference")
def references_told() -> Subjects:
    return rows_told()


def orders_kept() -> Subjects:
    return select(NeedOrder.order_id.label("id"), NeedOrder.need_id, NeedOrder.provider, NeedOrder.status)


def cards_kept() -> Subjects:
    return select(CardGrant.order_id.label("id"), CardGrant.provider, CardGrant.ended_at.is_(None).label("is_open"))


def cases_kept() -> Subjects:
    return select(Need.id, Need.case_id)


def contacts_kept() -> Subjects:
    """How many contacts of casework a need has, and whether one that counts left its headline clock running."""
    effective = [kind for kind in ContactKind if kind.is_effective]
    of_case = (Contact.need_id == Need.id, Contact.by.startswith("case:"))
    left = exists().where(
        *of_case, Contact.kind.in_(effective), Clock.need_id == Need.id, Clock.episode == Contact.episode,
        Clock.kind == ClockKind.FIRST_CONTACT, Clock.stopped_at.is_(None),
        or_(Clock.met_at.is_(None), Clock.met_at > Contact.occurred_at),
    )  # fmt: skip
    count = select(func.count()).select_from(Contact).where(*of_case).correlate(Need).scalar_subquery()
    return select(Need.id, count.label("count"), left.label("left_running"))


def judged_kept() -> Subjects:
    declined = exists().where(FactRow.subject == cast(Need.id, Text), FactRow.name == facts.ReopeningDeclined.name)
    return select(Need.id, Need.status, Need.episode, Need.awaits_county, declined.label("was_declined"))


def not_as_told() -> Subjects:
    """Needs whose row says another status than the last fact that they told of it."""
    names = [*SAYS, facts.NeedChanged.name]
    last = (
        select(case(SAYS, value=FactRow.name, else_=FactRow.body["status"].astext).label("told"), FactRow.name)
        .where(FactRow.subject == cast(Need.id, Text), FactRow.name.in_(names))
        .order_by(FactRow.sequence.desc())
        .limit(1)
        .lateral("last")
    )
    # Judged again while somebody helps already, a need stays where it is.
    stays = and_(Need.status == NeedStatus.IN_SERVICE, last.c.name == facts.NeedTriaged.name)
    query = select(Need.id, Need.status, last.c.told).join(last, last.c.told != Need.status)
    return query.where(~stays)


def not_as_ordered() -> Subjects:
    """Needs that stand elsewhere than the orders of their episode say."""
    of_need = (NeedOrder.need_id == Need.id, NeedOrder.episode == Need.episode)
    taken = exists().where(*of_need, NeedOrder.status.in_(UNDER_WAY))
    asked = exists().where(*of_need, NeedOrder.status == OrderStatus.REQUESTED)
    known = exists().where(*of_need)
    wrong = case(
        (and_(Need.status.in_(NOT_TAKEN_UP), taken), "taken"),
        (and_(Need.status == NeedStatus.WAITING, asked), "asked"),
        (and_(Need.status == NeedStatus.ORDERED, ~known), "nobody asked"),
        (and_(Need.status == NeedStatus.REGISTERED, known), "ordered untriaged"),
    )
    return select(Need.id, Need.status, wrong.label("orders")).where(wrong.is_not(None))


def untold_clocks() -> Subjects:
    """Clocks that run, with nothing set that would tell of them before they run out."""
    waits = exists().where(Timer.kind == TELL, Timer.subject == cast(Clock.id, Text))
    stopping = [reason for reason in PauseReason if reason.stops_headline]
    stands_still = exists().where(
        ClockPause.clock_id == Clock.id, ClockPause.ended_at.is_(None), ClockPause.reason.in_(stopping)
    )
    runs = (Clock.met_at.is_(None), Clock.stopped_at.is_(None), Clock.told_percent < 100)
    return select(Clock.id, Clock.kind, Clock.need_id).where(*runs, ~waits, ~stands_still)


def unsent_messages(kind: str) -> Subjects:
    """Messages that nothing would send."""
    waits = exists().where(Timer.kind == kind, Timer.subject == cast(Message.id, Text))
    return select(Message.id, Message.template).where(Message.sent_at.is_(None), ~waits)


async def card_of(session: AsyncSession, order_id: UUID) -> CardGrant | None:
    """The card of an order, open or closed."""
    found: CardGrant | None = await session.get(CardGrant, order_id, populate_existing=True)
    return found
