"""Until when an episode should be answered, by the service level of the day on which it was asked.

Kept with the episode as its facts come, so that figures over a period are one question to the database. What pauses
held is known when they end; as long as one lasts, nothing is late.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import NeedEpisode, NeedPause
from services.insights.repository import writing
from shared.kit.calendars import NoServiceLevel, target_of, work_calendar
from shared.kit.clock import local_day
from shared.kit.clocks import Pauses, after
from shared.kit.reference import Snapshot, reference
from shared.schemas.vocabulary import ClockKind, Urgency


async def deadlines(
    session: AsyncSession, row: Mapping[str, Any], pauses: Sequence[NeedPause] = ()
) -> dict[str, datetime | None]:
    """When an episode's steps are due, by its columns and pauses."""
    snapshot = await reference(session)
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


async def deadlines_after(session: AsyncSession, row: NeedEpisode, **changed: Any) -> dict[str, datetime | None]:
    """When the steps of a known episode are due, once these columns are changed."""
    columns = {name: getattr(row, name) for name in ("registered_at", "category", "urgency", "asked_urgency")}
    pauses = await writing.pauses_of(session, row.need_id, row.episode)
    return await deadlines(session, columns | changed, pauses)


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
    try:
        target = target_of(snapshot, clock, Urgency(row[urgency]), day, category=row["category"])
    except NoServiceLevel:
        return None
    return after(work_calendar(snapshot, day), target, row["registered_at"], pauses=pauses)
