"""Forms about response times and indicators."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.insights.rules.indicators import Unit
from shared.schemas.forms import View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import NeedStatus, Urgency


class Dimension(StrEnum):
    """What response times can be told apart by."""

    MONTH = "month"
    COUNTY = "county"
    TOWNSHIP = "township"
    CATEGORY = "category"
    URGENCY = "urgency"


class LengthsView(View):
    """How long it took, in days."""

    count: int = Field(description="How many took this step.")
    mean_days: float | None
    median_days: float | None
    p90_days: float | None = Field(description="Nine of ten took no longer.")
    within_target: int = Field(description="Within the service level of its urgency (and category), as dated.")
    overdue: int = Field(description="Not taken yet, though the time is over.")
    share_within_target: float | None = Field(description="within_target of count and overdue together.")


class ResponseRow(View):
    """Needs of one kind. What they are not told apart by is null."""

    month: str | None
    division: str | None
    category: str | None
    urgency: Urgency | None
    asked: int = Field(description="Episodes registered, without those withdrawn, joined, referred out or in error.")
    first_contact: LengthsView = Field(
        description="Registration to the earliest effective contact, less listed pauses: corrected figure."
    )
    first_contact_known: LengthsView = Field(
        description="Registration to when a contact was first recorded, less listed pauses: first figure."
    )
    first_contact_less_attempts: LengthsView = Field(
        description="The corrected figure, less the time after three failed attempts too: published apart."
    )
    provider_start: LengthsView = Field(
        description="Registration (or reopening) to the first provider's start in that episode, less listed pauses."
    )


class TargetView(View):
    """What the plan says, in which clause."""

    kind: Literal["baseline", "target"]
    phase: str
    clause: str
    value: float
    unit: str
    source: str


class ResponseTimesView(View):
    """Response times, beside what the plan says."""

    month_from: str
    month_to: str
    division: str | None
    rows: list[ResponseRow]
    targets: list[TargetView]


class EpisodeView(View):
    """One of those that a figure counts, in codes; what else is known of the need, needs tells."""

    need_id: UUID
    episode: int
    division: str
    category: str | None
    urgency: Urgency
    status: NeedStatus
    registered_at: Moment = Field(description="When it was asked for: registered, or reopened.")


class UnknownBecause(View):
    """Why a figure cannot be known yet."""

    zh: str
    en: str


class IndicatorView(View):
    """An indicator: numerator over denominator, in its unit, beside what the plan says."""

    indicator: str
    name_zh: str
    name_en: str
    unit: Unit
    better: Literal["higher", "lower"]
    counted: str = Field(description="What the numerator counts.")
    over: str | None = Field(description="What the denominator counts; a count has none.")
    numerator: float | None = Field(description="Null where it cannot be known: that is not zero.")
    denominator: float | None
    value: float | None
    unknown: UnknownBecause | None = Field(description="Why there is no value; null where there is one.")
    targets: list[TargetView]


class IndicatorsView(View):
    """All indicators of an area and a period."""

    month_from: str
    month_to: str
    division: str | None
    indicators: list[IndicatorView]
