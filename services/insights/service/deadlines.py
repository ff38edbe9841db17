"""Until when an episode should be answered, by the service level of the day on which it was asked.

Kept with the episode as its facts come, so that figures over a period are one question to the database. What pauses
held is known when they end; as long as one lasts, nothing is late.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import NeedEpisode, NeedPause
from services.insights.repository import writing
from shared.kit.calendars import NoServiceLevel, target_of, work_calendar
from shared.kit.clock import local_day
from shared.kit.clocks import Pauses, after
from shared.kit.reference import Snapshot, reference
from shared.schemas.vocabulary import ClockKind, Urgency


async def due_again(session: AsyncSession, need_id: UUID, episode: int) -> None:
    """Write down anew when an episode's steps are due."""
    row = await writing.episode_of(session, need_id, episode)
    if row is None:
        return
    snapshot = await reference(session)
    pauses = await writing.pauses_of(session, need_id, episode)
    headline = ended(pause for pause in pauses if pause.stops_headline)
    asked, now_urgent = Urgency(row.asked_urgency), Urgency(row.urgency)
    due = {
        "contact_due_at": _due(snapshot, ClockKind.FIRST_CONTACT, row, asked, headline),
        "second_due_at": _due(snapshot, ClockKind.FIRST_CONTACT, row, asked, ended(pauses)),
        "start_due_at": _due(snapshot, ClockKind.NEED_MET, row, now_urgent, headline),
    }
    if due != {name: getattr(row, name) for name in due}:
        await writing.change(session, NeedEpisode, {"need_id": need_id, "episode": episode}, **due)


def ended(pauses: Iterable[NeedPause]) -> Pauses:
    """Stretches that are over, those that overlap made one."""
    joined: list[tuple[datetime, datetime]] = []
    for begun, over in sorted((row.paused_at, row.resumed_at) for row in pauses if row.resumed_at is not None):
        if joined and begun <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(over, joined[-1][1]))
        else:
            joined.append((begun, over))
    return joined


def _due(snapshot: Snapshot, clock: ClockKind, row: NeedEpisode, urgency: Urgency, pauses: Pauses) -> datetime | None:
    day = local_day(row.registered_at)
    try:
        target = target_of(snapshot, clock, urgency, day, category=row.category)
    except NoServiceLevel:
        return None
    return after(work_calendar(snapshot, day), target, row.registered_at, pauses=pauses)
