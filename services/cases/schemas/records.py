"""Forms about what is written down in a case."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from services.cases.rules.scores import BEST
from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import ContactKind, Domain, ServiceKind

Score = Annotated[int, Field(ge=1, le=BEST)]
Words = Annotated[str, Field(min_length=1, max_length=4000, description="Kept encrypted.")]


class AssessmentForm(Form):
    """Scores by domain, 1 (very bad) to 5 (good); `is_evaluation` measures what came of the work."""

    scores: dict[Domain, Score] = Field(min_length=1, examples=[{"mind": 2, "family": 3}])
    is_evaluation: bool = False
    words: Words | None = None


class AssessmentView(View):
    id: UUID
    scores: dict[Domain, int]
    overall: int = Field(description="Per cent of the best, over the domains assessed.")
    is_evaluation: bool
    by: str
    at: Moment


class GoalForm(Form):
    domain: Domain
    words: Words


class GoalView(View):
    id: UUID
    case_id: UUID
    domain: Domain
    by: str
    at: Moment


class TaskForm(Form):
    """Something to be done by a day; by the case's worker, or another one of the station."""

    words: Words
    due_on: date
    goal_id: UUID | None = None
    worker_id: UUID | None = None


class TaskView(View):
    id: UUID
    case_id: UUID
    goal_id: UUID | None
    worker_id: UUID | None
    due_on: date
    by: str
    at: Moment
    done_at: Moment | None
    version: int


class TaskState(StrEnum):
    """Which tasks are wanted, as of today."""

    OVERDUE = "overdue"
    UPCOMING = "upcoming"
    DONE = "done"


class ServiceForm(Form):
    """A service that was given. Whoever was reached was in contact about the need named, or all that are open."""

    kind: ServiceKind
    minutes: int = Field(gt=0, le=24 * 60)
    person_times: int = Field(default=1, ge=1, le=1000)
    reached: bool = Field(description="Whether the person was reached.")
    contact: ContactKind | None = Field(default=None, description="How, where the person was reached.")
    need_id: UUID | None = Field(default=None, description="The need it was about, one of the case's.")
    worker_id: UUID | None = Field(default=None, description="Who served, if not the case's worker.")
    occurred_at: AwareDatetime | None = Field(default=None, description="When, if not now.")
    words: Words | None = None

    @model_validator(mode="after")
    def _says_how(self) -> Self:
        is_vague = self.contact is None and self.need_id is not None
        if self.reached and (is_vague or (self.contact is not None and not self.contact.is_effective)):
            raise ValueError("say by `contact` how the person was reached | 已联系到本人的，须以 contact 注明方式")
        return self


class ServiceView(View):
    id: UUID
    need_id: UUID | None
    worker_id: UUID
    kind: ServiceKind
    contact: ContactKind | None
    minutes: int
    person_times: int
    reached: bool
    occurred_at: Moment
    is_late_entry: bool
    by: str
    at: Moment = Field(description="When it was written down.")


class NoteForm(Form):
    words: Words


class NoteView(View):
    id: UUID
    case_id: UUID
    by: str
    at: Moment


class WordsView(View):
    """Something that was written down in words, and where."""

    kind: str
    id: UUID
    at: Moment
    words: str


class CaseWords(View):
    items: list[WordsView]
