"""Clocks of a need: started, met, stopped, told about, and due anew when the calendar changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Clock, ClockPause, Need, NeedPause
from services.needs.repository import needs as repository
from services.needs.repository import pauses
from services.needs.schemas.needs import NOTHING_DUE
from shared.kit.calendars import target_of, work_calendar
from shared.kit.clock import now, today
from shared.kit.clocks import LEVELS, TELL, Target, after, clock_row, telling_timer
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.reference import Snapshot, reference
from shared.kit.timers import Timer, cancel_timers, set_timer, timers_of
from shared.schemas.facts import needs as facts
from shared.schemas.vocabulary import ClockKind, PauseReason, TellLevel, Urgency

REDUE: Final = "redue_clocks"
PIECE: Final = 200
SMALLEST_ID: Final = UUID(int=0)


def new_clocks(
    snapshot: Snapshot, need: Need, kinds: Iterable[ClockKind], *, started: datetime, day: Any
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of new clocks of a need, and the timers that tell about them."""
    calendar = work_calendar(snapshot, day)
    urgency = Urgency(need.urgency)
    clocks, timers = [], []
    for kind in kinds:
        target = target_of(snapshot, kind, urgency, day, category=need.category)
        row = clock_row(
            kind, target=target, urgency=urgency, started=started, calendar=calendar, need_id=need.id,
            episode=need.episode, division=need.division, station_id=need.station_id,
        )  # fmt: skip
        timer = telling_timer(row["id"], target, started, calendar, at_any_hour=urgency is Urgency.CRISIS)
        clocks.append(row)
        timers.extend([timer] if timer else [])
    return clocks, timers


async def start(session: AsyncSession, need: Need, *kinds: ClockKind, started: datetime) -> None:
    """Start clocks of a need that is on file."""
    clocks, timers = new_clocks(await reference(session), need, kinds, started=started, day=today(session))
    await repository.add_clocks(session, clocks, timers)
    need.due_at = min([need.due_at, *(row["due_at"] for row in clocks)])
    pause = await pauses.running_pause(session, need.id)
    # What begins while the need waits for something outside waits with it; three attempts concern the headline alone.
    if pause is not None and PauseReason(pause.reason).stops_headline:
        for row in clocks:
            clock = await repository.clock_by_id(session, row["id"])
            assert clock is not None
            await stand_still(session, clock, pause)


async def meet(session: AsyncSession, need: Need, *kinds: ClockKind, at: datetime, episode: int | None = None) -> bool:
    """Stop clocks of an episode (the present one if left out) at the moment that counts; True if a figure changed."""
    changed = False
    for kind in kinds:
        for clock, stretch in await repository.clocks_of_episode(session, need, kind, episode or need.episode):
            if stretch is not None and clock.is_open:
                await run_again(session, clock, stretch)
                await _end_idle_pause(session, stretch.pause_id)
            if clock.meet(at, recorded_at=now(session)):
                changed = True
                await cancel_timers(session, clock.id, kind=TELL)
    await session.flush()
    await order_queue(session, need)
    return changed


async def _end_idle_pause(session: AsyncSession, pause_id: UUID) -> None:
    """A pause whose clocks have all been met has ended: nothing of the need stands still."""
    pause = await pauses.running_pause_by_id(session, pause_id)
    if pause is not None and not await pauses.stretches_of_pause(session, pause_id):
        announce(session, pause.end(at=now(session)))


async def go_along(session: AsyncSession, need: Need) -> None:
    """The need went to another station: whoever has it now is told, and no longer who had it."""
    await session.flush()
    await repository.move_clocks(session, need)


async def promise_anew(session: AsyncSession, need: Need) -> None:
    """The category is another: its own target runs, from the same start; what was met before is never touched."""
    for clock in await repository.open_clocks(session, need, ClockKind.NEED_MET):
        snapshot, day = await reference(session), today(session)
        target = target_of(snapshot, ClockKind.NEED_MET, Urgency(clock.urgency), day, category=need.category)
        if (target.value, target.unit) != (clock.target_value, clock.target_unit):
            await _supersede(session, clock, target, snapshot)
    await session.flush()
    await order_queue(session, need)


async def _supersede(session: AsyncSession, clock: Clock, target: Target, snapshot: Snapshot) -> None:
    """Another clock stands for this one, with its start and whatever it stood still; this one is told about no more."""
    row = clock_row(
        clock.kind, target=target, urgency=clock.urgency, started=clock.started_at,
        calendar=work_calendar(snapshot, today(session)), need_id=clock.need_id, episode=clock.episode,
        division=clock.division, station_id=clock.station_id,
    )  # fmt: skip
    await repository.add_clocks(session, [row], [])
    fresh = await repository.clock_by_id(session, row["id"])
    assert fresh is not None
    is_still = await _stand_as(session, fresh, clock)
    clock.stopped_at, clock.superseded_by = now(session), fresh.id
    await cancel_timers(session, clock.id, kind=TELL)
    await session.flush()
    fresh.due_at = await _due(session, fresh, snapshot)
    if not is_still:
        await _set_telling(session, fresh, snapshot, step=0)


