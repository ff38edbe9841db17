"""Forms about needs."""

from datetime import UTC, datetime
from typing import Any, Final, Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict

from services.needs.schemas.episodes import CasePartView, PauseView
from services.needs.schemas.residents import DivisionCode, ResidentForm
from shared.schemas.batches import RowAnswer, RowOutcome
from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import (
    Channel,
    ClockKind,
    ContactKind,
    Group,
    NeedStatus,
    Outcome,
    ReferralKind,
    Relation,
    ReopenReason,
    Urgency,
)

FIRST_CALL: Final[JsonDict] = {
    "words": "我妈妈一个人住，最近吃饭不规律，想找人送餐。",
    "channel": "hotline",
    "division": "361002100",
    "on_behalf_of": "child",
    "resident": {
        "name": "王秀兰",
        "birth_date": "1952-03-07",
        "phones": [{"number": "13800000000"}],
        "codes": {"groups": ["elderly", "living_alone"], "income_class": "low"},
    },
}


class NeedRegistration(Form):
    """What somebody asks for, as they say it. The resident is known (`resident_id`), told (`resident`) or nobody."""

    # As the documentation offers it for a try; made from the fields alone it would name the resident twice.
    model_config = ConfigDict(json_schema_extra={"examples": [FIRST_CALL]})

    words: str = Field(
        min_length=1, max_length=4000, description="The words as spoken; kept encrypted.",
        examples=["我妈妈一个人住，最近吃饭不规律，想找人送餐。"],
    )  # fmt: skip
    channel: Channel
    division: DivisionCode
    resident_id: UUID | None = None
    resident: ResidentForm | None = None
    on_behalf_of: Relation | None = Field(default=None, description="What the asker is to the person in need.")
    groups: tuple[Group, ...] = Field(default=(), max_length=10)
    urgency: Urgency = Urgency.ROUTINE
    consents_to_departments: bool = Field(
        default=False, description="The person says that departments may see their file for this help."
    )

    @model_validator(mode="after")
    def _names_one_resident(self) -> Self:
        if self.resident_id is not None and self.resident is not None:
            raise ValueError("give resident_id or resident, not both | resident_id 与 resident 只填一项；匿名则都不填")
        return self


class NeedRow(NeedRegistration):
    """A row of a file of needs: a registration under its sender's own key."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**FIRST_CALL, "client_reference": "12345-2026-0001"}]})

    client_reference: str = Field(
        pattern=r"^[A-Za-z0-9._:/-]{1,80}$", description="Your own key of this need; no name and no number of a person."
    )

    @property
    def registration(self) -> NeedRegistration:
        """The row as one registers a need by itself."""
        return NeedRegistration.model_construct(**{name: getattr(self, name) for name in NeedRegistration.model_fields})


class NeedBatchAnswer(View):
    """What became of a file of needs: how many rows of each outcome, and each row."""

    id: UUID
    counts: dict[RowOutcome, int]
    rows: list[RowAnswer]


# Sorts after every due time in the queues; shown as "nothing due".
NOTHING_DUE = datetime(2999, 1, 1, tzinfo=UTC)


class ContactFigures(View):
    """How long it took until somebody able to help had spoken with the person, in seconds from the clock's start.

    Null until there was a contact. Only the first two are the headline; three failed attempts stop the third alone.
    """

    first_seconds: float | None = Field(description="Until a contact was first known of.")
    corrected_seconds: float | None = Field(description="Until the earliest contact that is known by now.")
    without_attempts_seconds: float | None = Field(
        description="The corrected figure without the time in which three attempts had failed."
    )
    without_attempts_due_at: Moment = Field(description="When it would be due if that time did not count.")
    without_attempts_breached: bool = Field(description="Whether it is broken by that measure too.")


class ClockView(View):
    """A promise about time, and how it stands."""

    id: UUID
    kind: ClockKind
    urgency: Urgency
    episode: int
    started_at: Moment
    due_at: Moment
    met_at: Moment | None
    first_met_at: Moment | None
    breached_at: Moment | None
    stopped_at: Moment | None
    superseded_by: UUID | None = Field(description="The clock that stands for this one, since the category changed.")
    figures: ContactFigures | None = Field(description="How long first contact took; null for the other clocks.")


class NeedView(View):
    """A need as those see it whose work it is; its words are read separately, and audited."""

    id: UUID
    reference: str = Field(examples=["XQ261125-7K3QF9-5"])
    channel: Channel
    resident_id: UUID | None
    on_behalf_of: Relation | None
    category: str | None
    groups: list[Group]
    urgency: Urgency
    division: str
    station_id: UUID
    status: NeedStatus
    episode: int
    outcome: Outcome | None
    assigned_to: str | None
    referral: ReferralKind | None
    joined_to: UUID | None
    reopened_at: Moment | None
    reopen_reason: ReopenReason | None
    awaits_county: bool = Field(description="Whether the county must decide if it is reopened once more.")
    case_id: UUID | None
    registered_at: Moment
    due_at: Moment | None = Field(description="The soonest open due time; null when nothing is due.")
    version: int

    @field_validator("due_at", mode="before")
    @classmethod
    def _nothing_due(cls, moment: datetime | None) -> datetime | None:
        return None if moment is None or moment >= NOTHING_DUE else moment


class NeedWithClocks(NeedView):
    """A need with its clocks, the pauses in which they stood still, and the cases that it is part of."""

    clocks: list[ClockView]
    pauses: list[PauseView]
    cases: list[CasePartView] = Field(
        description="The cases that its episodes are part of; an open one is ended first."
    )


class NeedRegistered(NeedWithClocks):
    """The answer to a new need. `tracking_token` only where the screen is the asker's own."""

    tracking_token: str | None


