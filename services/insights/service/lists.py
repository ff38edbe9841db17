"""The three lists side by side, and the packages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import counting, reading
from services.insights.repository.reading import Wanted
from services.insights.rules.capacity import used_of_package
from services.insights.rules.months import quarter, quarter_of
from services.insights.rules.supply import Line, Offer, side_by_side
from services.insights.schemas.lists import ListLine, ListsView, PackageLine, PackagesView
from services.insights.service.areas import PLANNING, require_area, require_period, townships_in
from services.insights.service.stations import Seat, seats_in
from shared.kit.audit import record_figures
from shared.kit.clock import now, today
from shared.kit.reference import reference
from shared.schemas.reference import Department
from shared.schemas.vocabulary import ServiceClass


async def three_lists(
    session: AsyncSession, *, month_from: str | None, month_to: str | None, division: str | None, category: str | None
) -> ListsView:
    """Needs, resources and services by township and category, with what is lacking and what is to spare."""
    areas = require_area(session, division)
    await record_figures(session, "read_lists", purpose=PLANNING, fields=("asked", "open"))
    first, last, period = require_period(session, month_from, month_to)
    wanted = Wanted(period=period, division=division, category=category)
    offers = [
        Offer(kind, tuple(places), None if capacity is None else max(0, capacity - taken))
        for kind, places, capacity, taken in await reading.active_resources(session, category)
    ]
    names = {row.code: row.name for row in townships_in(await reference(session), areas, today(session))}
    listed = _listed(names, await seats_in(session, areas), category)
    lines = side_by_side(
        names, await reading.needs_by_place(session, wanted), offers,
        served={township: services.by_category for township, services in listed.items()},
        given=await reading.services_given(session, wanted),
    )  # fmt: skip
    is_heard = "cases" in await counting.heard(session)
    shown = [_line(line, names, listed[line.township], is_heard=is_heard) for line in lines]
    return ListsView(month_from=first, month_to=last, division=division, lines=shown)


@dataclass(slots=True)
class Listed:
    """What the stations of a township list: by category, which stations; and whether any has reported its list."""

    is_reported: bool = False
    by_category: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[str, ServiceClass] = field(default_factory=dict)

    def add(self, seat: Seat, category: str | None) -> None:
        for code, kind in (seat.services or {}).items():
            self.is_reported = True
            if category in (None, code):
                self.by_category[code].append(seat.code)
                # What is special to one station may be base at another: then it is for everybody there.
                self.classes[code] = min(kind, self.classes.get(code, kind))


def _listed(townships: Mapping[str, str], seats: Sequence[Seat], category: str | None) -> dict[str, Listed]:
    found = {township: Listed() for township in townships}
    for township, services in found.items():
        for seat in seats:
            if seat.has(township):
                services.add(seat, category)
    return found


def _line(line: Line, names: Mapping[str, str], listed: Listed, *, is_heard: bool) -> ListLine:
    return ListLine(
        township=line.township, township_name=names[line.township], category=line.category, asked=line.asked,
        open=line.open, resources=line.resources, capacity_left=line.left, gap=line.gap, surplus=line.surplus,
        services=listed.by_category.get(line.category, []) if listed.is_reported else None,
        service_class=listed.classes.get(line.category), services_given=line.given if is_heard else None,
    )  # fmt: skip


async def packages(
    session: AsyncSession, *, division: str | None, asked_quarter: str | None, by_station: bool
) -> PackagesView:
    """What each department owes, handed out, and what was used of it, in a quarter; by station if wished."""
    areas = require_area(session, division)
    written = asked_quarter or quarter_of(now(session))
    seats = {seat.id: seat.code for seat in await seats_in(session, areas)}
    used = await reading.used_by_station(session, quarter(written))
    providers = (await reference(session)).all(Department, Department.table, today(session))
    columns = list(seats.values()) if by_station else [None]
    lines = {(row.slug, column): _Sums() for row in providers for column in columns}
    for package in await reading.packages_of(session, written):
        if package.station_id in seats:
            taken = used.get((package.resource_id, package.station_id), 0)
            column = seats[package.station_id] if by_station else None
            sums = lines.setdefault((package.provider, column), _Sums())
            sums.add(package.station_id, package.quota, used_of_package(package.quota, taken))
    due = 1 if by_station else len(seats)
    shown = [
        _package_line(*key, written, due, lines[key]) for key in sorted(lines, key=lambda key: (key[0], key[1] or ""))
    ]
    return PackagesView(quarter=written, division=division, lines=shown)


class _Sums:
    """What one provider handed out."""

    def __init__(self) -> None:
        self.stations: set[object] = set()
        self.granted = self.used = 0

    def add(self, station: object, quota: int, used: int) -> None:
        self.stations.add(station)
        self.granted += quota
        self.used += used


def _package_line(provider: str, station: str | None, quarter: str, due: int, sums: _Sums) -> PackageLine:
    return PackageLine(
        provider=provider, station=station, quarter=quarter, due=due, stations=len(sums.stations),
        granted=sums.granted, used=sums.used,
    )  # fmt: skip
