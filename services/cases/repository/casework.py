"""Questions about cases and what is written in them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import (
    Approval,
    Case,
    CaseEvent,
    CaseHolder,
    CaseNeed,
    Goal,
    InCase,
    Need,
    ResidentAlias,
    Task,
    Transfer,
)
from services.cases.rules.needs import ENDED
from services.cases.schemas.casework import CaseFilter
from services.cases.schemas.records import TaskState
from shared.kit.paging import Cut, beyond
from shared.schemas.vocabulary import CaseStatus

Row = TypeVar("Row", bound=InCase)
FILES_OF_PERSON = text("SELECT files_of_person(:wanted)")


def in_hands() -> ColumnElement[bool]:
    """The caller's own cases: what is only offered to them is seen, and not worked on."""
    return or_(
        func.app_sees_division(Case.division), func.app_sees_station(Case.station_id),
        func.app_is_machine("cases.handlers", "cases.timers"),
    )  # fmt: skip


async def case_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Case | None:
    """A case that is the caller's to work on."""
    query = select(Case).where(Case.id == id, in_hands()).execution_options(populate_existing=True)
    found: Case | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def case_offered(session: AsyncSession, id: UUID) -> Case | None:
    """A case that is offered to the caller, locked."""
    to_me = or_(func.app_sees_division(Transfer.to_division), func.app_sees_station(Transfer.to_station))
    waits = select(Transfer.id).where(Transfer.case_id == id, Transfer.answered_at.is_(None), to_me).exists()
    query = select(Case).where(Case.id == id, waits).execution_options(populate_existing=True)
    found: Case | None = await session.scalar(query.with_for_update())
    return found


async def offer_of(session: AsyncSession, id: UUID) -> tuple[Case, Transfer] | None:
    """A case that is offered, with its offer, as the caller sees them."""
    query = select(Case, Transfer).join(Transfer, Transfer.case_id == Case.id)
    row = (await session.execute(query.where(Case.id == id, Transfer.answered_at.is_(None)))).first()
    return (row[0], row[1]) if row is not None else None


async def files_of_person(session: AsyncSession, resident_id: UUID) -> list[UUID]:
    """All files that are one person's, whoever may see them: this one and those that it was merged with."""
    found: list[UUID] = await session.scalar(FILES_OF_PERSON, {"wanted": resident_id}) or [resident_id]
    return found


async def open_case_of(session: AsyncSession, station_id: UUID, files: Sequence[UUID]) -> Case | None:
    """The one open case of a person at a station, locked; the oldest, where merged files had one each."""
    query = select(Case).where(
        Case.station_id == station_id, Case.resident_id.in_(files), Case.status != CaseStatus.CLOSED
    )
    found: Case | None = await session.scalar(query.order_by(Case.opened_at, Case.id).limit(1).with_for_update())
    return found


async def open_cases(session: AsyncSession, files: Sequence[UUID]) -> Sequence[UUID]:
    """The open cases of a person that the caller may see, oldest first."""
    query = select(Case.id).where(Case.resident_id.in_(files), Case.status != CaseStatus.CLOSED, in_hands())
    return (await session.scalars(query.order_by(Case.opened_at, Case.id))).all()


def _awaits_county() -> ColumnElement[bool]:
    """Whether something was asked of a case that a station's head works on itself, and is not decided."""
    return exists().where(Approval.case_id == Case.id, Approval.is_for_county, Approval.decided_at.is_(None))


async def queue(session: AsyncSession, page: Cut, wanted: CaseFilter) -> Sequence[Case]:
    """Cases in the order in which they were opened; one row more than the page holds."""
    query = select(Case).where(*beyond(Case.opened_at, Case.id, page))
    if wanted.division is not None:
        query = query.where(Case.division.startswith(wanted.division, autoescape=True))
    if wanted.status:
        query = query.where(Case.status.in_(wanted.status))
    if wanted.is_unowned is not None:
        query = query.where(Case.unowned_since.is_not(None) if wanted.is_unowned else Case.unowned_since.is_(None))
    if wanted.awaits_county:
        query = query.where(_awaits_county())
    if wanted.resident_id is not None:
        query = query.where(Case.resident_id.in_(await files_of_person(session, wanted.resident_id)))
    for column in ("station_id", "worker_id", "handover_id", "stage"):
        if getattr(wanted, column) is not None:
            query = query.where(getattr(Case, column) == getattr(wanted, column))
    return (await session.scalars(query.order_by(Case.opened_at, Case.id).limit(page.limit + 1))).all()


