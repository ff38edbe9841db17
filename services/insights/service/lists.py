"""The three lists side by side, and the packages."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import reading
from services.insights.repository.reading import Wanted
from services.insights.rules.capacity import used_of_package
from services.insights.rules.months import quarter, quarter_of
from services.insights.rules.supply import Line, Offer, side_by_side
from services.insights.schemas.lists import ListLine, ListsView, PackageLine, PackagesView
from services.insights.service.areas import require_area, require_period, stations_in, townships_in
from shared.kit.clock import now, today
from shared.kit.reference import reference
from shared.schemas.reference import Department


async def three_lists(
    session: AsyncSession, *, month_from: str | None, month_to: str | None, division: str | None, category: str | None
) -> ListsView:
    """Needs, resources and services by township and category, with what is lacking and what is to spare."""
    areas = require_area(session, division)
    first, last, period = require_period(session, month_from, month_to)
    needs = await reading.needs_by_place(session, Wanted(period=period, division=division, category=category))
    offers = [
        Offer(kind, tuple(places), None if capacity is None else max(0, capacity - taken))
        for kind, places, capacity, taken in await reading.active_resources(session, category)
    ]
    names = {row.code: row.name for row in townships_in(await reference(session), areas, today(session))}
    lines = [_line(line, names) for line in side_by_side(names, needs, offers)]
    return ListsView(month_from=first, month_to=last, division=division, lines=lines)


def _line(line: Line, names: dict[str, str]) -> ListLine:
    return ListLine(
        township=line.township, township_name=names[line.township], category=line.category, asked=line.asked,
        open=line.open, resources=line.resources, capacity_left=line.left, gap=line.gap, surplus=line.surplus,
        services=[],
    )  # fmt: skip


async def packages(session: AsyncSession, *, division: str | None, asked_quarter: str | None) -> PackagesView:
    """What each department owes, handed out, and what was used of it, in a quarter."""
    areas = require_area(session, division)
    written = asked_quarter or quarter_of(now(session))
    snapshot, day = await reference(session), today(session)
    stations = {row.id for row in stations_in(snapshot, areas, day)}
    used = await reading.used_by_station(session, quarter(written))
    lines = {row.slug: _Sums() for row in snapshot.all(Department, Department.table, day)}
    for package in await reading.packages_of(session, written):
        if package.station_id in stations:
            taken = used.get((package.resource_id, package.station_id), 0)
            sums = lines.setdefault(package.provider, _Sums())
            sums.add(package.station_id, package.quota, used_of_package(package.quota, taken))
    return PackagesView(
        quarter=written,
        division=division,
        lines=[
            PackageLine(
                provider=slug, quarter=written, due=len(stations), stations=len(sums.stations), granted=sums.granted,
                used=sums.used,
            )
            for slug, sums in sorted(lines.items())
        ],
    )  # fmt: skip


class _Sums:
    """What one provider handed out."""

    def __init__(self) -> None:
        self.stations: set[object] = set()
        self.granted = self.used = 0

    def add(self, station: object, quota: int, used: int) -> None:
        self.stations.add(station)
        self.granted += quota
        self.used += used
