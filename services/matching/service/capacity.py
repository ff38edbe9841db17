"""What orders take and give back: one account each, the station's package first; and the proof that sums are right."""

from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.errors import NothingLeft, NotYourPackage, UsedTooMuch
from services.matching.models import Account, Order, Resource
from services.matching.repository import giving, ledger, offers
from services.matching.rules.ledger import Balance, expiry
from services.matching.rules.settlement import Effect, UsedMoreThanReserved, entries_for
from shared.kit.clock import SHANGHAI, today
from shared.kit.rows import insert_rows
from shared.kit.timers import Timer, timer_row

EXPIRE: Final = "expire_package"


async def reserve(session: AsyncSession, order: Order, resource: Resource) -> None:
    """Reserve what is ordered, whole, from the first account that has enough.

    Raises:
        NothingLeft: none has.
        NotYourPackage: the package that was named is not for this.
    """
    if not await try_reserve(session, order, resource):
        raise NothingLeft


async def try_reserve(session: AsyncSession, order: Order, resource: Resource) -> bool:
    if resource.capacity is None:
        return True
    entries = entries_for(Effect.RESERVE, order.quantity, order_id=order.id)
    for id in await _accounts(session, order):
        if await ledger.post(session, id, entries):
            order.account_id = id
            return True
    return False


async def _accounts(session: AsyncSession, order: Order) -> list[UUID]:
    """The accounts to draw, in their order: the packages that end soonest, then the resource's own."""
    packages = await offers.open_packages(session, order.station_id, [order.resource_id], today(session))
    if order.package_id is not None:
        if order.package_id not in {package.id for package in packages}:
            raise NotYourPackage
        return [order.package_id]
    own = await giving.capacity_account(session, order.resource_id)
    enough = [package.id for package in packages if package.remaining >= order.quantity]
    return enough + ([own.id] if own else [])


async def settle(session: AsyncSession, order: Order, effect: Effect, *, used: int = 0) -> None:
    """What an order's end writes: everything released, or what was used consumed and the rest released.

    Raises:
        UsedTooMuch: more than was reserved.
    """
    try:
        entries = entries_for(effect, order.quantity, order_id=order.id, used=used)
    except UsedMoreThanReserved as wrong:
        raise UsedTooMuch(order.quantity) from wrong
    if order.account_id is not None:
        await ledger.post(session, order.account_id, entries)


async def expire_later(session: AsyncSession, package: Account) -> None:
    """On the first day after its quarter, what is left of a package goes."""
    await insert_rows(session, (Timer, [expiry_row(package)]))


def expiry_row(package: Account) -> dict[str, Any]:
    """The timer of a package's end, for a statement that sets many at once."""
    assert package.closes is not None
    return timer_row(EXPIRE, package.id, datetime.combine(package.closes, time.min, SHANGHAI))


async def expire_package(session: AsyncSession, timer: Timer) -> None:
    """The quarter is over: what is left goes, unless it was handed out to be carried over."""
    package = await giving.package_by_id(session, UUID(timer.subject), lock=True)
    if package is None or package.carries_over:
        return
    entry = expiry(Balance(remaining=package.remaining))
    if entry is not None:
        await ledger.post(session, package.id, [entry])


async def reconcile(session: AsyncSession) -> dict[UUID, int]:
    """Every account whose column is not the sum of its entries, and how far it is off; nothing is what is hoped for."""
    return await ledger.differences(session)
