"""One survey for each resolved episode; what happens to it is a verb here, and each verb returns the fact it caused."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.feedback.errors import AlreadyAnswered, SurveyIsOver
from services.feedback.models.table import Table
from services.feedback.rules.answers import Answer
from services.feedback.rules.states import SurveyStatus
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT
from shared.schemas.facts import feedback as facts
from shared.schemas.vocabulary import ReopenReason, Solved, SurveyChannel


class Survey(Table):
    """How one episode of a need went, in the person's word. The link is found by its blind index."""

    __tablename__ = "survey"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID]
    episode: Mapped[int]
    resident_id: Mapped[UUID | None]
    category: Mapped[str]
    division: Mapped[str]
    station_id: Mapped[UUID]
    outcome: Mapped[str]
    status: Mapped[str]
    token_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    # Kept until the last message with it is sent; afterwards nobody here knows the link.
    token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # When the episode before was resolved: orders completed between the two are this episode's.
    began_after: Mapped[datetime | None] = mapped_column(MOMENT)
    resolved_at: Mapped[datetime] = mapped_column(MOMENT)
    closes_at: Mapped[datetime] = mapped_column(MOMENT)
    invited_at: Mapped[datetime | None] = mapped_column(MOMENT)
    answered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    channel: Mapped[str | None]
    responded: Mapped[bool | None]
    solved: Mapped[str | None]
    satisfaction: Mapped[int | None]
    reopens: Mapped[str | None]
    # Unsatisfied once more after two reopenings: the county decides, and needs tells what.
    is_dispute: Mapped[bool] = mapped_column(server_default=text("false"))
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # When the next episode began, for whatever reason.
    followed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # When its need was found to be an error.
    voided_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        UniqueConstraint("need_id", "episode", name="uq_survey_need_id_episode"),
        Index("ix_survey_resolved", "resolved_at", "id"),
        Index("ix_survey_division", "division", "resolved_at"),
        Index("ix_survey_station", "station_id", "resolved_at"),
        Index("ix_survey_dispute", "resolved_at", "id", postgresql_where=text("is_dispute")),
    )

    token = Sealed()

    @property
    def is_open(self) -> bool:
        return SurveyStatus(self.status) in SurveyStatus.open()

    def invite(self, *, by_call: bool, at: datetime) -> facts.SurveyInvited:
        """The link went out, or the person waits to be called."""
        self.status = SurveyStatus.CALL_BACK if by_call else SurveyStatus.INVITED
        self.invited_at = at
        return facts.SurveyInvited(
            survey_id=self.id, need_id=self.need_id, episode=self.episode, category=self.category,
            division=self.division, station_id=self.station_id, invited_at=at, closes_at=self.closes_at,
            resolved_at=self.resolved_at,
        )  # fmt: skip

    def answer(
        self, answer: Answer, *, channel: SurveyChannel, reopens: ReopenReason | None, is_dispute: bool,
        providers: tuple[str, ...], at: datetime,
    ) -> facts.SurveyAnswered:  # fmt: skip
        """The person said how it went; once. A wish that only the county grants is told, and kept as a dispute."""
        if self.status == SurveyStatus.ANSWERED:
            raise AlreadyAnswered
        if not self.is_open or at >= self.closes_at:
            raise SurveyIsOver
        self.status, self.answered_at, self.channel, self.token_sealed = SurveyStatus.ANSWERED, at, channel, None
        self.responded, self.solved, self.satisfaction = answer.responded, answer.solved, answer.satisfaction
        self.reopens, self.is_dispute = None if is_dispute else reopens, is_dispute
        return facts.SurveyAnswered(
            survey_id=self.id, need_id=self.need_id, episode=self.episode, channel=channel,
            responded=answer.responded, solved=answer.solved, satisfaction=answer.satisfaction,
            category=self.category, division=self.division, station_id=self.station_id, providers=providers,
            answered_at=at, reopens=reopens,
        )  # fmt: skip

    def said(self) -> Answer | None:
        """What was answered, without the words."""
        if self.responded is None or self.solved is None or self.satisfaction is None:
            return None
        return Answer(responded=self.responded, solved=Solved(self.solved), satisfaction=self.satisfaction)

    def close(self, *, at: datetime) -> facts.SurveyClosed:
        """The window is over, or nobody is to be asked."""
        is_answered = self.status == SurveyStatus.ANSWERED
        if self.is_open:
            self.status = SurveyStatus.CLOSED
        self.token_sealed = None
        return facts.SurveyClosed(
            survey_id=self.id, need_id=self.need_id, episode=self.episode, is_answered=is_answered, closed_at=at
        )

    def void(self, *, at: datetime) -> facts.SurveyVoided:
        """Its need was an error: nothing is asked or taken any more, and what was said counts nowhere."""
        self.status, self.voided_at, self.token_sealed = SurveyStatus.VOID, at, None
        self.reopens, self.is_dispute = None, False
        return facts.SurveyVoided(survey_id=self.id, need_id=self.need_id, episode=self.episode, voided_at=at)


class SurveyWords(Table):
    """What the person said in their own words, apart from the figures: stations read those and never these."""

    __tablename__ = "survey_words"

    id: Mapped[UUID] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    division: Mapped[str]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    words = Sealed()


class CallBack(Table):
    """A person to be called, and what came of it; who handled their need stands nowhere on it."""

    __tablename__ = "call_back"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("survey.id"))
    division: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default="0")
    # What was said in a call that only checks an answer given before.
    solved: Mapped[str | None]
    satisfaction: Mapped[int | None]
    since: Mapped[datetime] = mapped_column(MOMENT)
    called_by: Mapped[str | None]
    called_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        UniqueConstraint("survey_id", "reason", name="uq_call_back_survey_id_reason"),
        Index("ix_call_back_list", "status", "since", "id"),
    )


class Sample(Table):
    """A month's random sample: the seed is drawn when the month is over and published with what it was drawn from."""

    __tablename__ = "sample"

    month: Mapped[date] = mapped_column(primary_key=True)
    seed: Mapped[str | None]
    share: Mapped[float | None]
    population: Mapped[list[UUID]]
    chosen: Mapped[list[UUID]]
    drawn_at: Mapped[datetime | None] = mapped_column(MOMENT)
