"""Forms about what a case plans beyond its own work, and about its files."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from services.cases.rules.plans import WishState
from services.cases.schemas.records import Words
from services.cases.schemas.stations import Code
from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import ContactKind, OrderStatus, Wellbeing


class WishForm(Form):
    """The plan asks for an order: what, how much, and for which of the case's needs."""

    need_id: UUID
    category: Code = Field(description="The need's own; for something else a need of its own joins the case.")
    quantity: int = Field(default=1, ge=1, le=100_000, description="In the unit of what will be ordered.")
    goal_id: UUID | None = None
    words: Words | None = None


class WishOrderView(View):
    """An order that came of a wish, as matching tells of it."""

    order_id: UUID
    provider: str
    quantity: int
    status: OrderStatus
    requested_at: Moment
    moved_at: Moment


class WishView(View):
    """A wished order. Whoever works on it reads `candidates`, and orders one of them at `/matching/v1/orders`."""

    id: UUID
    case_id: UUID
    need_id: UUID
    goal_id: UUID | None
    category: str
    quantity: int
    by: str
    at: Moment
    withdrawn_at: Moment | None
    state: WishState
    orders: list[WishOrderView] = Field(description="Oldest first; the last one says how it stands.")
    candidates: str = Field(
        description="Where those who could help are listed.",
        examples=["/matching/v1/needs/0197f0c4-6f3a-7b5e-9d2b-0c7f3a1e5d10/candidates?quantity=10"],
    )


class FollowUpForm(Form):
    """A day to look back after the end; by the case's worker, or another one of the station."""

    due_on: date
    worker_id: UUID | None = None


class FollowUpRecord(Form):
    """What a follow-up found. Where the person was reached: how, and how they stand."""

    reached: bool
    kind: ContactKind = Field(description="How it was tried.")
    standing: Wellbeing | None = Field(
        default=None, description="How the person stands; needed where reached.", examples=["stable"]
    )
    occurred_at: AwareDatetime | None = Field(default=None, description="When, if not now.")
    words: Words | None = None
    next_on: date | None = Field(default=None, description="The day of the next one, if there is to be one.")

    @model_validator(mode="after")
    def _says_how_they_stand(self) -> Self:
        if self.reached and (self.standing is None or not self.kind.is_effective):
            raise ValueError(
                "say by `standing` and `kind` how the person stands and was reached | 已联系到本人的，须注明方式与近况"
            )
        if not self.reached and self.standing is not None:
            raise ValueError("nobody was reached, so leave `standing` out | 未联系到本人的，请勿填写近况")
        return self


class FollowUpState(StrEnum):
    """Which follow-ups are wanted, as of today."""

    OVERDUE = "overdue"
    UPCOMING = "upcoming"
    DONE = "done"


class FollowUpView(View):
    id: UUID
    case_id: UUID
    worker_id: UUID | None
    due_on: date
    by: str
    at: Moment
    kind: ContactKind | None
    reached: bool | None
    standing: Wellbeing | None
    occurred_at: Moment | None
    is_late_entry: bool | None
    done_by: str | None
    done_at: Moment | None
    reopened_at: Moment | None = Field(description="When the case went on because of what it found.")
    dropped_at: Moment | None = Field(description="The case went on, so this day is no longer waited for.")


class ReopenForm(Form):
    """A closed case goes on."""

    follow_up_id: UUID | None = Field(default=None, description="The follow-up that showed the need for it.")


class AttachmentView(View):
    """A file of a case; its content is read separately, and audited."""

    id: UUID
    case_id: UUID
    name: str | None = Field(description="Null once it was removed.")
    media_type: str
    size: int = Field(description="Bytes.")
    by: str
    at: Moment
    removed_by: str | None
    removed_at: Moment | None


class Attachments(View):
    items: Sequence[AttachmentView]


class MonthTime(View):
    """Minutes of one month; `professional_share` is per cent of all minutes recorded."""

    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", examples=["2026-03"])]
    professional_minutes: int
    administrative_minutes: int
    professional_share: float
    person_times: int
    services: int


class TimeView(View):
    """Where the time went, as a by-product of service records; months without any are left out."""

    year: int
    months: list[MonthTime]
