"""What stations, providers and counties do with an order. Everybody holds the need first, then the order."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.errors import HappenedAtAnotherTime, NeedNotReady, NothingToDecide, UnknownProvider
from services.matching.models import Order
from services.matching.repository import asking, giving
from services.matching.repository import orders as repository
from services.matching.rules.orders import Verb, effect_of
from services.matching.rules.returning import (
    FAILURES,
    REFUSALS,
    Consequence,
    Next,
    Ruling,
    after_cancellation,
    after_return,
)
from services.matching.schemas.orders import (
    Arbitration,
    Cancellation,
    Completion,
    EvidenceView,
    Failure,
    Hold,
    OrderClockView,
    OrderFilter,
    OrderView,
    OrderWithClocks,
    Refusal,
    Start,
)
from services.matching.service import capacity, clocks, leads, requests
from services.matching.service.candidates import need_to_match
from shared.kit.access import Caller
from shared.kit.audit import record_reading
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.paging import Cut, Page, paged
from shared.kit.timers import Timer, set_timer
from shared.schemas.vocabulary import CancellationReason, NeedStatus, OrderStatus, Urgency

END: Final = "end_orders"
HASTEN: Final = "hasten_orders"


async def inbox(session: AsyncSession, page: Cut, wanted: OrderFilter) -> Page[OrderView]:
    """Orders that the caller may see, what is due first."""
    rows = await repository.inbox(session, page, wanted)
    return paged(rows, page, key=lambda order: (order.due_at, order.id), view=OrderView.model_validate)


async def order_with_clocks(session: AsyncSession, id: UUID) -> OrderWithClocks:
    """An order and its clock."""
    order = await _seen(session, id)
    shown = [OrderClockView.model_validate(clock) for clock in await repository.clocks_of(session, id)]
    return OrderWithClocks(**OrderView.model_validate(order).model_dump(), clocks=shown)


async def _seen(session: AsyncSession, id: UUID) -> Order:
    order = await repository.order_by_id(session, id)
    if order is None:
        raise NotFound
    return order


async def read_evidence(session: AsyncSession, id: UUID) -> EvidenceView:
    """What a provider brought and why the county decided; the reading is written down."""
    order = await _seen(session, id)
    await record_reading(
        session, "read_evidence", purpose=f"order:{id}", fields=("evidence",), subjects=[order.resident_id or id]
    )
    return EvidenceView(order_id=id, evidence=order.evidence, ruling_reason=order.ruling_reason)


async def held(session: AsyncSession, id: UUID) -> Order:
    """An order that nobody else moves until this transaction ends."""
    await asking.hold_need(session, (await _seen(session, id)).need_id)
    order = await repository.order_by_id(session, id, lock=True)
    if order is None:
        raise NotFound
    return order


async def send_draft(session: AsyncSession, id: UUID) -> Order:
    """A draft goes out."""
    order = await held(session, id)
    order.check(Verb.REQUEST, at=now(session))
    need = await need_to_match(session, order.need_id)
    resource = await requests.fitting(session, need, order.resource_id, order.quantity)
    order.part_of = await leads.standing_lead(session, order)
    await requests.send(session, order, need, resource)
    return order


async def accept_order(session: AsyncSession, id: UUID) -> Order:
    """The provider takes it; too late is too late."""
    order = await held(session, id)
    announce(session, order.accept(at=now(session)))
    await clocks.answered(session, order)
    return order


async def reject_order(session: AsyncSession, id: UUID, form: Refusal) -> Order:
    """The provider returns it: the next candidate is asked, the station completes it, or the county decides."""
    order = await held(session, id)
    if form.suggested_provider and await giving.provider_by_slug(session, form.suggested_provider) is None:
        raise UnknownProvider
    consequence = REFUSALS[form.reason]
    follows = await _after_return(session, order, consequence)
    announce(
        session,
        order.reject(
            form.reason, form.evidence, form.suggested_provider, is_dispute=consequence.is_dispute,
            awaits_county=follows is Next.AWAIT_COUNTY, at=now(session),
        ),
    )  # fmt: skip
    await clocks.answered(session, order)
    await capacity.settle(session, order, effect_of(Verb.REJECT, OrderStatus.REQUESTED))
    await leads.pass_on_soon(session, order)
    await _follow(session, order, follows)
    return order


async def _after_return(session: AsyncSession, order: Order, consequence: Consequence) -> Next:
    before = await repository.returns_of(session, order.need_id, order.episode)
    return after_return(consequence, disputes_before=before)


async def _follow(session: AsyncSession, order: Order, follows: Next) -> None:
    if follows is Next.ASK_NEXT:
        await requests.ask_next_soon(session, order)


async def start_order(session: AsyncSession, id: UUID, form: Start) -> Order:
    """Service begins; logged later than it began, it still counts from then."""
    order = await held(session, id)
    occurred = form.occurred_at or now(session)
    if occurred > now(session) or (order.accepted_at is not None and occurred < order.accepted_at):
        raise HappenedAtAnotherTime
    announce(session, order.start(occurred_at=occurred, at=now(session)))
    return order


async def hold_order(session: AsyncSession, id: UUID, form: Hold) -> Order:
    """Service stands still for a listed reason; what it holds stays held."""
    order = await held(session, id)
    announce(session, order.hold(form.reason, at=now(session)))
    return order


async def resume_order(session: AsyncSession, id: UUID) -> Order:
    """Service goes on."""
    order = await held(session, id)
    announce(session, order.resume(at=now(session)))
    return order


async def complete_order(session: AsyncSession, id: UUID, form: Completion) -> Order:
    """Service ended: what was used is consumed, the rest goes back."""
    order = await held(session, id)
    effect = effect_of(Verb.COMPLETE, OrderStatus(order.status))
    has_open_part = bool(await repository.count_open_parts(session, order.id))
    announce(session, order.complete(form.used, has_open_part=has_open_part, at=now(session)))
    await capacity.settle(session, order, effect, used=form.used)
    return order


async def fail_order(session: AsyncSession, id: UUID, form: Failure) -> Order:
    """What was taken could not be done; unsuitable on the visit counts as a return."""
    order = await held(session, id)
    consequence = FAILURES[form.reason]
    follows = await _after_return(session, order, consequence)
    effect = effect_of(Verb.FAIL, OrderStatus(order.status))
    announce(
        session,
        order.fail(
            form.reason, form.evidence, form.used, is_dispute=consequence.is_dispute,
            awaits_county=follows is Next.AWAIT_COUNTY, at=now(session),
        ),
    )  # fmt: skip
    await capacity.settle(session, order, effect, used=form.used)
    await leads.pass_on_soon(session, order)
    await _follow(session, order, follows)
    return order


async def cancel_order(session: AsyncSession, id: UUID, form: Cancellation) -> Order:
    """The station takes it back."""
    order = await held(session, id)
    await end(session, order, form.reason, used=form.used)
    return order


async def end(session: AsyncSession, order: Order, reason: CancellationReason, *, used: int = 0) -> None:
    """Cancel an order that is held, release what it holds, and stop its clock."""
    effect, was_draft = effect_of(Verb.CANCEL, OrderStatus(order.status)), order.status == OrderStatus.DRAFT
    cancelled = order.cancel(reason, used=used, at=now(session))
    # A draft is the station's own: its provider never heard of it, and hears nothing of its end.
    announce(session, *([] if was_draft else [cancelled]))
    await capacity.settle(session, order, effect, used=used)
    await clocks.stopped(session, order)
    await leads.pass_on_soon(session, order)


async def lapse_order(session: AsyncSession, timer: Timer) -> None:
    """Nobody answered in time: no reply, and the next candidate is asked; what the county decided goes back to it."""
    order = await held(session, UUID(timer.subject))
    if order.status != OrderStatus.REQUESTED or now(session) <= order.due_at:
        return
    follows = after_cancellation(CancellationReason.NO_REPLY, is_arbitrated=order.is_arbitrated)
    announce(session, order.lapse(awaits_county=follows is Next.AWAIT_COUNTY, at=now(session)))
    await clocks.broken(session, order)
    await capacity.settle(session, order, effect_of(Verb.LAPSE, OrderStatus.REQUESTED))
    await leads.pass_on_soon(session, order)
    await _follow(session, order, follows)


async def arbitrate(session: AsyncSession, id: UUID, form: Arbitration, *, by: Caller) -> Order:
    """The county decides on a second return; the answer is the order that must be taken, or the returned one."""
    order = await held(session, id)
    if not order.awaits_county:
        raise NothingToDecide
    need = await asking.need_by_id(session, order.need_id)
    if need is None or need.episode != order.episode:
        raise NeedNotReady(NeedStatus.RESOLVED)
    order.rule(form.ruling, form.reason)
    if form.ruling is not Ruling.ASSIGN:
        await requests.ask_next_soon(session, order, gives_up=form.ruling is Ruling.WAIT)
        return order
    assert form.resource_id is not None
    need = await need_to_match(session, order.need_id)
    resource = await requests.fitting(session, need, form.resource_id, order.quantity)
    decided = requests.new_order(
        session, need, resource, quantity=order.quantity, by=by.subject, replaces=order.id, is_arbitrated=True
    )
    decided.part_of = await leads.standing_lead(session, order)
    await requests.send(session, decided, need, resource)
    return decided


async def end_soon(session: AsyncSession, need_id: UUID, episode: int, reason: CancellationReason) -> None:
    """Cancel a need's orders right after this commit, each need by itself.

    A batch of facts is one transaction: if it held one need's accounts while it waited for the next need, it could
    stand in the way of a station that orders for that one.
    """
    payload = {"episode": episode, "reason": str(reason), "before": now(session).isoformat()}
    await set_timer(session, END, need_id, due=now(session), **payload)


async def end_orders(session: AsyncSession, timer: Timer) -> None:
    """Cancel what a need had asked for; a later episode stays.

    What has ended asks nobody: an order that was made while its end was not heard yet goes as well. Where consent was
    withdrawn, an order made later stays: it was given anew.
    """
    need_id, reason = UUID(timer.subject), CancellationReason(timer.payload["reason"])
    episode = int(timer.payload["episode"])
    has_ended = reason is CancellationReason.NEED_ENDED
    before = None if has_ended else datetime.fromisoformat(timer.payload["before"])
    await asking.hold_need(session, need_id)
    for order in await repository.open_orders_of_need(session, need_id, until=episode, before=before):
        if has_ended or order.started_at is None:
            await end(session, order, reason)


async def hasten_soon(session: AsyncSession, need_id: UUID) -> None:
    """The need is more pressing: its providers' clocks start anew right after this commit."""
    await set_timer(session, HASTEN, need_id, due=now(session))


async def hasten_orders(session: AsyncSession, timer: Timer) -> None:
    """Who was asked must answer by the new urgency, counted from the rise; the clocks that run stay as they are."""
    need_id = UUID(timer.subject)
    await asking.hold_need(session, need_id)
    need = await asking.need_by_id(session, need_id)
    if need is None:
        return
    for order in await repository.unanswered_orders(session, need_id, need.episode):
        if Urgency(need.urgency).rank < Urgency(order.urgency).rank:
            order.urgency = need.urgency
            await clocks.hasten(session, order)


async def consent_withdrawn(session: AsyncSession, resident_id: UUID) -> None:
    """Nobody new is told who it is: what has not begun is cancelled, unless a lawful reason stands for that need."""
    lawful = await asking.overridden_needs(session, resident_id)
    for need_id, episode in await repository.unstarted_for(session, await asking.files_of(session, resident_id)):
        if need_id not in lawful:
            await end_soon(session, need_id, episode, CancellationReason.CONSENT_WITHDRAWN)
