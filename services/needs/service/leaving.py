"""A need goes elsewhere: to others than the stations' partners, or into another need of the same matter."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.errors import NotTheSameMatter, UnknownNeed
from services.needs.models import Need
from services.needs.repository import needs as repository
from services.needs.repository import residents
from services.needs.rules.matters import Matter, is_same_matter
from services.needs.schemas.episodes import Joining, Referral
from services.needs.service import clocks
from services.needs.service.needs import need_of
from shared.kit.clock import now
from shared.kit.feed.log import announce


async def refer_need(session: AsyncSession, id: UUID, referral: Referral) -> Need:
    """Others have it from now on; matching cancels what was ordered when it hears of it."""
    need = await need_of(session, id)
    announce(session, need.refer(referral.kind, at=now(session)))
    need.referred_to = referral.to
    await clocks.stop_all(session, need)
    return need


async def join_need(session: AsyncSession, id: UUID, joining: Joining) -> Need:
    """It goes on in another open need that the caller sees.

    Raises:
        UnknownNeed: there is no such need for the caller.
        NotTheSameMatter: they are of two people or two matters, or the other one has ended.
    """
    need, other = await _both(session, id, joining.need_id)
    is_same = is_same_matter(await _matter(session, need), await _matter(session, other))
    if need.id == other.id or not other.is_open or not is_same:
        raise NotTheSameMatter
    announce(session, need.join(other.id, at=now(session)))
    await clocks.stop_all(session, need)
    return need


async def _both(session: AsyncSession, id: UUID, other_id: UUID) -> tuple[Need, Need]:
    # Whoever joins two needs into each other takes both in one order, so that neither waits for ever.
    held = {each: await repository.need_by_id(session, each, lock=True) for each in sorted({id, other_id})}
    need = held[id] or await need_of(session, id)
    other = held[other_id]
    if other is None:
        raise UnknownNeed
    return need, other


async def _matter(session: AsyncSession, need: Need) -> Matter:
    """What it is about, and whose: files that were merged are one person's."""
    whose = await residents.canonical(session, need.resident_id) if need.resident_id else None
    return Matter(whose, need.division, need.category)
