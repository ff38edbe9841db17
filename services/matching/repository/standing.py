"""Where orders, resources and packages stand, in codes: what matching tells, and what it keeps, to be compared."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Text, case, cast, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from services.matching.models import Account, Clock, Consent, LedgerEntry, Need, Order, Override, Person, ResidentAlias
from services.matching.models.giving import Resource
from services.matching.rules.ledger import EFFECTS
from services.matching.rules.orders import HOLDING, OPEN
from services.matching.rules.standing import ENDED_NEEDS
from shared.kit.clocks import TELL
from shared.kit.standing import Subjects, tells
from shared.kit.timers import Timer
from shared.schemas.vocabulary import AccountKind, LedgerEntryKind, OrderStatus

GOES_OUT: Final = (OrderStatus.REQUESTED, OrderStatus.ACCEPTED)


@tells("matching.order")
def orders_told() -> Subjects:
    """Orders that went out; a draft is the station's own."""
    return select(
        Order.id, Order.need_id, Order.status, Order.provider, Order.resident_id, Order.category, Order.station_id,
        Order.division, Order.resource_id, Order.quantity,
    ).where(Order.requested_at.is_not(None))  # fmt: skip


@tells("matching.taken")
def taken_told() -> Subjects:
    """Who ever took an order of a need."""
    providers = func.array_agg(func.distinct(Order.provider))
    return select(Order.need_id.label("id"), providers.label("providers")).where(
        Order.accepted_at.is_not(None)
    ).group_by(Order.need_id)  # fmt: skip


@tells("matching.resource")
def resources_told() -> Subjects:
    return select(Resource.id, Resource.provider, Resource.category, Resource.capacity, Resource.status)


@tells("matching.package")
def packages_told() -> Subjects:
    query = select(Account.id, Account.provider, Account.station_id, Account.quarter, Account.quota)
    return query.where(Account.kind == AccountKind.PACKAGE)


def needs_kept() -> Subjects:
    return select(Need.id, Need.status, Need.episode, Need.category, Need.division, Need.station_id, Need.urgency)


def people_kept() -> Subjects:
    return select(Person.resident_id.label("id"), Person.version, Person.division)


def consents_kept() -> Subjects:
    return select(Consent.resident_id.label("id"), Consent.given)


def overrides_kept() -> Subjects:
    return select(Override.need_id.label("id"), Override.resident_id, Override.reason)


def wrong_columns() -> Subjects:
    """Accounts whose column is not the sum of their entries."""
    sign = case({str(kind): effect.remaining for kind, effect in EFFECTS.items()}, value=LedgerEntry.kind)
    truth = cast(func.coalesce(func.sum(sign * LedgerEntry.quantity), 0), Integer)
    query = select(Account.id, Account.remaining, truth.label("entries"))
    query = query.outerjoin(LedgerEntry, LedgerEntry.account_id == Account.id)
    return query.group_by(Account.id).having(Account.remaining != truth)


def wrong_reservations() -> Subjects:
    """Orders, there or not, that hold another quantity than they must: all of it while they run, none afterwards."""
    sign = case({str(kind): effect.reserved for kind, effect in EFFECTS.items()}, value=LedgerEntry.kind)
    held = (
        select(
            LedgerEntry.order_id,
            cast(func.sum(sign * LedgerEntry.quantity), Integer).label("held"),
            func.max(cast(LedgerEntry.account_id, Text)).label("account"),
        )
        .where(LedgerEntry.order_id.is_not(None))
        .group_by(LedgerEntry.order_id)
        .subquery()
    )
    runs = Order.status.in_(HOLDING) & Order.account_id.is_not(None)
    must, does = case((runs, Order.quantity), else_=0), func.coalesce(held.c.held, 0)
    account = func.coalesce(held.c.account, cast(Order.account_id, Text))
    return (
        select(
            func.coalesce(Order.id, held.c.order_id).label("id"), account.label("account"), does.label("held"),
            must.label("must"),
        )
        .select_from(held)
        .join(Order, Order.id == held.c.order_id, full=True)
        .where(does != must)
    )  # fmt: skip


def orders_of_ended_needs(kind: str) -> Subjects:
    """Open orders of an episode that is over, which nothing would cancel."""
    is_over = or_(Need.status.in_(ENDED_NEEDS), Need.episode > Order.episode)
    query = select(Order.id, Order.status, Order.need_id, Order.episode).join(Need, Need.id == Order.need_id)
    return query.where(Order.status.in_(OPEN), is_over, ~_is_set(kind, Order.need_id))


def orders_unconsented(kind: str) -> Subjects:
    """Orders that were not begun, of people who agree no more and whom no lawful reason names; nothing cancels them."""
    same = select(ResidentAlias.canonical_id).where(ResidentAlias.resident_id == Order.resident_id)
    ids = or_(Consent.resident_id == Order.resident_id, Consent.resident_id.in_(same.correlate(Order)))
    agreed, lawful = exists().where(ids, Consent.given), exists().where(Override.need_id == Order.need_id)
    query = select(Order.id, Order.status, Order.need_id, Order.episode)
    return query.where(
        Order.status.in_(GOES_OUT), Order.resident_id.is_not(None), ~agreed, ~lawful, ~_is_set(kind, Order.need_id)
    )


def silent_orders(kind: str) -> Subjects:
    """Orders that wait for an answer, with nothing set that would end the silence."""
    query = select(Order.id, Order.status, Order.due_at)
    return query.where(Order.status == OrderStatus.REQUESTED, ~_is_set(kind, Order.id))


def untold_clocks() -> Subjects:
    """Clocks that run, with nothing set that would tell of them before they run out."""
    runs = (Clock.met_at.is_(None), Clock.stopped_at.is_(None), Clock.told_percent < 100)
    return select(Clock.id, Clock.kind, Clock.order_id).where(*runs, ~_is_set(TELL, Clock.id))


def lasting_packages(kind: str) -> Subjects:
    """Packages that would outlast their quarter: something is left, and nothing is set that takes it."""
    expired = exists().where(LedgerEntry.account_id == Account.id, LedgerEntry.kind == LedgerEntryKind.EXPIRE)
    return select(Account.id, Account.remaining, Account.quarter).where(
        Account.kind == AccountKind.PACKAGE, Account.carries_over.is_(False), Account.remaining > 0, ~expired,
        ~_is_set(kind, Account.id),
    )  # fmt: skip


def _is_set(kind: str, subject: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return exists().where(Timer.kind == kind, Timer.subject == cast(subject, Text), Timer.given_up.is_(None))