async def within(session: AsyncSession, kind: type[Row], case_id: UUID) -> Sequence[Row]:
    """Everything of one kind that a case holds, oldest first: ids are made in the order of time."""
    return (await session.scalars(select(kind).where(kind.case_id == case_id).order_by(kind.id))).all()


async def part(session: AsyncSession, kind: type[Row], id: UUID, case_id: UUID, *, lock: bool = False) -> Row | None:
    """One thing of a case."""
    query = select(kind).where(kind.id == id, kind.case_id == case_id)
    found: Row | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def parts_of(session: AsyncSession, case_id: UUID) -> Sequence[CaseNeed]:
    query = select(CaseNeed).where(CaseNeed.case_id == case_id)
    return (await session.scalars(query.order_by(CaseNeed.joined_at, CaseNeed.need_id, CaseNeed.episode))).all()


async def needs_of(session: AsyncSession, case_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Which needs cases are about, each once, by the case."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    query = select(CaseNeed.case_id, CaseNeed.need_id).where(CaseNeed.case_id.in_(case_ids))
    for case_id, need_id in await session.execute(query.order_by(CaseNeed.joined_at, CaseNeed.need_id)):
        if need_id not in found[case_id]:
            found[case_id].append(need_id)
    return found


async def stations_with(session: AsyncSession, need_id: UUID, episode: int, *, open_only: bool) -> Sequence[UUID]:
    """The stations that have, or had, a case with this episode of a need."""
    query = select(Case.station_id).join(CaseNeed, CaseNeed.case_id == Case.id)
    query = query.where(CaseNeed.need_id == need_id, CaseNeed.episode == episode)
    if open_only:
        query = query.where(CaseNeed.ended_at.is_(None))
    return (await session.scalars(query.where(Case.status != CaseStatus.CLOSED) if open_only else query)).all()


async def awaiting_needs(session: AsyncSession, case_id: UUID) -> Sequence[UUID]:
    """The needs that a case is open for: part of it now and not ended; one that lies elsewhere is not known to have."""
    query = select(CaseNeed.need_id).outerjoin(Need, Need.id == CaseNeed.need_id)
    query = query.where(CaseNeed.case_id == case_id, CaseNeed.ended_at.is_(None))
    query = query.where(func.coalesce(Need.status, "").not_in(ENDED)).distinct()
    return (await session.scalars(query.order_by(CaseNeed.need_id))).all()


async def part_by_id(session: AsyncSession, case_id: UUID, need_id: UUID, episode: int) -> CaseNeed | None:
    found: CaseNeed | None = await session.get(CaseNeed, (case_id, need_id, episode), populate_existing=True)
    return found


async def has_need(session: AsyncSession, case_id: UUID, need_id: UUID) -> bool:
    query = select(func.count()).select_from(CaseNeed)
    return bool(await session.scalar(query.where(CaseNeed.case_id == case_id, CaseNeed.need_id == need_id)))


async def open_parts_elsewhere(
    session: AsyncSession, need_id: UUID, episode: int, *, station_id: UUID
) -> Sequence[tuple[Case, CaseNeed]]:
    """The cases of other stations that an episode is part of, locked."""
    query = select(Case, CaseNeed).join(CaseNeed, CaseNeed.case_id == Case.id)
    query = query.where(CaseNeed.need_id == need_id, CaseNeed.episode == episode, CaseNeed.ended_at.is_(None))
    query = query.where(Case.station_id != station_id, Case.status != CaseStatus.CLOSED).order_by(Case.id)
    rows = await session.execute(query.with_for_update(of=Case).execution_options(populate_existing=True))
    return [(case, part) for case, part in rows]


async def end_holding(session: AsyncSession, case_id: UUID, *, besides: UUID | None, at: datetime) -> None:
    """Whoever had a case has it no longer, besides one."""
    wanted = [CaseHolder.case_id == case_id, CaseHolder.until.is_(None)]
    if besides is not None:
        wanted.append(CaseHolder.worker_id != besides)
    await session.execute(update(CaseHolder).where(*wanted).values(until=at))


async def is_held_by(session: AsyncSession, case_id: UUID, worker_id: UUID) -> bool:
    wanted = (CaseHolder.case_id == case_id, CaseHolder.worker_id == worker_id, CaseHolder.until.is_(None))
    return bool(await session.scalar(select(func.count()).select_from(CaseHolder).where(*wanted)))


async def accounts_since(session: AsyncSession, case_id: UUID, moment: datetime) -> set[str]:
    """Who had a case at a moment or later."""
    query = select(CaseHolder.account).where(CaseHolder.case_id == case_id)
    return set(await session.scalars(query.where(or_(CaseHolder.until.is_(None), CaseHolder.until >= moment))))


async def waiting_approval(session: AsyncSession, case_id: UUID) -> Approval | None:
    query = select(Approval).where(Approval.case_id == case_id, Approval.decided_at.is_(None))
    found: Approval | None = await session.scalar(query)
    return found


async def count_goals(session: AsyncSession, case_id: UUID) -> int:
    return await session.scalar(select(func.count()).select_from(Goal).where(Goal.case_id == case_id)) or 0


async def waiting_transfer(session: AsyncSession, case_id: UUID) -> Transfer | None:
    """The offer that waits for an answer, locked."""
    query = select(Transfer).where(Transfer.case_id == case_id, Transfer.answered_at.is_(None))
    found: Transfer | None = await session.scalar(query.with_for_update())
    return found


async def tasks(session: AsyncSession, page: Cut, day: date, **wanted: Any) -> Sequence[Task]:
    """Tasks in the order in which they were set; one row more than the page holds."""
    query = select(Task).where(*beyond(Task.at, Task.id, page))
    for column in ("worker_id", "case_id"):
        if wanted[column] is not None:
            query = query.where(getattr(Task, column) == wanted[column])
    match wanted["state"]:
        case TaskState.DONE:
            query = query.where(Task.done_at.is_not(None))
        case TaskState.OVERDUE:
            query = query.where(Task.done_at.is_(None), Task.due_on < day)
        case TaskState.UPCOMING:
            query = query.where(Task.done_at.is_(None), Task.due_on >= day)
    return (await session.scalars(query.order_by(Task.at, Task.id).limit(page.limit + 1))).all()


async def need_by_id(session: AsyncSession, id: UUID) -> Need | None:
    query = select(Need).where(Need.id == id).execution_options(populate_existing=True)
    found: Need | None = await session.scalar(query)
    return found


async def put_need(session: AsyncSession, **values: Any) -> None:
    """Write a need as its fact tells of it; what the fact does not say stays."""
    statement = insert(Need).values(**values)
    changed = {name: value for name, value in values.items() if name != "id"}
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))


