"""What matching announces."""

from datetime import date, datetime
from uuid import UUID

from shared.schemas.facts import Fact
from shared.schemas.seals import Seal
from shared.schemas.vocabulary import (
    CancellationReason,
    ClockKind,
    FailureReason,
    PauseReason,
    RefusalReason,
    ResourceStatus,
    TellLevel,
    Unit,
)


class ResourcePublished(Fact, name="matching.resource_published.v1", subject="resource_id"):
    """A provider offers something new."""

    resource_id: UUID
    provider: str
    category: str
    unit: Unit
    areas: tuple[str, ...]
    capacity: int | None
    status: ResourceStatus


class ResourceChanged(Fact, name="matching.resource_changed.v1", subject="resource_id"):
    """What is offered has changed."""

    resource_id: UUID
    provider: str
    category: str
    unit: Unit
    areas: tuple[str, ...]
    capacity: int | None
    status: ResourceStatus


class AssuranceEnding(Fact, name="matching.assurance_ending.v1", subject="provider", audience="provider"):
    """The provider vouches for so many active listings until this day and no longer: after it they are suspended."""

    provider: str
    assured_until: date
    listings: int


class PackageGranted(Fact, name="matching.package_granted.v1", subject="package_id"):
    """A department handed a station a package for a quarter."""

    package_id: UUID
    provider: str
    resource_id: UUID
    station_id: UUID
    quarter: str
    quota: int


class OrderRequested(Fact, name="matching.order_requested.v1", subject="order_id", audience="provider"):
    """The station ordered; capacity is reserved and the provider's clock runs."""

    order_id: UUID
    reference: str
    need_id: UUID
    resident_id: UUID | None
    resource_id: UUID
    provider: str
    station_id: UUID
    division: str
    category: str
    quantity: int
    due_at: datetime
    replaces: UUID | None = None


class OrderAccepted(Fact, name="matching.order_accepted.v1", subject="order_id", audience="provider"):
    """The department took the order; its people may see the card until it ends."""

    order_id: UUID
    need_id: UUID
    resident_id: UUID | None
    provider: str
    category: str
    accepted_at: datetime


class OrderRejected(Fact, name="matching.order_rejected.v1", subject="order_id", audience="provider"):
    """The department returned the order, with a coded reason and evidence."""

    order_id: UUID
    need_id: UUID
    provider: str
    reason: RefusalReason
    waits_for_county: bool


class OrderStarted(Fact, name="matching.order_started.v1", subject="order_id", audience="provider"):
    """Service began: this is contact with the person too."""

    order_id: UUID
    need_id: UUID
    provider: str
    started_at: datetime


class OrderCompleted(Fact, name="matching.order_completed.v1", subject="order_id", audience="provider"):
    """Service ended, with the quantity used."""

    order_id: UUID
    need_id: UUID
    provider: str
    quantity: int
    used: int
    completed_at: datetime


class OrderFailed(Fact, name="matching.order_failed.v1", subject="order_id", audience="provider"):
    """An order that was taken could not be done."""

    order_id: UUID
    need_id: UUID
    provider: str
    reason: FailureReason
    # Added after the first publication: what was used nevertheless, nothing in facts from before.
    used: int = 0


class OrderCancelled(Fact, name="matching.order_cancelled.v1", subject="order_id", audience="provider"):
    """An order ended without having been done."""

    order_id: UUID
    need_id: UUID
    provider: str
    reason: CancellationReason
    # Added after the first publication: what was used nevertheless, nothing in facts from before.
    used: int = 0


class MatchExhausted(Fact, name="matching.match_exhausted.v1", subject="need_id"):
    """Nobody is left to ask for a need."""

    need_id: UUID
    category: str
    division: str
    asked: int


class ClockWarned(Fact, name="matching.clock_warned.v1", subject="order_id", audience="provider"):
    """A provider's clock has run so far that somebody is told."""

    order_id: UUID
    provider: str
    clock_id: UUID
    kind: ClockKind
    percent: int
    told: TellLevel
    due_at: datetime


class ClockBreached(Fact, name="matching.clock_breached.v1", subject="order_id", audience="provider"):
    """A provider's clock ran out."""

    order_id: UUID
    provider: str
    clock_id: UUID
    kind: ClockKind
    told: TellLevel
    days_after: int
    due_at: datetime


class OrderHeld(Fact, name="matching.order_held.v1", subject="order_id", audience="provider"):
    """Service stands still for a listed reason."""

    order_id: UUID
    need_id: UUID
    provider: str
    reason: PauseReason
    held_at: datetime


class OrderResumed(Fact, name="matching.order_resumed.v1", subject="order_id", audience="provider"):
    """Service goes on."""

    order_id: UUID
    need_id: UUID
    provider: str
    resumed_at: datetime


class AuditSealed(Seal, Fact, name="matching.audit_sealed.v1", subject="service"):
    """A batch of the trail of matching was sealed; identity holds the seal."""