class WordsView(View):
    """The words as spoken."""

    need_id: UUID
    words: str
    referred_to: str | None = Field(description="To whom it was referred out.")
    declined_because: str | None = Field(description="Why the county let no further episode begin, the last time.")


class NeedEdit(Form):
    """The editable part of a need."""

    words: str = Field(min_length=1, max_length=4000)
    division: DivisionCode
    groups: tuple[Group, ...] = Field(default=(), max_length=10)
    on_behalf_of: Relation | None = None


class Triage(Form):
    """A person's judgement: what it is about, whom it concerns, how pressing it is, and who has it."""

    category: str = Field(max_length=40, examples=["meals"])
    groups: tuple[Group, ...] = Field(default=(), max_length=10)
    urgency: Urgency
    station_id: UUID | None = None
    confidence: float = Field(default=1.0, ge=0, le=1)


class ContactForm(Form):
    """An exchange with the person about the need, when it happened, or an attempt that reached nobody."""

    kind: ContactKind
    occurred_at: AwareDatetime | None = Field(default=None, description="When it happened, if not now.")
    note: str | None = Field(default=None, max_length=2000)


class ContactView(View):
    id: UUID
    need_id: UUID
    episode: int
    kind: ContactKind
    by: str
    occurred_at: Moment
    recorded_at: Moment
    is_late_entry: bool


class Resolution(Form):
    """What became of it."""

    outcome: Outcome


class Nothing(Form):
    """An act that says nothing more."""


class TimelineEntry(View):
    """Something that happened to a need, in codes."""

    sequence: int
    fact: str
    at: Moment
    details: dict[str, Any]


class Timeline(View):
    items: list[TimelineEntry]


class ReadingView(View):
    """Somebody looked at what is personal about a need."""

    at: Moment
    by: str = Field(description="The account.")
    act: str = Field(examples=["read_words"])
    act_zh: str = Field(examples=["查看原话"])
    purpose: str = Field(description="What it was for: this need, one of its orders, or why a file was read.")


class Readings(View):
    items: list[ReadingView]


class TrackView(View):
    """What the person who asked may know without signing in: nothing of who they are."""

    reference: str
    status: NeedStatus
    status_zh: str
    next_step: str
    expected_by: Moment | None
    expected_zh: str = Field(examples=["预计 11月28日（星期六）前与您联系"])
    updated: bool = Field(description="Whether somebody has been in touch.")


class QueueFilter(View):
    """Which needs are wanted from a queue; nothing means all that the caller may see."""

    division: str | None = None
    station_id: UUID | None = None
    status: tuple[NeedStatus, ...] = ()
    urgency: Urgency | None = None
    due_before: AwareDatetime | None = None
    assigned_to: str | None = None
    resident_id: UUID | None = None
    awaits_county: bool | None = None
    category: str | None = None
    registered_from: AwareDatetime | None = None
    registered_before: AwareDatetime | None = None
    overdue: ClockKind | None = None
    ids: tuple[UUID, ...] = ()
