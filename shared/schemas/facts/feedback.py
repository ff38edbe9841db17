"""What feedback announces."""

from datetime import datetime
from uuid import UUID

from shared.schemas.facts import Fact
from shared.schemas.seals import Seal
from shared.schemas.vocabulary import ComplaintOutcome, ReopenReason, Solved, SurveyChannel


class SurveyInvited(Fact, name="feedback.survey_invited.v1", subject="survey_id"):
    """The person was asked how it went; the link travels by message, never in a fact."""

    survey_id: UUID
    need_id: UUID
    episode: int
    category: str
    division: str
    station_id: UUID
    invited_at: datetime
    closes_at: datetime
    # Rates are of the month in which the episode ended, not of that in which its person was asked.
    resolved_at: datetime | None = None


class SurveyAnswered(Fact, name="feedback.survey_answered.v1", subject="survey_id"):
    """The person said how it went. `reopens` says why they wish a next episode; after two the county decides."""

    survey_id: UUID
    need_id: UUID
    episode: int
    channel: SurveyChannel
    responded: bool
    solved: Solved
    satisfaction: int
    category: str
    division: str
    station_id: UUID
    providers: tuple[str, ...]
    answered_at: datetime
    reopens: ReopenReason | None = None


class SurveyClosed(Fact, name="feedback.survey_closed.v1", subject="survey_id"):
    """The window is over, answered or not: the need may be closed."""

    survey_id: UUID
    need_id: UUID
    episode: int
    is_answered: bool
    closed_at: datetime


class SurveyVoided(Fact, name="feedback.survey_voided.v1", subject="survey_id"):
    """Its need was an error: nobody is asked any more, and what was answered counts nowhere."""

    survey_id: UUID
    need_id: UUID
    episode: int
    voided_at: datetime


class ComplaintLodged(Fact, name="feedback.complaint_lodged.v1", subject="complaint_id"):
    """Somebody complained; the handler is never its object."""

    complaint_id: UUID
    need_id: UUID | None
    station_id: UUID | None
    provider: str | None = None
    division: str
    lodged_at: datetime
    due_at: datetime


class ComplaintOverdue(Fact, name="feedback.complaint_overdue.v1", subject="complaint_id"):
    """Its deadline on the working calendar passed without an outcome: the county is told."""

    complaint_id: UUID
    need_id: UUID | None
    station_id: UUID | None
    division: str
    is_assigned: bool
    due_at: datetime


class ComplaintSettled(Fact, name="feedback.complaint_settled.v1", subject="complaint_id"):
    """A complaint has an outcome."""

    complaint_id: UUID
    division: str
    outcome: ComplaintOutcome
    settled_at: datetime
    is_late: bool


class SuggestionMade(Fact, name="feedback.suggestion_made.v1", subject="suggestion_id"):
    """Somebody suggested something."""

    suggestion_id: UUID
    division: str
    made_at: datetime


class SuggestionAdopted(Fact, name="feedback.suggestion_adopted.v1", subject="suggestion_id"):
    """A suggestion was taken up."""

    suggestion_id: UUID
    division: str
    adopted_at: datetime


class AuditSealed(Seal, Fact, name="feedback.audit_sealed.v1", subject="service"):
    """A batch of the trail of feedback was sealed; identity holds the seal."""
