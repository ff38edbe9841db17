"""Complaints and suggestions; their words are sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.feedback.errors import ComplaintIsSettled, NotItsHandler, SuggestionIsAnswered
from services.feedback.models.table import Table
from services.feedback.rules.states import ComplaintStatus, SuggestionStatus
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT
from shared.schemas.facts import feedback as facts
from shared.schemas.vocabulary import ComplaintOutcome


class Complaint(Table):
    """Somebody complained about a station, a provider or an account."""

    __tablename__ = "complaint"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID | None]
    station_id: Mapped[UUID | None]
    provider: Mapped[str | None]
    account: Mapped[str | None]
    division: Mapped[str]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str]
    outcome: Mapped[str | None]
    handler: Mapped[str | None]
    policy: Mapped[str]
    lodged_by: Mapped[str]
    lodged_at: Mapped[datetime] = mapped_column(MOMENT)
    due_at: Mapped[datetime] = mapped_column(MOMENT)
    settled_at: Mapped[datetime | None] = mapped_column(MOMENT)
    is_late: Mapped[bool]

    __table_args__ = (Index("ix_complaint_due", "due_at", "id"),)

    words = Sealed()
    answer = Sealed()

    def lodged(self) -> facts.ComplaintLodged:
        """The fact of its beginning."""
        return facts.ComplaintLodged(
            complaint_id=self.id, need_id=self.need_id, station_id=self.station_id, provider=self.provider,
            division=self.division, lodged_at=self.lodged_at, due_at=self.due_at,
        )  # fmt: skip

    def overdue(self) -> facts.ComplaintOverdue:
        """The deadline passed without an outcome."""
        self.is_late = True
        return facts.ComplaintOverdue(
            complaint_id=self.id, need_id=self.need_id, station_id=self.station_id, division=self.division,
            is_assigned=self.handler is not None, due_at=self.due_at,
        )  # fmt: skip

    def assign(self, handler: str) -> None:
        if self.status == ComplaintStatus.SETTLED:
            raise ComplaintIsSettled
        self.status, self.handler = ComplaintStatus.ASSIGNED, handler

    def settle(self, outcome: ComplaintOutcome, answer: str, *, by: str, at: datetime) -> facts.ComplaintSettled:
        if self.status == ComplaintStatus.SETTLED:
            raise ComplaintIsSettled
        if self.handler != by:
            raise NotItsHandler
        self.status, self.outcome, self.settled_at = ComplaintStatus.SETTLED, outcome, at
        self.answer, self.is_late = answer, at > self.due_at
        return facts.ComplaintSettled(
            complaint_id=self.id, division=self.division, outcome=outcome, settled_at=at, is_late=self.is_late
        )


class Suggestion(Table):
    """What somebody suggests, and what was answered (意见箱)."""

    __tablename__ = "suggestion"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    division: Mapped[str]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    answered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    adopted_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_suggestion_made", "made_at", "id"),)

    words = Sealed()
    answer = Sealed()

    def made(self) -> facts.SuggestionMade:
        """The fact of its beginning."""
        return facts.SuggestionMade(suggestion_id=self.id, division=self.division, made_at=self.made_at)

    def answer_with(self, answer: str, *, at: datetime) -> None:
        """Somebody answers; once, and adopting may still follow."""
        if self.status != SuggestionStatus.MADE:
            raise SuggestionIsAnswered
        self.status, self.answer, self.answered_at = SuggestionStatus.ANSWERED, answer, at

    def adopt(self, answer: str, *, at: datetime) -> facts.SuggestionAdopted:
        """It is taken up, with what will be done."""
        if self.status == SuggestionStatus.ADOPTED:
            raise SuggestionIsAnswered
        self.status, self.answer, self.adopted_at = SuggestionStatus.ADOPTED, answer, at
        self.answered_at = self.answered_at or at
        return facts.SuggestionAdopted(suggestion_id=self.id, division=self.division, adopted_at=at)
