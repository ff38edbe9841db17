"""What needs announces."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.schemas.facts import Fact
from shared.schemas.people import PersonCodes
from shared.schemas.seals import Seal
from shared.schemas.vocabulary import (
    Channel,
    ClockKind,
    ContactKind,
    Group,
    NeedStatus,
    Outcome,
    OverrideReason,
    PauseReason,
    ReferralKind,
    ReopenReason,
    TellLevel,
    Urgency,
)


class NeedRegistered(Fact, name="needs.need_registered.v1", subject="need_id"):
    """Somebody asked; the headline clock runs from `registered_at`."""

    need_id: UUID
    resident_id: UUID | None
    reference: str
    channel: Channel
    urgency: Urgency
    groups: tuple[Group, ...]
    division: str
    station_id: UUID
    episode: int
    registered_at: datetime


class NeedChanged(Fact, name="needs.need_changed.v1", subject="need_id"):
    """Where a need stands, who has it, or where it is has changed."""

    need_id: UUID
    status: NeedStatus
    division: str
    station_id: UUID
    urgency: Urgency
    groups: tuple[Group, ...]
    assigned_to: str | None = None


class NeedTriaged(Fact, name="needs.need_triaged.v1", subject="need_id"):
    """A person decided what a need is about and how pressing it is."""

    need_id: UUID
    resident_id: UUID | None
    reference: str
    category: str
    groups: tuple[Group, ...]
    urgency: Urgency
    division: str
    station_id: UUID
    episode: int
    confidence: float
    registered_at: datetime
    triaged_at: datetime
    # Whose act it was; null for machines and in facts from before it was told.
    by: str | None = None


class NeedContacted(Fact, name="needs.need_contacted.v1", subject="need_id"):
    """Somebody able to help spoke with the person. `is_first` moves the headline figure."""

    need_id: UUID
    episode: int
    kind: ContactKind
    occurred_at: datetime
    recorded_at: datetime
    is_first: bool
    is_late_entry: bool
    # Whose act it was; null for machines and in facts from before it was told.
    by: str | None = None


class NeedStarted(Fact, name="needs.need_started.v1", subject="need_id"):
    """Somebody works on it: the first acceptance of an order, or the station itself."""

    need_id: UUID
    episode: int
    by_station: bool
    started_at: datetime
    # Whose act it was; null for machines and in facts from before it was told.
    by: str | None = None


class NeedWaiting(Fact, name="needs.need_waiting.v1", subject="need_id"):
    """Nobody could take it; it waits, and the joint conference sees it."""

    need_id: UUID
    episode: int
    category: str
    division: str
    station_id: UUID


class NeedResolved(Fact, name="needs.need_resolved.v1", subject="need_id"):
    """All orders of the episode ended and an outcome was stated."""

    need_id: UUID
    resident_id: UUID | None
    episode: int
    outcome: Outcome
    category: str
    division: str
    station_id: UUID
    resolved_at: datetime
    # Whose act it was; null for machines and in facts from before it was told.
    by: str | None = None


class NeedWithdrawn(Fact, name="needs.need_withdrawn.v1", subject="need_id"):
    """The person no longer asks; what was ordered for it is cancelled."""

    need_id: UUID
    episode: int
    withdrawn_at: datetime


class ClockWarned(Fact, name="needs.clock_warned.v1", subject="need_id"):
    """A clock has run so far that somebody is told."""

    need_id: UUID
    clock_id: UUID
    kind: ClockKind
    percent: int
    told: TellLevel
    due_at: datetime
    division: str
    station_id: UUID


class ClockBreached(Fact, name="needs.clock_breached.v1", subject="need_id"):
    """A clock ran out; told at 100 % and again a day later, one level higher."""

    need_id: UUID
    clock_id: UUID
    kind: ClockKind
    told: TellLevel
    days_after: int
    due_at: datetime
    division: str
    station_id: UUID


class CrisisRaised(Fact, name="needs.crisis_raised.v1", subject="need_id"):
    """A need became a crisis; `told` are the accounts on duty at that hour."""

    need_id: UUID
    episode: int
    division: str
    station_id: UUID
    told: tuple[str, ...]
    raised_at: datetime


class ResidentChanged(Fact, name="needs.resident_changed.v1", subject="resident_id"):
    """A person's codes as they are now; says nothing of who it is."""

    resident_id: UUID
    version: int
    division: str
    codes: PersonCodes


class ConsentChanged(Fact, name="needs.consent_changed.v1", subject="resident_id"):
    """Consent that departments see a person's file, given or withdrawn; or a lawful override for one need."""

    resident_id: UUID
    given: bool
    need_id: UUID | None = None
    override: OverrideReason | None = None
    at: datetime


class ReferenceChanged(Fact, name="needs.reference_changed.v1", subject="row"):
    """A reference row as it is now; every service keeps its copy from these."""

    row: str
    table: str
    key: str
    valid_from: date
    valid_to: date | None
    body: dict[str, Any]
    source: str
    version: int


class NeedReferredOut(Fact, name="needs.need_referred_out.v1", subject="need_id"):
    """Others than the stations' partners have it now."""

    need_id: UUID
    episode: int
    division: str
    # Added after the first publication: null in facts from before.
    kind: ReferralKind | None = None
    referred_at: datetime


class NeedJoined(Fact, name="needs.need_joined.v1", subject="need_id"):
    """It is one with another need, and goes on there."""

    need_id: UUID
    joined_to: UUID
    episode: int
    joined_at: datetime


class NeedReopened(Fact, name="needs.need_reopened.v1", subject="need_id"):
    """The next episode begins, with clocks and a survey of its own."""

    need_id: UUID
    resident_id: UUID | None
    reference: str
    reason: ReopenReason
    category: str
    groups: tuple[Group, ...]
    urgency: Urgency
    division: str
    station_id: UUID
    episode: int
    reopened_at: datetime


class NeedClosed(Fact, name="needs.need_closed.v1", subject="need_id"):
    """The survey's window is over: this episode has ended."""

    need_id: UUID
    episode: int
    closed_at: datetime


class NeedPaused(Fact, name="needs.need_paused.v1", subject="need_id"):
    """Clocks stand still from now, for a listed reason with proof; three attempts stop the second figure alone."""

    need_id: UUID
    episode: int
    pause_id: UUID
    reason: PauseReason
    kinds: tuple[ClockKind, ...]
    paused_at: datetime


class NeedResumed(Fact, name="needs.need_resumed.v1", subject="need_id"):
    """A pause ended, by hand or with the clocks that it held."""

    need_id: UUID
    episode: int
    pause_id: UUID
    paused_at: datetime
    resumed_at: datetime


class ReopeningDeclined(Fact, name="needs.reopening_declined.v1", subject="need_id"):
    """The county decided that a third reopening does not follow; the need stays as it ended."""

    need_id: UUID
    episode: int
    division: str
    declined_at: datetime


class ResidentsMerged(Fact, name="needs.residents_merged.v1", subject="canonical_id"):
    """Two files are one person's: elsewhere rows stay as they are, and are read under the one that counts."""

    canonical_id: UUID
    resident_id: UUID
    merge_id: UUID
    merged_at: datetime


class ResidentsSplit(Fact, name="needs.residents_split.v1", subject="canonical_id"):
    """A merge was undone: the files are two people's again."""

    canonical_id: UUID
    resident_id: UUID
    merge_id: UUID
    split_at: datetime


class AuditSealed(Seal, Fact, name="needs.audit_sealed.v1", subject="service"):
    """A batch of the trail of needs was sealed; identity holds the seal."""
