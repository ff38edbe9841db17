"""Asking a provider: a station orders, or the platform asks the next candidate, until nobody is left."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.errors import ConsentMissing, ResourceRefuses
from services.matching.models import NOTHING_DUE, Need, Order, Resource
from services.matching.repository import asking, giving
from services.matching.repository import orders as repository
from services.matching.rules import refusing
from services.matching.rules.ranking import Candidate
from services.matching.rules.refusing import MatchRule
from services.matching.schemas.orders import OrderForm
from services.matching.service import capacity, clocks, leads
from services.matching.service.candidates import MATCHED, Ranking, case_of, need_to_match, rank_for
from shared.kit.access import Caller
from shared.kit.clock import now, today
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.references import new_reference
from shared.kit.timers import Timer, set_timer
from shared.schemas.facts.matching import MatchExhausted
from shared.schemas.vocabulary import NeedStatus, OrderStatus, Verdict

ASK_NEXT: Final = "ask_next_candidate"
PLATFORM: Final = "platform"
# One that was full a moment ago may be empty now: so many are tried before nobody is left.
MOST_TRIED: Final = 20
# What a person who orders by hand may know better, or what the reservation itself decides.
LEFT_TO_PEOPLE: Final = frozenset({MatchRule.ALREADY_ASKED, MatchRule.CAPACITY})


async def request_order(session: AsyncSession, form: OrderForm, *, by: Caller) -> Order:
    """A station orders a resource for a need: reserved at once, and the provider's clock runs."""
    await asking.hold_need(session, form.need_id, shared=True)
    need = await need_to_match(session, form.need_id)
    resource = await fitting(session, need, form.resource_id, form.quantity)
    order = new_order(session, need, resource, quantity=form.quantity, by=by.subject)
    order.package_id = form.package_id
    order.part_of = await leads.lead_for(session, need, form.part_of) if form.part_of else None
    if form.draft:
        session.add(order)
    else:
        await send(session, order, need, resource)
    return order


async def fitting(session: AsyncSession, need: Need, resource_id: UUID, quantity: int) -> Resource:
    """The resource, if no rule says no; what is unknown the person who orders answers for.

    Raises:
        ResourceRefuses: a rule says no.
    """
    ask, offer, resource = await case_of(session, need, resource_id, quantity)
    for rule, judgement in refusing.answers(ask, offer):
        if judgement.verdict is Verdict.NO and rule not in LEFT_TO_PEOPLE:
            raise ResourceRefuses([ground.because for ground in judgement.grounds])
    return resource


def new_order(
    session: AsyncSession, need: Need, resource: Resource, *, quantity: int, by: str, replaces: UUID | None = None,
    is_arbitrated: bool = False,
) -> Order:  # fmt: skip
    """An order that is neither stored nor sent yet."""
    return Order(
        id=new_id(), reference=new_reference("GD", today(session)), need_id=need.id, episode=need.episode,
        resident_id=need.resident_id, resource_id=resource.id, provider=resource.provider,
        station_id=need.station_id, division=need.division, category=need.category or "", urgency=need.urgency,
        quantity=quantity, status=OrderStatus.DRAFT, replaces=replaces, is_arbitrated=is_arbitrated,
        awaits_county=False, is_dispute=False, requested_by=by, created_at=now(session), due_at=NOTHING_DUE,
        version=1,
    )  # fmt: skip


async def send(session: AsyncSession, order: Order, need: Need, resource: Resource) -> None:
    """Send an order: the person may be named, what is ordered is reserved, the clock runs.

    Raises:
        ConsentMissing: the person may not be named.
        NothingLeft: there is not enough left.
    """
    if need.resident_id is not None and not await asking.may_name(session, need.resident_id, need.id):
        raise ConsentMissing
    await capacity.reserve(session, order, resource)
    await _go_out(session, order)


async def _go_out(session: AsyncSession, order: Order) -> None:
    clock = await clocks.new_clock(session, order)
    announce(session, order.request(due=clock.due_at, at=now(session)))
    session.add(order)
    await session.flush()
    await clocks.start(session, order, clock)


async def ask_next_soon(session: AsyncSession, order: Order, *, gives_up: bool = False) -> None:
    """Ask the next candidate right after this commit, in the platform's own scope: who returns sees no others."""
    await set_timer(session, ASK_NEXT, order.id, due=now(session), gives_up=gives_up)


async def ask_next(session: AsyncSession, timer: Timer) -> None:
    """An order ended without help: ask the best candidate that was not asked, or say that nobody is left."""
    before = await repository.order_by_id(session, UUID(timer.subject))
    need = await asking.need_by_id(session, before.need_id, lock=True) if before else None
    if before is None or need is None or not await _is_still_wanted(session, need, before):
        return
    await asking.hold_need(session, need.id, shared=True)
    if need.resident_id is not None and not await asking.may_name(session, need.resident_id, need.id):
        return
    if timer.payload.get("gives_up") or not await _ask_best(session, need, before):
        await _exhausted(session, need)


async def _is_still_wanted(session: AsyncSession, need: Need, before: Order) -> bool:
    is_open = NeedStatus(need.status) in MATCHED and need.episode == before.episode
    return is_open and not await repository.is_replaced(session, before.id)


async def _ask_best(session: AsyncSession, need: Need, before: Order) -> bool:
    ranking = await rank_for(session, need, quantity=before.quantity, limit=MOST_TRIED)
    for candidate in in_asking_order(ranking, before.suggested_provider):
        resource = await giving.resource_by_id(session, candidate.resource_id)
        assert resource is not None
        order = new_order(session, need, resource, quantity=before.quantity, by=PLATFORM, replaces=before.id)
        order.part_of = await leads.standing_lead(session, before)
        if await capacity.try_reserve(session, order, resource):
            await _go_out(session, order)
            return True
    return False


def in_asking_order(ranking: Ranking, suggested: str | None) -> list[Candidate]:
    """As ranked, but whom the returning provider named comes first."""
    return sorted(
        ranking.candidates,
        key=lambda each: (ranking.resources[each.resource_id].provider != suggested, each.rank),
    )


async def _exhausted(session: AsyncSession, need: Need) -> None:
    """Nobody is left, unless somebody who was asked beside still has an order."""
    if await repository.has_open_order(session, need.id, need.episode):
        return
    asked = await repository.resources_asked(session, need.id, need.episode)
    announce(
        session,
        MatchExhausted(need_id=need.id, category=need.category or "", division=need.division, asked=len(asked)),
    )
