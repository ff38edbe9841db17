"""Batches of packages: a department hands many stations theirs at once, and can send the file again safely."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Account, Resource
from services.matching.repository import giving as repository
from services.matching.repository import ledger
from services.matching.rules.ledger import Entry, hand_out
from services.matching.rules.quarters import quarter_days
from services.matching.schemas.packages import PackageBatchAnswer, PackageRow, PackageRowAnswer
from services.matching.service.capacity import expiry_row
from services.matching.service.lines import Line, lines_of, pieces, read
from shared.kit.clock import now, today
from shared.kit.database import Context, Database
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.reference import reference
from shared.kit.rows import columns, insert_rows
from shared.kit.stations import Seat, seats
from shared.kit.timers import Timer
from shared.schemas.batches import RowError, RowOutcome, tally
from shared.schemas.vocabulary import AccountKind

# A package's name within a provider: of which resource, whose, for when.
Key = tuple[UUID, UUID, str]


@dataclass(slots=True)
class Piece:
    """What one transaction knows and holds, and what it will write."""

    resources: Mapping[str, Resource]
    stations: Mapping[UUID, Seat]
    capacities: dict[UUID, Account]
    packages: dict[Key, Account]
    free: dict[UUID, int]
    seen: set[Key]
    made: list[Account] = field(default_factory=list)
    moves: dict[UUID, list[Entry]] = field(default_factory=dict)
    told: list[Account] = field(default_factory=list)


async def put_packages(
    database: Database, context: Context, body: bytes, *, moment: datetime | None
) -> PackageBatchAnswer:
    """Take a file of packages in pieces, each a transaction of its own."""
    answers: list[PackageRowAnswer] = []
    seen: set[Key] = set()
    for lines in pieces(lines_of(body)):
        async with database.work(context, now=moment) as session:
            answers += await _take_piece(session, lines, seen)
    return PackageBatchAnswer(counts=tally(answer.outcome for answer in answers), rows=answers)


async def _take_piece(session: AsyncSession, lines: Sequence[Line], seen: set[Key]) -> list[PackageRowAnswer]:
    told = [(line, *read(line, PackageRow)) for line in lines]
    piece = await _piece(session, [row for _, row, _ in told if row is not None], seen)
    moment, answers = now(session), []
    for line, row, errors in told:
        outcome, package = RowOutcome.REFUSED, None
        if row is not None and not (errors := _faults(row, piece)):
            outcome, package = _take_row(row, piece, moment)
        id = package.id if package else None
        answers.append(PackageRowAnswer(number=line.number, package_id=id, outcome=outcome, errors=errors))
    await _write(session, piece)
    return answers


async def _piece(session: AsyncSession, rows: Sequence[PackageRow], seen: set[Key]) -> Piece:
    """Everything that these lines are about, held until the transaction ends."""
    provider = session.info["context"].provider
    await repository.hold_provider(session, provider)
    resources = await repository.resources_by_external_id(session, provider, [row.external_id for row in rows])
    held = await repository.accounts_to_grant(
        session, {resource.id for resource in resources.values()}, {row.quarter for row in rows}
    )
    capacities = {each.resource_id: each for each in held if each.kind == AccountKind.CAPACITY}
    return Piece(
        resources=resources,
        stations=seats(await reference(session), today(session)).by_id,
        capacities=capacities,
        packages=_by_key(held),
        free={id: account.remaining for id, account in capacities.items()},
        seen=seen,
    )


def _by_key(accounts: Iterable[Account]) -> dict[Key, Account]:
    return {
        (each.resource_id, each.station_id, each.quarter): each
        for each in accounts
        if each.station_id is not None and each.quarter is not None
    }


def _faults(row: PackageRow, piece: Piece) -> list[RowError]:
    """What stands in the way of a line."""
    resource = piece.resources.get(row.external_id)
    if resource is None:
        return [_error("#/external_id", "you list no resource under this key", "本单位没有以此编号发布的资源")]
    if row.station_id not in piece.stations:
        return [_error("#/station_id", "no such station; see /needs/v1/reference/station", "没有这个社工站")]
    if resource.id not in piece.capacities:
        return [
            _error(
                "#/external_id", "it has no quantity: publish it with a capacity", "该资源未设数量，请先填写 capacity"
            )
        ]
    if _key(row, resource) in piece.seen:
        return [_error("#", "this package stands in an earlier line of the file", "该资源包在本文件前面的行已出现")]
    return _too_much(row, resource, piece)


def _too_much(row: PackageRow, resource: Resource, piece: Piece) -> list[RowError]:
    known, free = piece.packages.get(_key(row, resource)), piece.free[resource.id]
    before = (known.quota or 0) if known else 0
    if row.quota < before:
        english = f"{before} are handed out already; what a station has is not taken back here"
        return [_error("#/quota", english, f"已划拨 {before}，批量划拨不收回已给社工站的数量")]
    if row.quota - before > free:
        english = f"only {free} are free; give less, or raise the capacity first"
        return [_error("#/quota", english, f"目前空闲仅 {free}，请减少数量，或先增加资源总量")]
    return []


def _error(pointer: str, english: str, chinese: str) -> RowError:
    return RowError(pointer=pointer, en=english, zh=chinese)


def _key(row: PackageRow, resource: Resource) -> Key:
    return resource.id, row.station_id, row.quarter


def _take_row(row: PackageRow, piece: Piece, moment: datetime) -> tuple[RowOutcome, Account]:
    """Make a package hold so much; one that does already is left as it is."""
    resource = piece.resources[row.external_id]
    key = _key(row, resource)
    piece.seen.add(key)
    package = piece.packages.get(key)
    if package is not None and (package.quota, package.carries_over) == (row.quota, row.carries_over):
        return RowOutcome.UNCHANGED, package
    outcome = RowOutcome.CREATED if package is None else RowOutcome.CHANGED
    if package is None:
        package = _new_package(row, resource, piece.stations[row.station_id].division, moment)
        piece.made.append(package)
    more = row.quota - (package.quota or 0)
    package.quota, package.carries_over = row.quota, row.carries_over
    if more:
        accounts = {AccountKind.CAPACITY: piece.capacities[resource.id], AccountKind.PACKAGE: package}
        for kind, entry in hand_out(more):
            piece.moves.setdefault(accounts[kind].id, []).append(entry)
        piece.free[resource.id] -= more
    piece.told.append(package)
    return outcome, package


def _new_package(row: PackageRow, resource: Resource, division: str, moment: datetime) -> Account:
    opens, closes = quarter_days(row.quarter)
    return Account(
        id=new_id(), kind=AccountKind.PACKAGE, resource_id=resource.id, provider=resource.provider,
        station_id=row.station_id, division=division, quarter=row.quarter, quota=0, opens=opens, closes=closes,
        carries_over=row.carries_over, remaining=0, created_at=moment, updated_at=moment,
    )  # fmt: skip


async def _write(session: AsyncSession, piece: Piece) -> None:
    """New packages first, then what they and the capacities gain and lose, and the facts."""
    rows: list[dict[str, Any]] = [columns(package) for package in piece.made]
    await repository.add_resources(session, [], rows, [])
    await insert_rows(session, (Timer, [expiry_row(package) for package in piece.made]))
    await session.flush()
    await ledger.post_many(session, piece.moves)
    announce(session, *(package.granted() for package in piece.told))
