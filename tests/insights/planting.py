"""Facts as others would announce them, with what a test does not care about filled in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.schemas.facts import Fact, cases, matching, needs
from shared.schemas.people import PersonCodes
from shared.schemas.vocabulary import (
    Channel,
    ContactKind,
    Group,
    Licence,
    PauseReason,
    ReopenReason,
    StationKind,
    StationSetting,
    Urgency,
)
from tests.city import City
from tests.people import STATION, TOWNSHIP

AT = datetime.fromisoformat("2026-03-02T10:00:00+08:00")


def later(**length: float) -> datetime:
    return AT + timedelta(**length)


def place(**values: Any) -> dict[str, Any]:
    return {"division": TOWNSHIP, "station_id": STATION} | values


def registered(need: UUID, resident: UUID | None = None, **values: Any) -> needs.NeedRegistered:
    given: dict[str, Any] = place(
        need_id=need, resident_id=resident, reference=f"XQ-{need}", channel=Channel.HOTLINE, urgency=Urgency.ROUTINE,
        groups=(), episode=1, registered_at=AT,
    )  # fmt: skip
    return needs.NeedRegistered(**(given | values))


def triaged(need: UUID, category: str = "meals", **values: Any) -> needs.NeedTriaged:
    given: dict[str, Any] = place(
        need_id=need, resident_id=None, reference=f"XQ-{need}", category=category, groups=(), urgency=Urgency.ROUTINE,
        episode=1, confidence=1, registered_at=AT, triaged_at=AT,
    )  # fmt: skip
    return needs.NeedTriaged(**(given | values))


def reopened(need: UUID, episode: int, at: datetime) -> needs.NeedReopened:
    return needs.NeedReopened(
        **place(need_id=need, resident_id=None, reference=f"XQ-{need}", category="meals", groups=(), episode=episode),
        reason=ReopenReason.UNSATISFIED, urgency=Urgency.ROUTINE, reopened_at=at,
    )  # fmt: skip


def contacted(need: UUID, at: datetime, *, known: datetime | None = None, episode: int = 1) -> needs.NeedContacted:
    return needs.NeedContacted(
        need_id=need, episode=episode, kind=ContactKind.CALL, occurred_at=at, recorded_at=known or at, is_first=True,
        is_late_entry=False,
    )  # fmt: skip


def paused(need: UUID, reason: PauseReason, begun: datetime, ended: datetime | None) -> list[Fact]:
    id = uuid4()
    facts: list[Fact] = [
        needs.NeedPaused(need_id=need, episode=1, pause_id=id, reason=reason, kinds=(), paused_at=begun)
    ]
    if ended is not None:
        facts.append(needs.NeedResumed(need_id=need, episode=1, pause_id=id, paused_at=begun, resumed_at=ended))
    return facts


def started(need: UUID, at: datetime) -> needs.NeedStarted:
    return needs.NeedStarted(need_id=need, episode=1, by_station=True, started_at=at)


def ordered(need: UUID, provider: str = "health") -> matching.OrderRequested:
    return matching.OrderRequested(
        **place(order_id=uuid4(), need_id=need, reference="DD-1", resident_id=None, resource_id=uuid4()),
        provider=provider, category="meals", quantity=1, due_at=AT,
    )  # fmt: skip


def begun(order: matching.OrderRequested, at: datetime) -> matching.OrderStarted:
    return matching.OrderStarted(order_id=order.order_id, need_id=order.need_id, provider=order.provider, started_at=at)


def on_file(resident: UUID, *groups: Group) -> needs.ResidentChanged:
    codes = PersonCodes(groups=groups)
    return needs.ResidentChanged(resident_id=resident, version=1, division=TOWNSHIP, codes=codes)


def merged(resident: UUID, canonical: UUID) -> needs.ResidentsMerged:
    return needs.ResidentsMerged(canonical_id=canonical, resident_id=resident, merge_id=uuid4(), merged_at=AT)


def split(merge: needs.ResidentsMerged) -> needs.ResidentsSplit:
    return needs.ResidentsSplit(
        canonical_id=merge.canonical_id, resident_id=merge.resident_id, merge_id=merge.merge_id, split_at=AT
    )


def station(id: UUID, *services: cases.StationService, **values: Any) -> cases.StationChanged:
    given: dict[str, Any] = {
        "station_id": id, "code": f"{TOWNSHIP}-01", "kind": StationKind.TOWNSHIP, "division": TOWNSHIP,
        "serves": (TOWNSHIP,), "is_active": True, "setting": StationSetting.RURAL, "services": services, "version": 2,
    }  # fmt: skip
    return cases.StationChanged(**(given | values))


def worker(id: UUID, licence: Licence = Licence.NONE, **values: Any) -> cases.WorkerJoined:
    given: dict[str, Any] = place(worker_id=id, licence=licence, is_trained=True, joined_at=AT - timedelta(days=90))
    return cases.WorkerJoined(**(given | values))


async def heard_of(city: City, *publishers: str) -> None:
    """Where facts are planted: let insights believe that it has listened to these."""
    owner = await city.owner("insights")
    try:
        for publisher in publishers:
            await owner.execute(
                "INSERT INTO listener_position (publisher) VALUES ($1) ON CONFLICT DO NOTHING", publisher
            )
    finally:
        await owner.close()
