"""What cases said: stations with their lists, workers, cases, and services as recorded."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import CaseFile, CasePart, ServiceGiven, Station, Worker
from services.insights.repository import writing
from shared.schemas.facts import cases as facts
from shared.schemas.vocabulary import CaseStatus, ServiceClass


async def keep_station(session: AsyncSession, fact: facts.StationChanged) -> None:
    """A station as it is now; what is older than what is known says nothing new."""
    known = await writing.row_of(session, Station, fact.station_id)
    if known is not None and known.version > fact.version:
        return
    await writing.put(
        session, Station, station_id=fact.station_id, code=fact.code, kind=fact.kind, division=fact.division,
        serves=list(fact.serves), is_active=fact.is_active, build=fact.build, setting=fact.setting,
        base_services=_listed(fact, ServiceClass.BASE), special_services=_listed(fact, ServiceClass.SPECIAL),
        version=fact.version,
    )  # fmt: skip


def _listed(fact: facts.StationChanged, kind: ServiceClass) -> list[str]:
    return sorted({line.category for line in fact.services if line.service_class is kind})


async def note_joined(session: AsyncSession, fact: facts.WorkerJoined) -> None:
    await writing.put(
        session, Worker, worker_id=fact.worker_id, station_id=fact.station_id, division=fact.division,
        licence=fact.licence, is_trained=fact.is_trained, joined_at=fact.joined_at,
    )  # fmt: skip


async def note_changed(session: AsyncSession, fact: facts.WorkerChanged) -> None:
    await writing.change(
        session, Worker, {"worker_id": fact.worker_id}, station_id=fact.station_id, division=fact.division,
        licence=fact.licence, is_trained=fact.is_trained,
    )  # fmt: skip


async def note_left(session: AsyncSession, fact: facts.WorkerLeft) -> None:
    await writing.change(session, Worker, {"worker_id": fact.worker_id}, left_at=fact.left_at)


async def open_case(session: AsyncSession, fact: facts.CaseOpened) -> None:
    """A case begins; whatever was heard of it before is heard again."""
    await writing.put(
        session, CaseFile, case_id=fact.case_id, resident_id=fact.resident_id, station_id=fact.station_id,
        division=fact.division, category=fact.category, status=CaseStatus.OPEN, opened_at=fact.opened_at,
    )  # fmt: skip


async def join_case(session: AsyncSession, fact: facts.CaseJoined) -> None:
    await writing.put(
        session, CasePart, case_id=fact.case_id, need_id=fact.need_id, episode=fact.episode, joined_at=fact.joined_at
    )


async def end_part(session: AsyncSession, fact: facts.PartEnded) -> None:
    """An episode went on at another station: the case goes on without it."""
    part = {"case_id": fact.case_id, "need_id": fact.need_id, "episode": fact.episode}
    await writing.change(session, CasePart, part, ended_at=fact.ended_at)


async def close_case(session: AsyncSession, fact: facts.CaseClosed) -> None:
    await writing.change(
        session, CaseFile, {"case_id": fact.case_id}, status=CaseStatus.CLOSED, closed_at=fact.closed_at,
        outcome=fact.outcome, score_before=fact.score_before, score_after=fact.score_after,
    )  # fmt: skip


async def reopen_case(session: AsyncSession, fact: facts.CaseReopened) -> None:
    """It goes on: what it ended with is no longer its end."""
    await writing.change(
        session, CaseFile, {"case_id": fact.case_id}, status=CaseStatus.OPEN, reopened_at=fact.reopened_at,
        station_id=fact.station_id, division=fact.division, closed_at=None, outcome=None, score_after=None,
    )  # fmt: skip


async def note_service(session: AsyncSession, fact: facts.ServiceRecorded) -> None:
    await writing.put(
        session, ServiceGiven, service_id=fact.service_id, case_id=fact.case_id, station_id=fact.station_id,
        division=fact.division, kind=fact.kind, minutes=fact.minutes, person_times=fact.person_times,
        is_professional=fact.is_professional, reached=fact.reached, occurred_at=fact.occurred_at,
    )  # fmt: skip
