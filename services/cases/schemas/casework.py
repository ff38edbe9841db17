"""Forms about cases: opening, consent, stages, approvals, transfer, the end."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.cases.rules.stages import CaseAct
from services.cases.schemas.plans import FollowUpView, WishView
from services.cases.schemas.records import AssessmentView, Score, ServiceView
from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import CaseStage, CaseStatus, Domain, Outcome, Word


class AskedAct(Word):
    """What the station head says yes or no to."""

    INTAKE = "intake", "接案"
    PLAN = "plan", "服务计划"
    CLOSURE = "closure", "结案"

    @property
    def act(self) -> CaseAct:
        return CaseAct(self.value)


class CaseForm(Form):
    """Open a case for a triaged need of a person on file."""

    need_id: UUID
    worker_id: UUID | None = Field(default=None, description="Who has it; left out, the head assigns it.")


class JoinForm(Form):
    need_id: UUID


class ConsentForm(Form):
    """The person says yes or no to the case."""

    given: bool
    evidence: str = Field(
        min_length=2, max_length=1000, description="How it was said; kept encrypted.",
        examples=["本人当面签署个案服务同意书"],
    )  # fmt: skip


class AssignForm(Form):
    worker_id: UUID


class Nothing(Form):
    """An act that says nothing more."""


class ApprovalForm(Form):
    """Ask the station head."""

    act: AskedAct


class DecisionForm(Form):
    approved: bool
    reason: str = Field(default="", max_length=1000, description="Why; kept encrypted.")


class ApprovalView(View):
    id: UUID
    case_id: UUID
    act: AskedAct
    asked_by: str
    asked_at: Moment
    decided_by: str | None
    decided_at: Moment | None
    is_approved: bool | None
    is_for_county: bool = Field(
        description="The station's head asked, or has or had the case, so the county's head station decides."
    )


class TransferForm(Form):
    """Offer the case to another station, which accepts it or does not."""

    station_id: UUID
    reason: str = Field(min_length=2, max_length=1000, description="Why; kept encrypted.")


class AnswerForm(Form):
    """The other station's answer."""

    accepts: bool
    worker_id: UUID | None = Field(default=None, description="Who of yours has it from now.")


class CloseForm(Form):
    """What became of it, with the scores at the end where the person was served."""

    outcome: Outcome
    scores: dict[Domain, Score] | None = Field(
        default=None, min_length=1, description="1 (very bad) to 5 (good).", examples=[{"mind": 4, "family": 4}]
    )
    follow_ups: tuple[date, ...] = Field(default=(), max_length=12, description="Days to look back after the end.")


class CaseView(View):
    """A case in codes; its words are read separately, and audited."""

    id: UUID
    reference: str | None = Field(
        description="The reference of the need it was opened for: tells cases apart, and says nothing of the person.",
        examples=["XQ-2026-000123"],
    )
    resident_id: UUID
    station_id: UUID
    division: str
    category: str
    worker_id: UUID | None
    handover_id: UUID | None
    status: CaseStatus
    stage: CaseStage
    consents: bool | None
    outcome: Outcome | None
    score_before: int | None
    score_after: int | None
    opened_by: str
    opened_at: Moment
    unowned_since: Moment | None
    alerts: int = Field(description="How often it was told of that nobody has it.")
    closed_at: Moment | None
    version: int


class CaseLine(CaseView):
    """A case as a list shows it, with what it is about."""

    need_ids: tuple[UUID, ...] = Field(description="Its needs, the first one first: their references tell cases apart.")


class UnownedView(View):
    """A case that nobody has: which one, where and since when, and nothing of whose it is."""

    reference: str | None = Field(
        description="The reference of the need it was opened for; null where it was opened before that was kept.",
        examples=["XQ-2026-000123"],
    )
    station_id: UUID
    unowned_since: Moment
    alerts: int = Field(description="How often it was told of that nobody has it.")


class PartView(View):
    """A need's episode in the case."""

    need_id: UUID
    episode: int
    joined_at: Moment
    ended_at: Moment | None = Field(description="When the need went on at another station.")


class TransferView(View):
    """A case that was offered to another station, and the answer."""

    id: UUID
    case_id: UUID
    from_station: UUID
    to_station: UUID
    asked_by: str
    asked_at: Moment
    answered_by: str | None
    answered_at: Moment | None
    is_accepted: bool | None


class CaseFile(CaseView):
    """A case with its needs, approvals, assessments, services, wished orders and follow-ups, in codes."""

    needs: list[PartView]
    approvals: list[ApprovalView]
    assessments: list[AssessmentView]
    services: list[ServiceView]
    transfers: list[TransferView]
    order_wishes: list[WishView]
    follow_ups: list[FollowUpView]
    also_open: list[UUID] = Field(
        description="Other open cases of the person that you may see, those under merged files too."
    )


class TimelineEntry(View):
    """Something that happened to a case or for one of its needs."""

    fact: str = Field(
        description="The fact's name; `cases.nothing_asked` where every need of the case was withdrawn or referred:"
        " nothing closes by itself, so its worker decides."
    )
    at: Moment
    details: dict[str, Any]


class Timeline(View):
    items: list[TimelineEntry]


class CaseFilter(BaseModel):
    """Which cases are wanted; nothing means all that the caller may see."""

    division: str | None = None
    station_id: UUID | None = None
    worker_id: UUID | None = None
    resident_id: UUID | None = None
    handover_id: UUID | None = None
    status: tuple[CaseStatus, ...] = ()
    stage: CaseStage | None = None
    is_unowned: bool | None = None
    awaits_county: bool = False
