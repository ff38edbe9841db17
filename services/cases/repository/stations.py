"""Questions about stations and those who work there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case, FollowUp, Handover, Station, Training, Worker
from shared.kit.paging import Cut, beyond
from shared.schemas.vocabulary import CaseStatus, Licence

AT_WORK = text("SELECT account_is_at_work(:account)")
# Two who register one account, or one person's case, wait for each other.
HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")


async def hold(session: AsyncSession, what: str) -> None:
    """Until this transaction ends nobody else holds the same."""
    await session.execute(HOLD, {"what": what})


async def station_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Station | None:
    query = select(Station).where(Station.id == id).execution_options(populate_existing=True)
    found: Station | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def stations(session: AsyncSession, page: Cut, *, division: str | None) -> Sequence[Station]:
    """Stations in the order of adoption; one row more than the page holds."""
    query = select(Station).where(*beyond(Station.adopted_at, Station.id, page))
    if division is not None:
        query = query.where(Station.division.startswith(division, autoescape=True))
    return (await session.scalars(query.order_by(Station.adopted_at, Station.id).limit(page.limit + 1))).all()


async def staff_of(session: AsyncSession, station_id: UUID) -> tuple[int | None, int]:
    """How many work at a station now, and how many of them are licensed; None where nobody ever did."""
    here = Worker.left_at.is_(None)
    query = select(
        func.count(), func.count().filter(here), func.count().filter(here, Worker.licence != Licence.NONE)
    ).where(Worker.station_id == station_id)
    ever, now, licensed = (await session.execute(query)).one()
    return (now if ever else None), licensed


async def account_is_at_work(session: AsyncSession, account: str) -> bool:
    """Whether an account works at any station, whoever may see it."""
    return bool(await session.scalar(AT_WORK, {"account": account}))


async def worker_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Worker | None:
    """A worker; held, others may still write rows that name them, and so wait for nobody who waits for their case."""
    query = select(Worker).where(Worker.id == id).execution_options(populate_existing=True)
    found: Worker | None = await session.scalar(query.with_for_update(key_share=True) if lock else query)
    return found


async def worker_of_account(session: AsyncSession, account: str) -> Worker | None:
    found: Worker | None = await session.scalar(
        select(Worker).where(Worker.account == account, Worker.left_at.is_(None))
    )
    return found


async def workers(session: AsyncSession, page: Cut, **wanted: Any) -> Sequence[Worker]:
    """Workers in the order in which they came; one row more than the page holds."""
    query = select(Worker).where(*beyond(Worker.joined_at, Worker.id, page))
    if wanted["division"] is not None:
        query = query.where(Worker.division.startswith(wanted["division"], autoescape=True))
    if wanted["station_id"] is not None:
        query = query.where(Worker.station_id == wanted["station_id"])
    if not wanted["with_left"]:
        query = query.where(Worker.left_at.is_(None))
    return (await session.scalars(query.order_by(Worker.joined_at, Worker.id).limit(page.limit + 1))).all()


async def trainings_of(session: AsyncSession, worker_id: UUID) -> Sequence[Training]:
    query = select(Training).where(Training.worker_id == worker_id)
    return (await session.scalars(query.order_by(Training.held_on, Training.id))).all()


async def caseload(session: AsyncSession, worker_id: UUID) -> int:
    """How many cases somebody has that are not closed."""
    query = select(func.count()).select_from(Case)
    return await session.scalar(query.where(Case.worker_id == worker_id, Case.status != CaseStatus.CLOSED)) or 0


async def cases_left_by(session: AsyncSession, worker_id: UUID) -> Sequence[Case]:
    """What somebody has, and what has ended with a follow-up of theirs to come, locked, in the order of ids."""
    to_come = exists().where(
        FollowUp.case_id == Case.id, FollowUp.worker_id == worker_id, FollowUp.done_at.is_(None),
        FollowUp.dropped_at.is_(None),
    )  # fmt: skip
    has = and_(Case.worker_id == worker_id, Case.status != CaseStatus.CLOSED)
    query = select(Case).where(or_(has, and_(Case.status == CaseStatus.CLOSED, to_come)))
    return (await session.scalars(query.order_by(Case.id).with_for_update())).all()


async def handovers(session: AsyncSession, page: Cut, *, open_only: bool) -> Sequence[Handover]:
    query = select(Handover).where(*beyond(Handover.opened_at, Handover.id, page))
    if open_only:
        query = query.where(Handover.completed_at.is_(None))
    return (await session.scalars(query.order_by(Handover.opened_at, Handover.id).limit(page.limit + 1))).all()


async def handover_by_id(session: AsyncSession, id: UUID) -> Handover | None:
    """A packet, locked: the last case that leaves it completes it."""
    found: Handover | None = await session.scalar(select(Handover).where(Handover.id == id).with_for_update())
    return found


async def waiting_in(session: AsyncSession, handover_id: UUID) -> Sequence[UUID]:
    """The cases of a packet that nobody has yet."""
    query = select(Case.id).where(Case.handover_id == handover_id)
    return (await session.scalars(query.order_by(Case.id))).all()
