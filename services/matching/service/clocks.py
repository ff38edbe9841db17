"""A provider's clock: started by the request, met by an answer, told about, and due anew when the calendar changes."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Clock, Order
from services.matching.repository import orders as repository
from services.matching.rules.orders import DEADLINE_AFTER
from shared.kit.calendars import target_of, work_calendar
from shared.kit.clock import now, today
from shared.kit.clocks import LEVELS, TELL, after, clock_row, telling_timer
from shared.kit.feed.log import announce
from shared.kit.reference import reference
from shared.kit.timers import Timer, cancel_timers, set_timer
from shared.schemas.facts import matching as facts
from shared.schemas.vocabulary import ClockKind, OrderStatus, TellLevel, Urgency

DEADLINE: Final = "order_deadline"
REDUE: Final = "redue_clocks"
PIECE: Final = 200
SMALLEST_ID: Final = UUID(int=0)


async def new_clock(session: AsyncSession, order: Order) -> Clock:
    """The provider's clock, from the request on: how long it may take by urgency and category."""
    snapshot, day = await reference(session), today(session)
    urgency = Urgency(order.urgency)
    target = target_of(snapshot, ClockKind.PROVIDER_RESPONSE, urgency, day, category=order.category)
    row = clock_row(
        ClockKind.PROVIDER_RESPONSE, target=target, urgency=urgency, started=now(session),
        calendar=work_calendar(snapshot, day), order_id=order.id, provider=order.provider,
        station_id=order.station_id, division=order.division,
    )  # fmt: skip
    return Clock(**row, told_percent=0)


async def start(session: AsyncSession, order: Order, clock: Clock) -> None:
    """Let the clock of an order that is stored run; silence past its end cancels the order."""
    session.add(clock)
    await _set_telling(session, clock, step=0)
    await set_timer(session, DEADLINE, order.id, due=clock.due_at + DEADLINE_AFTER)


async def hasten(session: AsyncSession, order: Order) -> None:
    """A second clock from now on, by the order's new urgency; whichever ends first ends the order."""
    clock = await new_clock(session, order)
    await start(session, order, clock)
    order.due_at = min(order.due_at, clock.due_at)
    order.version += 1


async def answered(session: AsyncSession, order: Order) -> None:
    """The provider accepted or returned it."""
    await cancel_timers(session, order.id, kind=DEADLINE)
    for clock in await repository.running_clocks(session, order.id):
        clock.meet(now(session), recorded_at=now(session))
        await cancel_timers(session, clock.id, kind=TELL)


async def stopped(session: AsyncSession, order: Order) -> None:
    """The order ended for another reason: the promise is neither kept nor broken."""
    await cancel_timers(session, order.id, kind=DEADLINE)
    for clock in await repository.running_clocks(session, order.id):
        clock.stopped_at = now(session)
        await cancel_timers(session, clock.id, kind=TELL)


async def broken(session: AsyncSession, order: Order) -> None:
    """Nobody answered. The clock stays open until all who are to be told of it were; one that had time left ends."""
    for clock in await repository.running_clocks(session, order.id):
        if clock.due_at < now(session):
            clock.breached_at = clock.breached_at or clock.due_at
        else:
            clock.stopped_at = now(session)
            await cancel_timers(session, clock.id, kind=TELL)


async def tell(session: AsyncSession, timer: Timer) -> None:
    """A clock has run to a level: say who is told, and wait for the next level."""
    found = await repository.clock_with_order(session, UUID(timer.subject))
    if found is None or not found[0].is_open:
        return
    clock, order = found
    step = int(timer.payload["step"])
    level = LEVELS[step]
    common: dict[str, Any] = {
        "order_id": order.id, "provider": order.provider, "clock_id": clock.id, "kind": ClockKind(clock.kind),
        "due_at": clock.due_at,
        "told": TellLevel(level.told),
    }  # fmt: skip
    if level.percent < 100:
        announce(session, facts.ClockWarned(percent=level.percent, **common))
    else:
        clock.breached_at = clock.breached_at or clock.due_at
        announce(session, facts.ClockBreached(days_after=level.days_after, **common))
    clock.told_percent = level.percent
    if not await _set_telling(session, clock, step=step + 1) and order.status != OrderStatus.REQUESTED:
        clock.stopped_at = now(session)


async def _set_telling(session: AsyncSession, clock: Clock, *, step: int) -> bool:
    """Wait for the next level; False if everybody was told."""
    calendar = work_calendar(await reference(session), today(session))
    row = telling_timer(
        clock.id, clock.target, clock.started_at, calendar, at_any_hour=clock.urgency == Urgency.CRISIS, step=step
    )
    if row is not None:
        await set_timer(session, TELL, clock.id, due=row["due"], step=step)
    return row is not None


async def tell_again(session: AsyncSession, clock: Clock) -> None:
    """Wait for the next level that a running clock has not been told of."""
    await _set_telling(session, clock, step=len([level for level in LEVELS if level.percent <= clock.told_percent]))


async def redue_soon(session: AsyncSession) -> None:
    """The calendar changed: running clocks are due anew, in pieces, right after this commit."""
    if await repository.running_clock_ids(session, SMALLEST_ID, 1):
        await cancel_timers(session, "calendar", kind=REDUE)
        await set_timer(session, REDUE, "calendar", due=now(session), after=str(SMALLEST_ID))


async def redue_piece(session: AsyncSession, timer: Timer) -> None:
    """Compute a piece of the running clocks anew; met ones are never touched."""
    ids = await repository.running_clock_ids(session, UUID(timer.payload["after"]), PIECE)
    for id in ids:
        found = await repository.clock_with_order(session, id)
        if found is not None and found[0].is_open and found[1].status == OrderStatus.REQUESTED:
            await _redue(session, *found)
    if len(ids) == PIECE:
        await set_timer(session, REDUE, "calendar", due=now(session), after=str(ids[-1]))


async def _redue(session: AsyncSession, clock: Clock, order: Order) -> None:
    due = after(work_calendar(await reference(session), today(session)), clock.target, clock.started_at)
    if due == clock.due_at:
        return
    clock.due_at = due
    await session.flush()
    order.due_at = min(each.due_at for each in await repository.running_clocks(session, order.id))
    # The next clock of the same order is read together with the order, as it is written.
    await session.flush()
    await cancel_timers(session, clock.id, kind=TELL)
    await cancel_timers(session, order.id, kind=DEADLINE)
    await set_timer(session, DEADLINE, order.id, due=order.due_at + DEADLINE_AFTER)
    await tell_again(session, clock)
