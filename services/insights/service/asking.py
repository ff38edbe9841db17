"""What needs said: each episode with the moments of its steps. Written so that hearing again changes nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import NeedEpisode, NeedPause, Person, ResidentAlias
from services.insights.repository import writing
from services.insights.service.deadlines import deadlines_after, deadlines_of_new
from services.insights.service.publishing import publish_later
from shared.kit.reference import put_row
from shared.schemas.facts import needs as facts
from shared.schemas.vocabulary import NeedStatus


async def begin_need(session: AsyncSession, fact: facts.NeedRegistered) -> None:
    """Somebody asked: the first episode of a need. When its day is over, the day is published."""
    await publish_later(session, fact.registered_at)
    await writing.forget_need(session, fact.need_id)
    await _begin(
        session, fact, channel=fact.channel, category=None, registered_at=fact.registered_at,
        status=NeedStatus.REGISTERED,
    )  # fmt: skip


async def begin_next_episode(session: AsyncSession, fact: facts.NeedReopened) -> None:
    """It begins again, with moments of its own."""
    await publish_later(session, fact.reopened_at)
    before = await writing.row_of(session, NeedEpisode, fact.need_id, fact.episode - 1)
    await _begin(
        session, fact, channel=before.channel if before else None, category=fact.category,
        registered_at=fact.reopened_at, status=NeedStatus.TRIAGED,
    )  # fmt: skip


async def _begin(session: AsyncSession, fact: facts.NeedRegistered | facts.NeedReopened, **values: Any) -> None:
    begun = values | {
        "need_id": fact.need_id, "episode": fact.episode, "resident_id": fact.resident_id,
        "groups": list(fact.groups), "urgency": fact.urgency, "asked_urgency": fact.urgency,
        "division": fact.division, "station_id": fact.station_id, "breached": [],
    }  # fmt: skip
    await writing.put(session, NeedEpisode, **begun, **await deadlines_of_new(session, begun))


async def note_changed(session: AsyncSession, fact: facts.NeedChanged) -> None:
    """Where it stands, where it is or how pressing it is has changed. An error was one in all of its episodes."""
    if fact.status is NeedStatus.ENTERED_IN_ERROR:
        await writing.change(session, NeedEpisode, {"need_id": fact.need_id}, status=fact.status)
    episode = await writing.latest_episode(session, fact.need_id)
    row = await writing.row_of(session, NeedEpisode, fact.need_id, episode) if episode is not None else None
    if row is not None:
        await _episode(
            session, fact.need_id, row.episode, status=fact.status, division=fact.division,
            station_id=fact.station_id, urgency=fact.urgency, groups=list(fact.groups),
            **await deadlines_after(session, row, urgency=fact.urgency),
        )  # fmt: skip


async def note_triaged(session: AsyncSession, fact: facts.NeedTriaged) -> None:
    """A person decided what it is about; the first time counts."""
    row = await writing.row_of(session, NeedEpisode, fact.need_id, fact.episode)
    if row is None:
        return
    # Judged again while somebody helps already, it stays where it is.
    status = NeedStatus.IN_SERVICE if row.status == NeedStatus.IN_SERVICE else NeedStatus.TRIAGED
    await _episode(
        session, fact.need_id, fact.episode, category=fact.category, groups=list(fact.groups), urgency=fact.urgency,
        division=fact.division, station_id=fact.station_id, triaged_at=row.triaged_at or fact.triaged_at,
        status=status, **await deadlines_after(session, row, urgency=fact.urgency, category=fact.category),
    )  # fmt: skip


async def note_contact(session: AsyncSession, fact: facts.NeedContacted) -> None:
    """The earliest contact is the corrected figure; when one was first known of is the first figure."""
    row = await writing.row_of(session, NeedEpisode, fact.need_id, fact.episode)
    if row is None or not fact.kind.is_effective:
        return
    await _episode(
        session, fact.need_id, fact.episode, contacted_at=min(row.contacted_at or fact.occurred_at, fact.occurred_at),
        contact_known_at=row.contact_known_at or fact.recorded_at,
    )  # fmt: skip


async def note_started(session: AsyncSession, fact: facts.NeedStarted) -> None:
    await _episode(
        session, fact.need_id, fact.episode, started_at=fact.started_at, started_by_station=fact.by_station,
        status=NeedStatus.IN_SERVICE,
    )  # fmt: skip


async def note_waiting(session: AsyncSession, fact: facts.NeedWaiting, *, at: datetime) -> None:
    await _episode(session, fact.need_id, fact.episode, status=NeedStatus.WAITING, waiting_since=at)


async def note_resolved(session: AsyncSession, fact: facts.NeedResolved) -> None:
    await _episode(
        session, fact.need_id, fact.episode, status=NeedStatus.RESOLVED, outcome=fact.outcome,
        resolved_at=fact.resolved_at,
    )  # fmt: skip


async def note_withdrawn(session: AsyncSession, fact: facts.NeedWithdrawn) -> None:
    await _episode(session, fact.need_id, fact.episode, status=NeedStatus.WITHDRAWN, left_at=fact.withdrawn_at)


async def note_referred(session: AsyncSession, fact: facts.NeedReferredOut) -> None:
    await _episode(
        session, fact.need_id, fact.episode, status=NeedStatus.REFERRED_OUT, left_at=fact.referred_at,
        referral=fact.kind,
    )  # fmt: skip


async def note_paused(session: AsyncSession, fact: facts.NeedPaused) -> None:
    """Clocks stand still; what is due moves when it is known how long they stood."""
    await writing.put(
        session, NeedPause, pause_id=fact.pause_id, need_id=fact.need_id, episode=fact.episode, reason=fact.reason,
        stops_headline=fact.reason.stops_headline, paused_at=fact.paused_at,
    )  # fmt: skip


async def note_resumed(session: AsyncSession, fact: facts.NeedResumed) -> None:
    pause = {"need_id": fact.need_id, "pause_id": fact.pause_id}
    await writing.change(session, NeedPause, pause, resumed_at=fact.resumed_at)
    row = await writing.row_of(session, NeedEpisode, fact.need_id, fact.episode)
    if row is not None:
        await _episode(session, fact.need_id, fact.episode, **await deadlines_after(session, row))


async def note_declined(session: AsyncSession, fact: facts.ReopeningDeclined) -> None:
    """The county let it stay as it ended."""
    await _episode(session, fact.need_id, fact.episode, reopening_declined_at=fact.declined_at)


async def note_joined(session: AsyncSession, fact: facts.NeedJoined) -> None:
    await _episode(session, fact.need_id, fact.episode, status=NeedStatus.JOINED, left_at=fact.joined_at)


async def note_closed(session: AsyncSession, fact: facts.NeedClosed) -> None:
    await _episode(session, fact.need_id, fact.episode, status=NeedStatus.CLOSED, closed_at=fact.closed_at)


async def note_breach(session: AsyncSession, fact: facts.ClockBreached) -> None:
    """A clock of the running episode ran out; told again a day later, it is the same breach."""
    episode = await writing.latest_episode(session, fact.need_id)
    row = await writing.row_of(session, NeedEpisode, fact.need_id, episode) if episode else None
    if row is not None:
        await _latest(session, fact.need_id, breached=sorted({*row.breached, fact.kind.value}))


async def keep_person(session: AsyncSession, fact: facts.ResidentChanged) -> None:
    """The groups of a person on file."""
    await writing.put(
        session, Person, resident_id=fact.resident_id, division=fact.division, groups=list(fact.codes.groups),
        version=fact.version,
    )  # fmt: skip


async def note_merged(session: AsyncSession, fact: facts.ResidentsMerged) -> None:
    """Two files are one person's: nothing is rewritten, and whoever counts people counts one."""
    await writing.put(
        session, ResidentAlias, resident_id=fact.resident_id, canonical_id=fact.canonical_id, merge_id=fact.merge_id
    )


async def note_split(session: AsyncSession, fact: facts.ResidentsSplit) -> None:
    await writing.forget_merge(session, fact.merge_id)


async def copy_reference(session: AsyncSession, fact: facts.ReferenceChanged) -> None:
    await put_row(
        session, fact.table, fact.key, valid_from=fact.valid_from, valid_to=fact.valid_to, body=fact.body,
        source=fact.source, version=fact.version,
    )  # fmt: skip


async def _episode(session: AsyncSession, need_id: UUID, episode: int, **values: Any) -> None:
    await writing.change(session, NeedEpisode, {"need_id": need_id, "episode": episode}, **values)


async def _latest(session: AsyncSession, need_id: UUID, **values: Any) -> None:
    episode = await writing.latest_episode(session, need_id)
    if episode is not None:
        await _episode(session, need_id, episode, **values)