async def move_need(session: AsyncSession, id: UUID, **values: Any) -> None:
    """Where a need is has changed."""
    need = await session.get(Need, id)
    if need is not None:
        for name, value in values.items():
            setattr(need, name, value)
        await session.flush()


async def is_news(session: AsyncSession, id: UUID, number: int) -> bool:
    """Whether a need's fact of this number was not heard before; from now it was."""
    newer = update(Need).where(Need.id == id, Need.heard < number).values(heard=number).returning(Need.id)
    return await session.scalar(newer) is not None


async def put_event(session: AsyncSession, **values: Any) -> None:
    """Note what happened elsewhere; what was noted before is left."""
    await session.execute(insert(CaseEvent).values(**values).on_conflict_do_nothing())


async def events_of(session: AsyncSession, case_id: UUID) -> Sequence[CaseEvent]:
    """What happened elsewhere for the needs of a case, oldest first."""
    needs = select(CaseNeed.need_id).where(CaseNeed.case_id == case_id)
    query = select(CaseEvent).where(CaseEvent.need_id.in_(needs))
    return (await session.scalars(query.order_by(CaseEvent.at, CaseEvent.fact, CaseEvent.subject))).all()


async def put_alias(session: AsyncSession, resident_id: UUID, canonical_id: UUID) -> None:
    """A file is another one's from now."""
    statement = insert(ResidentAlias).values(resident_id=resident_id, canonical_id=canonical_id)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["resident_id"], set_={"canonical_id": canonical_id})
    )


async def remove_alias(session: AsyncSession, resident_id: UUID, canonical_id: UUID) -> None:
    """Two people again; a later merge with somebody else stays."""
    await session.execute(
        delete(ResidentAlias).where(
            ResidentAlias.resident_id == resident_id, ResidentAlias.canonical_id == canonical_id
        )
    )
