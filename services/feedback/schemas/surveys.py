"""Forms about surveys, calls and samples."""

from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import ReopenReason, Solved, SurveyChannel

DisputeStatus = Literal["open", "decided"]


class SurveyAnswerForm(Form):
    """How it went, in the person's word."""

    responded: bool = Field(description="Did somebody get in touch and act?")
    solved: Solved
    satisfaction: int = Field(ge=1, le=5, description="1 very unsatisfied, 5 very satisfied.")
    words: str | None = Field(default=None, min_length=1, max_length=2000, description="Kept encrypted.")


class SurveyView(View):
    """What whoever holds the link sees: the questions, and whether they were answered. Nothing of the need."""

    questions: tuple[str, ...]
    is_answered: bool
    closes_at: Moment


class ThanksView(View):
    """The answer arrived."""

    answered_at: Moment
    reopens: bool = Field(description="The matter is taken up again.")
    message_zh: str


class CallBackView(View):
    """Somebody to call: whom, about what, with which words; not who handled it."""

    id: UUID
    resident_id: UUID | None = Field(description="Read the phone in the person's file, for the purpose follow_up.")
    category: str
    resolved_at: Moment
    closes_at: Moment
    reason: Literal["no_link", "sample"]
    attempts: int
    script: tuple[str, ...]


class CallForm(Form):
    """What came of a call."""

    reached: bool
    answer: SurveyAnswerForm | None = Field(
        default=None, examples=[{"responded": True, "solved": "yes", "satisfaction": 5}]
    )

    @model_validator(mode="after")
    def _answers_if_reached(self) -> Self:
        if self.reached != (self.answer is not None):
            raise ValueError("an answer comes with a person reached, and only then | 接通才有评价，未接通不填评价")
        return self


class CallView(View):
    """A call as it now stands."""

    id: UUID
    status: Literal["open", "answered", "unreached"]
    attempts: int


class AnswerView(View):
    """What one person said, for those who did not handle it. The reading is in the audit."""

    survey_id: UUID
    need_id: UUID
    episode: int
    channel: SurveyChannel
    responded: bool
    solved: Solved
    satisfaction: int
    words: str | None
    reopens: ReopenReason | None
    answered_at: Moment


class DisputeView(View):
    """Unsatisfied after two reopenings: the county decides, at `…/reopen` or `…/decline-reopening` of the need."""

    survey_id: UUID
    need_id: UUID
    episode: int
    category: str
    division: str
    station_id: UUID
    solved: Solved
    satisfaction: int
    resolved_at: Moment
    answered_at: Moment
    status: DisputeStatus
    decision: Literal["reopened", "declined"] | None = Field(description="What the county decided; null while open.")
    decided_at: Moment | None


class SampleView(View):
    """A month's random sample, and all that it takes to draw it again."""

    month: str
    seed: str
    share: float
    rule: str
    population: list[UUID]
    chosen: list[UUID]
    drawn_at: Moment
