"""What orders mean for a need, as matching tells of them: who sees the card, when help began, when nobody is left."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import CardGrant, Need, NeedOrder
from services.needs.repository import needs as repository
from services.needs.repository.standing import card_of
from services.needs.rules.moves import is_news, may_move
from services.needs.service import clocks
from services.needs.service.needs import contacted
from shared.kit.clock import now
from shared.kit.feed.log import announce
from shared.schemas.facts import matching
from shared.schemas.vocabulary import ClockKind, ContactKind, NeedStatus, OrderStatus


async def order_requested(session: AsyncSession, fact: matching.OrderRequested) -> None:
    """The station ordered: its clock stops."""
    need = await repository.need_by_id(session, fact.need_id, lock=True)
    if need is None or await repository.order_by_id(session, fact.order_id) is not None:
        return
    episode = need.episode_at(now(session))
    if not was_heard(session, need):
        need.heard_until = now(session)
    session.add(
        NeedOrder(
            order_id=fact.order_id, need_id=need.id, episode=episode, provider=fact.provider,
            status=OrderStatus.REQUESTED,
        )
    )  # fmt: skip
    await session.flush()
    if episode == need.episode and may_move(NeedStatus(need.status), NeedStatus.ORDERED):
        announce(session, need.order())
        await clocks.meet(session, need, ClockKind.STATION_RESPONSE, at=now(session))


async def order_accepted(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    """A department took it: its people may see the card, and the need is in service."""
    need = await _moved(session, fact.order_id, OrderStatus.ACCEPTED)
    if need is None:
        return
    # An order that was forgotten is heard anew while its card is there.
    if fact.resident_id is not None and await card_of(session, fact.order_id) is None:
        session.add(
            CardGrant(
                order_id=fact.order_id, need_id=need.id, resident_id=fact.resident_id, provider=fact.provider,
                category=fact.category, granted_at=now(session),
            )
        )  # fmt: skip
        # The order's end may stand in the same batch, and it ends only what is written.
        await session.flush()
    if may_move(NeedStatus(need.status), NeedStatus.IN_SERVICE):
        announce(session, need.start(by_station=False, at=fact.accepted_at))


async def order_started(session: AsyncSession, order_id: UUID, started_at: datetime) -> None:
    """Service began: that is contact with the person, and the match's figure."""
    need = await _moved(session, order_id, OrderStatus.IN_PROGRESS)
    if need is None or not need.is_open or was_heard(session, need):
        return
    await clocks.meet(session, need, ClockKind.NEED_MET, at=started_at)
    await contacted(session, need, ContactKind.VISIT, at=started_at)


async def order_ended(session: AsyncSession, order_id: UUID, status: OrderStatus) -> None:
    """An order ended, however: the card closes."""
    await _moved(session, order_id, status)
    await repository.end_grant(session, order_id, now(session))


async def nobody_left(session: AsyncSession, need_id: UUID) -> None:
    """Everybody was asked: the need waits."""
    need = await repository.need_by_id(session, need_id, lock=True)
    if need is None or was_heard(session, need) or need.episode_at(now(session)) != need.episode:
        return
    need.heard_until = now(session)
    status = NeedStatus(need.status)
    # A station that helps by itself goes on helping, whatever becomes of an order beside it.
    left_alone = status is NeedStatus.IN_SERVICE and not await repository.was_taken(session, need)
    if may_move(status, NeedStatus.WAITING) and not left_alone:
        announce(session, need.wait())


def was_heard(session: AsyncSession, need: Need) -> bool:
    """Whether this fact is older than what was heard before: a position was set back, and it has had its effects."""
    return need.heard_until is not None and now(session) < need.heard_until


async def _moved(session: AsyncSession, order_id: UUID, status: OrderStatus) -> Need | None:
    """Note where an order stands, and hold its need; None for what was heard before (a position was set back)."""
    known = await repository.order_by_id(session, order_id)
    need = await repository.need_by_id(session, known.need_id, lock=True) if known else None
    if known is None or need is None or not is_news(OrderStatus(known.status), status):
        return None
    known.status = status
    if not was_heard(session, need):
        need.heard_until = now(session)
    # An order of an earlier episode moves nothing in the present one.
    return need if known.episode == need.episode else None
