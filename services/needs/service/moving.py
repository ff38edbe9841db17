"""Open needs go with the places: where a station closes or serves others, whoever serves them now has them."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Need
from services.needs.repository import needs as repository
from services.needs.repository.needs import Places
from services.needs.service import clocks
from shared.kit.clock import now, today
from shared.kit.feed.log import announce
from shared.kit.reference import Snapshot, reference
from shared.kit.stations import TOLD, Seat, Seats, keep_station, seats
from shared.kit.timers import Timer, set_timer
from shared.schemas.facts.cases import StationChanged

MOVE: Final = "move_needs"
PIECE: Final = 200
A_MOMENT: Final = timedelta(seconds=2)


async def station_changed(session: AsyncSession, fact: StationChanged) -> None:
    """Keep a station as it was told; where it serves others than before, needs move after this commit, in pieces."""
    rows = await reference(session)
    if _version(rows, fact.station_id, today(session)) >= fact.version:
        return
    before = seats(rows, today(session))
    known = before.by_id.get(fact.station_id)
    await keep_station(session, fact)
    served, serves = set(known.serves if known else ()), set(fact.serves if fact.is_active else ())
    if served != serves or (known is not None) != fact.is_active:
        await _move_soon(session, fact, before, lost=served - serves, gained=serves - served)


def _version(rows: Snapshot, station_id: UUID, day: date) -> int:
    """The version of a station that cases told last; 0 where it told nothing."""
    told = rows.get(Seat, TOLD, str(station_id), day)
    return told.version if told else 0


async def _move_soon(
    session: AsyncSession, fact: StationChanged, before: Seats, *, lost: set[str], gained: set[str]
) -> None:
    """Let the needs of the places lost and gained be looked at; where a person chose another station, they stay."""
    had = {seat.id for seat in (before.serving(each) for each in gained) if seat is not None}
    await set_timer(
        session, MOVE, fact.station_id, due=now(session), after=str(clocks.SMALLEST_ID), version=fact.version,
        lost=sorted(lost), gained=sorted(gained), had=sorted(map(str, had)),
    )  # fmt: skip


async def move_piece(session: AsyncSession, timer: Timer) -> None:
    """Move a piece of the needs; whoever has nobody else to serve them stays, and stands in the county's queue."""
    told, changed, rows = timer.payload, UUID(timer.subject), await reference(session)
    if _version(rows, changed, today(session)) < told["version"]:
        # Another process heard it, and what this one remembers is a moment older.
        await set_timer(session, MOVE, changed, due=now(session) + A_MOMENT, **told)
        return
    now_serving = seats(rows, today(session))
    places = Places(
        station_id=changed, is_closed=changed not in now_serving.by_id, lost=tuple(told["lost"]),
        gained=tuple(told["gained"]), had=tuple(map(UUID, told["had"])), working=tuple(now_serving.by_id),
    )  # fmt: skip
    ids = await repository.open_needs_in(session, places, after=UUID(told["after"]), limit=PIECE)
    for id in ids:
        need = await repository.need_by_id(session, id, lock=True)
        if need is not None and need.is_open:
            await _move(session, need, now_serving.serving(need.division))
    if len(ids) == PIECE:
        rest: dict[str, Any] = told | {"after": str(ids[-1])}
        await set_timer(session, MOVE, changed, due=now(session), **rest)


async def _move(session: AsyncSession, need: Need, seat: Seat | None) -> None:
    if seat is None or seat.id == need.station_id:
        return
    announce(session, need.move(seat.id))
    await clocks.go_along(session, need)
