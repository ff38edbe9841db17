"""Packages (部门资源包): a department hands a station so much of a resource for a quarter."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.errors import CapacityInUse, HasNoQuantity, UnknownResource, UnknownStation
from services.matching.models import Account
from services.matching.repository import giving as repository
from services.matching.repository import ledger
from services.matching.rules.ledger import Entry, balance, hand_out
from services.matching.rules.quarters import quarter_days
from services.matching.schemas.packages import EntryView, LedgerView, PackageForm, PackageView
from services.matching.service.capacity import expire_later
from shared.kit.clock import now, today
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.kit.reference import reference
from shared.kit.stations import seats
from shared.schemas.vocabulary import AccountKind, LedgerEntryKind


async def grant_package(session: AsyncSession, form: PackageForm) -> PackageView:
    """Move capacity of a resource into a station's package; a second grant of the same quarter is added."""
    resource = await repository.resource_by_id(session, form.resource_id)
    if resource is None or resource.provider != session.info["context"].provider:
        raise UnknownResource
    station = seats(await reference(session), today(session)).by_id.get(form.station_id)
    if station is None:
        raise UnknownStation
    await repository.hold_provider(session, resource.provider)
    source = await repository.capacity_account(session, resource.id)
    if source is None:
        raise HasNoQuantity
    package = await repository.package_of(session, resource.id, station.id, form.quarter)
    if package is None:
        package = _new_package(session, form, resource.provider, station.division)
        await expire_later(session, package)
    package.quota = (package.quota or 0) + form.quota
    package.carries_over = form.carries_over
    await session.flush()
    await _hand_over(session, source, package, form.quota)
    announce(session, package.granted())
    return await package_view(session, package.id)


def _new_package(session: AsyncSession, form: PackageForm, provider: str, division: str) -> Account:
    opens, closes = quarter_days(form.quarter)
    package = Account(
        id=new_id(), kind=AccountKind.PACKAGE, resource_id=form.resource_id, provider=provider,
        station_id=form.station_id, division=division, quarter=form.quarter, quota=0, opens=opens, closes=closes,
        carries_over=form.carries_over, remaining=0, created_at=now(session), updated_at=now(session),
    )  # fmt: skip
    session.add(package)
    return package


async def _hand_over(session: AsyncSession, source: Account, package: Account, quota: int) -> None:
    """What one account gains the other loses; the smaller id first, as everybody does who touches two."""
    accounts = {AccountKind.CAPACITY: source, AccountKind.PACKAGE: package}
    moves: list[tuple[UUID, Entry]] = [(accounts[kind].id, entry) for kind, entry in hand_out(quota)]
    for id, entry in sorted(moves, key=lambda move: move[0]):
        if not await ledger.post(session, id, [entry]):
            raise CapacityInUse(source.remaining)


async def package_view(session: AsyncSession, id: UUID) -> PackageView:
    return PackageView.model_validate(await _package(session, id))


async def _package(session: AsyncSession, id: UUID) -> Account:
    package = await repository.package_by_id(session, id)
    if package is None:
        raise NotFound
    return package


async def packages(
    session: AsyncSession, page: Cut, *, provider: str | None, station_id: UUID | None, quarter: str | None
) -> Page[PackageView]:
    """Packages that the caller may see, oldest first."""
    rows = await repository.packages(session, page, provider=provider, station_id=station_id, quarter=quarter)
    return paged(rows, page, key=lambda row: (row.created_at, row.id), view=PackageView.model_validate)


async def ledger_of(session: AsyncSession, id: UUID) -> LedgerView:
    """All lines of a package, and what they sum to."""
    package = await _package(session, id)
    rows = await ledger.entries_of(session, package.id)
    sums = balance(Entry(LedgerEntryKind(row.kind), row.quantity, row.order_id) for row in rows)
    return LedgerView(
        package_id=package.id, remaining=sums.remaining, reserved=sums.reserved, used=sums.used,
        entries=[EntryView.model_validate(row) for row in rows],
    )  # fmt: skip
