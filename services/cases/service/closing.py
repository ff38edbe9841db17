"""A station closes: what it had in hand waits for whoever serves its places now, and nothing lies there unheard of."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case, Handover, Station
from services.cases.repository import casework, plans, stations
from services.cases.repository import closing as repository
from services.cases.service import holders, owners, workers
from shared.kit.clock import now
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.stations import Seat
from shared.kit.timers import Timer, cancel_timers, set_timer
from shared.schemas.vocabulary import StationKind

STRAGGLERS: Final = "stragglers"
EACH_DAY: Final = timedelta(days=1)
Heirs: TypeAlias = dict[UUID, Seat | None]


async def hand_over(session: AsyncSession, closed: Station) -> None:
    """What a closed station has goes into a packet of each station that serves its places now.

    It happens with the news that the station closed, so before its needs follow: their cases are there already. What
    has nobody but the county's head station is told of at once; a case of whom the other station has one already
    stays in a packet here, for a person to decide.
    """
    heirs = await _heirs(session, closed)
    cases = await repository.cases_left_by(session, closed.id, list(heirs))
    await repository.lapse_offers(session, closed.id, by="cases.timers", at=now(session))
    await _move(session, cases, closed, heirs)
    await cancel_timers(session, closed.id, kind=STRAGGLERS)
    await set_timer(session, STRAGGLERS, closed.id, due=now(session) + EACH_DAY)


async def sweep(session: AsyncSession, timer: Timer) -> None:
    """What came to a closed station after all, or could not leave it, is looked at each day until nothing is there."""
    station = await stations.station_by_id(session, UUID(timer.subject), lock=True)
    if station is None or station.is_active:
        return
    heirs = await _heirs(session, station)
    cases = [case for case in await repository.cases_left_by(session, station.id, list(heirs)) if _can_go(case, heirs)]
    await _move(session, cases, station, heirs)
    if heirs:
        await set_timer(session, STRAGGLERS, station.id, due=now(session) + EACH_DAY)


def _can_go(case: Case, heirs: Heirs) -> bool:
    """Whether somebody takes it from here, or it is not even in a packet; what a head gave to somebody is theirs."""
    return case.worker_id is None and (heirs[case.id] is not None or case.handover_id is None)


async def _heirs(session: AsyncSession, closed: Station) -> Heirs:
    """Who takes each case that a closed station has; None where nobody does. Their persons are held there."""
    places = await repository.places_left_by(session, closed.id)
    serving = await repository.seats_now(session)
    files = {id: await casework.files_of_person(session, resident_id) for id, resident_id, _ in places}
    heirs: Heirs = {id: serving.serving(division) for id, _, division in places}
    # Persons before cases, all in one order.
    for what in sorted({f"case:{seat.id}:{min(files[id])}" for id, seat in heirs.items() if seat is not None}):
        await stations.hold(session, what)
    for id, seat in heirs.items():
        if seat is not None and await repository.has_open_case(session, seat.id, files[id]):
            heirs[id] = None
    return heirs


async def _move(session: AsyncSession, cases: Sequence[Case], closed: Station, heirs: Heirs) -> None:
    before = {case.handover_id for case in cases if case.handover_id is not None}
    for heir, left in _by_heir(cases, heirs):
        await _put(session, left, closed, heir)
    for packet in sorted(before):
        await workers.complete_packet(session, packet, now(session))


def _by_heir(cases: Sequence[Case], heirs: Heirs) -> list[tuple[Seat | None, list[Case]]]:
    """The cases of each heir, in the order of the first one."""
    found: dict[UUID | None, list[Case]] = defaultdict(list)
    seats = {seat.id: seat for seat in heirs.values() if seat is not None}
    for case in cases:
        heir = heirs[case.id]
        found[heir.id if heir is not None else None].append(case)
    return [(seats[id] if id is not None else None, left) for id, left in found.items()]


async def _put(session: AsyncSession, cases: Sequence[Case], closed: Station, heir: Seat | None) -> None:
    """Put cases into one packet; they are nobody's until its head has assigned them."""
    place = heir or closed
    packet = Handover(
        id=new_id(), worker_id=None, left_station=closed.id, station_id=place.id, division=place.division,
        count=len(cases), opened_at=now(session),
    )  # fmt: skip
    session.add(packet)
    await session.flush()
    for case in cases:
        had_nobody = case.worker_id is None
        announce(session, *case.hand_over(packet.id, place.id, at=now(session)))
        await holders.note(session, case)
        await plans.pass_all_on(session, case.id, to=None)
        # Without a station of its own it is told of at once, else when a working day has passed.
        if case.is_open and (heir is None or heir.kind is not StationKind.TOWNSHIP):
            await owners.tell(session, case)
        elif case.is_open and not had_nobody:
            await owners.watch(session, case)
