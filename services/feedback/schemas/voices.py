"""Forms about complaints and suggestions."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import ComplaintOutcome

DivisionCode = Annotated[str, Field(pattern=r"^\d{9}(\d{3})?$", examples=["361002100"])]
Words = Annotated[str, Field(min_length=1, max_length=4000)]
Account = Annotated[str, Field(min_length=1, max_length=80)]


class ComplaintForm(Form):
    """What somebody complains about, and whom."""

    words: Words = Field(description="As spoken; kept encrypted.")
    division: DivisionCode
    need_id: UUID | None = None
    station_id: UUID | None = None
    provider: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{1,60}$")
    account: Account | None = Field(default=None, description="The account whom it is about, where one is known.")


class ComplaintLodgedView(View):
    """A complaint as it was registered."""

    id: UUID
    status: Literal["lodged", "assigned", "settled"]
    lodged_at: Moment
    due_at: Moment


class ComplaintView(View):
    """A complaint as it stands, without its words."""

    id: UUID
    need_id: UUID | None
    station_id: UUID | None
    provider: str | None
    division: str
    status: Literal["lodged", "assigned", "settled"]
    handler: str | None
    outcome: ComplaintOutcome | None
    lodged_at: Moment
    due_at: Moment
    settled_at: Moment | None
    is_late: bool


class ComplaintWordsView(View):
    """What was said, and what was answered. The reading is in the audit."""

    id: UUID
    words: str
    answer: str | None


class AssignForm(Form):
    """Who handles it; never those it is about."""

    handler: Account


class SettleForm(Form):
    """The outcome, and what the person is told."""

    outcome: ComplaintOutcome
    answer: Words


class SuggestionForm(Form):
    """What somebody suggests."""

    words: Words = Field(description="As spoken; kept encrypted.")
    division: DivisionCode


class SuggestionView(View):
    """A suggestion as it stands."""

    id: UUID
    division: str
    status: Literal["made", "answered", "adopted"]
    words: str
    answer: str | None
    made_at: Moment
    answered_at: Moment | None
    adopted_at: Moment | None


class ReplyForm(Form):
    """What the person is told."""

    answer: Words
