"""Rows of policy: what needs are about, who leads on them, and how soon somebody must act."""

from datetime import time
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.schemas.reference.row import ReferenceBody
from shared.schemas.vocabulary import (
    AmountUnit,
    CardField,
    ClockKind,
    Group,
    ProviderKind,
    ServiceField,
    Standing,
    Urgency,
)


class Department(ReferenceBody, table="department"):
    """A department that brings resources. A ninth is one more row."""

    slug: str = Field(pattern=r"^[a-z][a-z_]*$")
    kind: ProviderKind
    name_zh: str
    name_en: str
    short_zh: str
    duties_zh: str
    leads: bool = False

    @property
    def key(self) -> str:
        return self.slug


class Category(ReferenceBody, table="category"):
    """What a need is about. `card_fields` is what an officer may see of the person once an order is taken.

    `deep` marks long professional work (casework, community development), which the plan counts. `refers_to` names the
    number that callers are sent to where the matter is not the stations'.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name_zh: str
    name_en: str
    field: ServiceField
    parent: str | None = None
    card_fields: tuple[CardField, ...]
    deep: bool = False
    refers_to: str | None = None

    @property
    def key(self) -> str:
        return self.code


class GroupRow(ReferenceBody, table="group"):
    """A group of people with its definition in the words of the rule that defines it."""

    code: Group
    name_zh: str
    definition_zh: str
    standing: Standing

    @property
    def key(self) -> str:
        return self.code

    @model_validator(mode="after")
    def _check_name(self) -> Self:
        if self.name_zh != self.code.zh:
            raise ValueError(f"The group is called {self.code.zh} everywhere. 名称须与词表一致。")
        return self


class Amount(BaseModel):
    """A length of time: a number and its unit. Working units run on the legal calendar."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: int = Field(gt=0)
    unit: AmountUnit

    @property
    def zh(self) -> str:
        return f"{self.value}{self.unit.zh}"


class ServiceLevel(ReferenceBody, table="service_level"):
    """How soon, for a clock and an urgency, and for a category where it differs."""

    clock: ClockKind
    urgency: Urgency
    category: str | None = None
    amount: Amount
    standing: Standing

    @property
    def key(self) -> str:
        return ":".join(part for part in (self.clock, self.urgency, self.category) if part)

    @property
    def working_time(self) -> bool:
        """Whether the clock runs on the working calendar, or on the wall clock."""
        return self.amount.unit.is_working_time


class DutyAssignment(ReferenceBody, table="duty"):
    """The duty list (职责清单): who leads on a category in a division and below, and who helps."""

    category: str
    division: str
    lead: str
    supporting: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.category}:{self.division}"


class Target(ReferenceBody, table="target"):
    """What the plan wants of an indicator by a time, with the clause that says so.

    The plan contradicts itself, so that a period may have several rows, one for each clause; no figure is derived from
    another. `kind` tells where the city was (`baseline`) from where it wants to be (`target`). `value` is in `unit`: a
    share is written as a fraction, a length of time in days.
    """

    indicator: str = Field(pattern=r"^[a-z][a-z_]*$")
    kind: Literal["baseline", "target"]
    phase: str = Field(min_length=2, max_length=40, description="When it is due, or when it was so.")
    clause: str = Field(pattern=r"^\d+(\.\d+)*$", description="The section of the plan.")
    value: float
    unit: str = Field(pattern=r"^[a-z][a-z_]*$")

    @property
    def key(self) -> str:
        return f"{self.indicator}:{self.kind}:{self.phase}:{self.clause}"


class SurveyPolicy(ReferenceBody, table="survey_policy"):
    """How people are asked how it went: for how long, at which hours, and which share is called back each month."""

    days_open: int = Field(gt=0, le=90)
    reminder_after_days: int = Field(gt=0, le=90)
    asks_from: time
    asks_until: time
    call_back_share: float = Field(gt=0, le=1)
    standing: Standing

    @property
    def key(self) -> str:
        return "survey"

    @model_validator(mode="after")
    def _check_hours(self) -> Self:
        if self.asks_from >= self.asks_until:
            raise ValueError("People are asked in the daytime: asks_from is before asks_until. 询问时段须在白天。")
        if self.reminder_after_days >= self.days_open:
            raise ValueError("The reminder falls into the window. 提醒须在评价期内。")
        return self


class ComplaintPolicy(ReferenceBody, table="complaint_policy"):
    """How soon a complaint must have an outcome."""

    amount: Amount
    standing: Standing

    @property
    def key(self) -> str:
        return "complaint"
