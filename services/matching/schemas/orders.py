"""Forms about orders (工单)."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, field_validator, model_validator

from services.matching.rules.returning import Ruling
from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import (
    CancellationReason,
    ClockKind,
    FailureReason,
    OrderStatus,
    PauseReason,
    RefusalReason,
    Urgency,
)

# Sorts after every due time; the year is enough to tell it.
NOTHING_DUE_YEAR = 2999
BY_STATION = (CancellationReason.STATION_WITHDREW, CancellationReason.RESIDENT_WITHDREW)


class OrderForm(Form):
    """What a station orders for a need, and how much of it."""

    need_id: UUID
    resource_id: UUID
    quantity: int = Field(default=1, gt=0, le=100_000)
    package_id: UUID | None = Field(
        default=None, description="Draw this package only; left out, the station's packages come first by themselves."
    )
    part_of: UUID | None = Field(
        default=None, description="The lead order of the same need that this one is a part of; it ends after its parts."
    )
    draft: bool = Field(default=False, description="Only write it down; `/request` sends it.")


class Nothing(Form):
    """An act that says nothing more."""


class Refusal(Form):
    """Why a provider returns an order, with evidence, and whom it should go to."""

    reason: RefusalReason
    evidence: str = Field(
        min_length=2, max_length=1000, description="What shows it; kept encrypted.",
        examples=["本月助餐名额已满，附名额台账编号 2026-03-017"],
    )  # fmt: skip
    suggested_provider: str | None = Field(default=None, max_length=60, description="Whom it should go to.")


class Start(Form):
    """Service began, now or earlier."""

    occurred_at: AwareDatetime | None = Field(default=None, description="When it began, if not now.")


class Hold(Form):
    """Why service stands still."""

    reason: PauseReason


class Completion(Form):
    """How much was used; the rest goes back."""

    used: int = Field(ge=0, le=100_000)


class Failure(Form):
    """Why what was taken could not be done, and how much was used nevertheless."""

    reason: FailureReason
    evidence: str = Field(min_length=2, max_length=1000)
    used: int = Field(default=0, ge=0, le=100_000)


class Cancellation(Form):
    """Why the station takes an order back, and how much was used already."""

    reason: CancellationReason = CancellationReason.STATION_WITHDREW
    used: int = Field(default=0, ge=0, le=100_000)

    @field_validator("reason")
    @classmethod
    def _is_the_stations(cls, reason: CancellationReason) -> CancellationReason:
        if reason not in BY_STATION:
            raise ValueError(
                "a station cancels with station_withdrew or resident_withdrew"
                " | 社工站撤单原因只能是 station_withdrew 或 resident_withdrew"
            )
        return reason


class Arbitration(Form):
    """What the county decides: this resource must take it, the return stands, or nobody can be found."""

    ruling: Ruling
    reason: str = Field(min_length=2, max_length=1000, description="Why; kept encrypted.")
    resource_id: UUID | None = Field(
        default=None, description="Which resource must take it, with `assign`.",
        examples=["0197f0c4-6f3a-7b5e-9d2b-0c7f3a1e5d10"],
    )  # fmt: skip

    @model_validator(mode="after")
    def _names_who_must(self) -> Self:
        if (self.ruling is Ruling.ASSIGN) != (self.resource_id is not None):
            raise ValueError("assign names a resource_id, the other rulings none | 指定承接须填 resource_id，其他不填")
        return self


class OrderClockView(View):
    """The promise that the provider answers in time, and how it stands."""

    id: UUID
    kind: ClockKind
    urgency: Urgency
    started_at: Moment
    due_at: Moment
    met_at: Moment | None
    breached_at: Moment | None
    stopped_at: Moment | None
    told_percent: int


class OrderView(View):
    """An order as those see it whose work it is. Of the person it holds the file's id, and nothing else."""

    id: UUID
    reference: str = Field(examples=["GD260310-7K3QF9-M"])
    need_id: UUID
    episode: int
    resident_id: UUID | None
    resource_id: UUID
    account_id: UUID | None
    provider: str
    station_id: UUID
    division: str
    category: str
    urgency: Urgency
    quantity: int
    used: int | None
    status: OrderStatus
    replaces: UUID | None
    part_of: UUID | None = Field(description="The lead order; of one that led and ended early, who leads after it.")
    hold_reason: PauseReason | None
    held_at: Moment | None
    is_arbitrated: bool
    awaits_county: bool
    refusal: RefusalReason | None
    suggested_provider: str | None
    failure: FailureReason | None
    cancellation: CancellationReason | None
    ruling: Ruling | None
    requested_by: str
    created_at: Moment
    requested_at: Moment | None
    accepted_at: Moment | None
    started_at: Moment | None
    ended_at: Moment | None
    due_at: Moment | None = Field(description="When the answer is due; null when nothing is.")
    version: int

    @field_validator("due_at", mode="before")
    @classmethod
    def _nothing_due(cls, moment: datetime | None) -> datetime | None:
        return None if moment is None or moment.year >= NOTHING_DUE_YEAR - 1 else moment


class OrderWithClocks(OrderView):
    """An order with its clocks."""

    clocks: list[OrderClockView]


class EvidenceView(View):
    """What a provider brought, and why the county decided as it did."""

    order_id: UUID
    evidence: str | None
    ruling_reason: str | None


class OrderFilter(BaseModel):
    """Which orders are wanted from an inbox; nothing means all that the caller may see."""

    provider: str | None = None
    station_id: UUID | None = None
    division: str | None = None
    status: tuple[OrderStatus, ...] = ()
    need_id: UUID | None = None
    due_before: AwareDatetime | None = None
    awaits_county: bool | None = None