async def _stand_as(session: AsyncSession, fresh: Clock, clock: Clock) -> bool:
    """Let a clock stand still wherever another one did; True if it stands still now."""
    stretches = await pauses.stretches_of_clocks(session, [clock.id])
    is_still = any(each.stops_clock and each.ended_at is None for each in stretches)
    for each in stretches:
        session.add(
            ClockPause(
                id=new_id(), pause_id=each.pause_id, clock_id=fresh.id, reason=each.reason, step=0,
                started_at=each.started_at, ended_at=each.ended_at,
            )
        )  # fmt: skip
        each.ended_at = each.ended_at or now(session)
    return is_still


async def stop_all(session: AsyncSession, need: Need) -> None:
    """The need ended: what still runs is stopped, not met."""
    for clock in await repository.open_clocks(session, need):
        clock.stopped_at = now(session)
        await cancel_timers(session, clock.id, kind=TELL)
    await session.flush()
    pause = await pauses.running_pause(session, need.id)
    if pause is not None:
        await pauses.end_stretches(session, pause.id, now(session))
        announce(session, pause.end(at=now(session)))
    need.due_at = NOTHING_DUE


async def stand_still(session: AsyncSession, clock: Clock, pause: NeedPause) -> None:
    """A clock stands still while a pause lasts, and nobody is told; three attempts are counted beside it only."""
    waiting = await timers_of(session, clock.id, kind=TELL)
    stretch = ClockPause(
        id=new_id(), pause_id=pause.id, clock_id=clock.id, reason=pause.reason,
        started_at=max(pause.started_at, clock.started_at),
        step=int(waiting[0].payload["step"]) if waiting else len(LEVELS),
    )  # fmt: skip
    session.add(stretch)
    if stretch.stops_clock:
        await cancel_timers(session, clock.id, kind=TELL)


async def run_again(session: AsyncSession, clock: Clock, stretch: ClockPause) -> None:
    """A clock runs on: what it stood still does not count, and whoever is next is told later by as much."""
    stretch.ended_at = now(session)
    await session.flush()
    if stretch.stops_clock and clock.is_open:
        snapshot = await reference(session)
        clock.due_at = await _due(session, clock, snapshot)
        await _set_telling(session, clock, snapshot, step=stretch.step)


async def _due(session: AsyncSession, clock: Clock, snapshot: Snapshot) -> datetime:
    stood_still = await pauses.time_stood_still(session, clock.id)
    return after(work_calendar(snapshot, today(session)), clock.target, clock.started_at, pauses=stood_still)


async def order_queue(session: AsyncSession, need: Need) -> None:
    """A need stands in the queues by the soonest of its clocks."""
    need.due_at = await repository.soonest_due(session, need) or NOTHING_DUE


async def tell(session: AsyncSession, timer: Timer) -> None:
    """A clock has run to a level: say who is told, and wait for the next level."""
    clock = await repository.clock_by_id(session, UUID(timer.subject))
    if clock is None or not clock.is_open:
        return
    step = int(timer.payload["step"])
    level = LEVELS[step]
    common: dict[str, Any] = {
        "need_id": clock.need_id, "clock_id": clock.id, "kind": ClockKind(clock.kind), "due_at": clock.due_at,
        "told": TellLevel(level.told), "division": clock.division, "station_id": clock.station_id,
    }  # fmt: skip
    if level.percent < 100:
        announce(session, facts.ClockWarned(percent=level.percent, **common))
    else:
        clock.breached_at = clock.breached_at or clock.due_at
        announce(session, facts.ClockBreached(days_after=level.days_after, **common))
    clock.told_percent = level.percent
    await _set_telling(session, clock, await reference(session), step=step + 1)


async def _set_telling(session: AsyncSession, clock: Clock, snapshot: Snapshot, *, step: int) -> None:
    calendar = work_calendar(snapshot, today(session))
    row = telling_timer(
        clock.id, clock.target, clock.started_at, calendar, at_any_hour=clock.urgency == Urgency.CRISIS, step=step,
        pauses=await pauses.time_stood_still(session, clock.id),
    )  # fmt: skip
    if row is not None:
        await set_timer(session, TELL, clock.id, due=row["due"], step=step)


async def tell_again(session: AsyncSession, clock: Clock) -> None:
    """A clock that runs with nothing set to tell of it: wait for the next level."""
    step = len([level for level in LEVELS if level.percent <= clock.told_percent])
    await _set_telling(session, clock, await reference(session), step=step)


async def redue_soon(session: AsyncSession) -> None:
    """The calendar changed: open clocks are due anew, in pieces, right after this commit."""
    await set_timer(session, REDUE, "calendar", due=now(session), after=str(SMALLEST_ID))


async def redue_piece(session: AsyncSession, timer: Timer) -> None:
    """Compute a piece of the open clocks anew; met ones are never touched."""
    ids = await repository.open_clock_ids(session, UUID(timer.payload["after"]), PIECE)
    for id in ids:
        clock = await repository.clock_by_id(session, id)
        if clock is not None and clock.is_open:
            await _redue(session, clock)
    if len(ids) == PIECE:
        await set_timer(session, REDUE, "calendar", due=now(session), after=str(ids[-1]))


async def _redue(session: AsyncSession, clock: Clock) -> None:
    snapshot = await reference(session)
    due = await _due(session, clock, snapshot)
    if due == clock.due_at:
        return
    clock.due_at = due
    for timer in await timers_of(session, clock.id, kind=TELL):
        await cancel_timers(session, clock.id, kind=TELL)
        await _set_telling(session, clock, snapshot, step=int(timer.payload["step"]))
    await session.flush()
    need = await repository.need_by_id(session, clock.need_id)
    if need is not None:
        await order_queue(session, need)
