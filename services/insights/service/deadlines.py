"""Until when an episode should be answered, by the service level of the day on which it was asked.

Kept with the episode as its facts come, so that figures over a period are one question to the database. What pauses
held is known when they end; as long as one lasts, nothing is late.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import NeedEpisode, NeedPause
from services.insights.repository import writing
from services.insights.repository.hand import Hand, in_hand
from shared.kit.calendars import NoServiceLevel, target_of, work_calendar
from shared.kit.clock import local_day
from shared.kit.clocks import Pauses, Target, after
from shared.kit.reference import Snapshot, reference
from shared.schemas.vocabulary import ClockKind, Urgency

Due = dict[str, datetime | None]


async def deadlines_of_new(session: AsyncSession, row: Mapping[str, Any]) -> Due:
    """When the steps of an episode that begins are due, by its columns; nobody has paused it yet."""
    if _later(session, row["need_id"], row["episode"]):
        return {}
    return deadlines(await reference(session), row, ())


async def deadlines_after(session: AsyncSession, row: NeedEpisode, **changed: Any) -> Due:
    """When the steps of a known episode are due, once these columns are changed."""
    if _later(session, row.need_id, row.episode):
        return {}
    pauses = await writing.pauses_of(session, row.need_id, row.episode)
    return deadlines(await reference(session), _columns(row) | changed, pauses)


def _later(session: AsyncSession, need_id: UUID, episode: int) -> bool:
    """Whether it is reckoned when the batch has been heard: each fact of an episode would else reckon it again."""
    hand = in_hand(session, NeedEpisode, need_id)
    if hand is not None:
        hand.to_reckon.add((need_id, episode))
    return hand is not None


async def reckon(session: AsyncSession, hand: Hand) -> None:
    """When steps are due of all that a batch changed, as it left them."""
    snapshot = await reference(session)
    for need_id, episode in hand.to_reckon:
        row = hand.episode(need_id, episode)
        if row is not None:
            vars(row).update(deadlines(snapshot, vars(row), hand.pauses(need_id, episode)))


def _columns(row: NeedEpisode) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("registered_at", "category", "urgency", "asked_urgency")}


def deadlines(snapshot: Snapshot, row: Mapping[str, Any], pauses: Sequence[Any]) -> Due:
    """When an episode's steps are due, by its columns and pauses."""
    headline, all_pauses = ended(pause for pause in pauses if pause.stops_headline), ended(pauses)
    contact = _due(snapshot, ClockKind.FIRST_CONTACT, row, "asked_urgency", headline)
    # Few episodes have a pause that stops the second figure alone, and reckoning is most of a rebuilding.
    is_same = all_pauses == headline
    return {
        "contact_due_at": contact,
        "second_due_at": contact
        if is_same
        else _due(snapshot, ClockKind.FIRST_CONTACT, row, "asked_urgency", all_pauses),
        "start_due_at": _due(snapshot, ClockKind.NEED_MET, row, "urgency", headline),
    }


def ended(pauses: Iterable[NeedPause]) -> Pauses:
    """Stretches that are over, those that overlap made one."""
    joined: list[tuple[datetime, datetime]] = []
    for begun, over in sorted((row.paused_at, row.resumed_at) for row in pauses if row.resumed_at is not None):
        if joined and begun <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(over, joined[-1][1]))
        else:
            joined.append((begun, over))
    return joined


def _due(snapshot: Snapshot, clock: ClockKind, row: Mapping[str, Any], urgency: str, pauses: Pauses) -> datetime | None:
    day = local_day(row["registered_at"])
    target = _target(snapshot, clock, row[urgency], row["category"], day)
    if target is None:
        return None
    return after(work_calendar(snapshot, day), target, row["registered_at"], pauses=pauses)


def _target(snapshot: Snapshot, clock: ClockKind, urgency: str, category: str | None, day: date) -> Target | None:
    """The service level of a day; looked up once for all who ask on it."""

    def make(rows: Snapshot) -> Target | None:
        try:
            return target_of(rows, clock, Urgency(urgency), day, category=category)
        except NoServiceLevel:
            return None

    made: Target | None = snapshot.made(("target", clock, urgency, category, day), make)
    return made
