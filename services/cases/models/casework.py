"""A case and its verbs: each returns the fact that it caused, where there is one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from services.cases.errors import CaseCannotMove
from services.cases.models.records import InCase
from services.cases.models.table import Table
from services.cases.rules import stages
from services.cases.rules.stages import CaseAct
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT
from shared.schemas.facts import cases as facts
from shared.schemas.vocabulary import CaseStage, CaseStatus, Outcome


class Case(Table):
    """One person's case at one station. While it is offered to another one, that station sees this row only."""

    __tablename__ = "casework"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID]
    station_id: Mapped[UUID]
    division: Mapped[str]
    category: Mapped[str]
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("worker.id"), index=True)
    handover_id: Mapped[UUID | None] = mapped_column(ForeignKey("handover.id"), index=True)
    status: Mapped[str]
    stage: Mapped[str]
    consents: Mapped[bool | None]
    consent_evidence_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    consent_at: Mapped[datetime | None] = mapped_column(MOMENT)
    outcome: Mapped[str | None]
    score_before: Mapped[int | None]
    score_after: Mapped[int | None]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(MOMENT)
    # Since when nobody has it; null while somebody does.
    unowned_since: Mapped[datetime | None] = mapped_column(MOMENT)
    # How often it was told of that nobody has it.
    alerts: Mapped[int] = mapped_column(server_default="0")
    # The reference of the need it was opened for: a case is told apart by it, and it says nothing of the person.
    reference: Mapped[str | None]
    # Unknown for what was opened before this was kept: it counts as the opening then.
    stage_since: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        Index(
            "uq_casework_open", "station_id", "resident_id", unique=True, postgresql_where=text("status <> 'closed'")
        ),
        Index("ix_casework_queue", "station_id", "status", "opened_at", "id"),
        Index("ix_casework_division", "division", "opened_at", "id"),
        Index("ix_casework_opened", "opened_at", "id"),
        Index("ix_casework_unowned", "unowned_since", "id", postgresql_where=text("unowned_since IS NOT NULL")),
    )

    consent_evidence = Sealed()

    @property
    def is_open(self) -> bool:
        return self.status != CaseStatus.CLOSED

    def check(self, act: CaseAct) -> None:
        """Refuse an act that is not possible where the case stands."""
        status, stage = CaseStatus(self.status), CaseStage(self.stage)
        if not stages.may(act, status, stage):
            raise CaseCannotMove(act, status, stage)

    def check_open(self) -> None:
        """Refuse what makes no sense in a case that has ended; one that rests is still somebody's."""
        if not self.is_open:
            self.check(CaseAct.SUSPEND)

    def move(self, act: CaseAct, *, at: datetime) -> tuple[facts.StageChanged, ...]:
        """Do an act; the fact of a new stage, where it is one."""
        self.check(act)
        before = self.stage
        self.status, self.stage = stages.after(act, CaseStage(before))
        self.version += 1
        if self.stage == before:
            return ()
        self.stage_since = at
        return (facts.StageChanged(case_id=self.id, stage=CaseStage(self.stage), changed_at=at),)

    def opened(self, need_id: UUID | None) -> facts.CaseOpened:
        return facts.CaseOpened(
            case_id=self.id, need_id=need_id, resident_id=self.resident_id, station_id=self.station_id,
            division=self.division, worker_id=self.worker_id, category=self.category, opened_at=self.opened_at,
        )  # fmt: skip

    def left_by(self, part: "CaseNeed", moved_to: UUID) -> facts.PartEnded:
        """A need of the case goes on at another station."""
        assert part.ended_at is not None
        return facts.PartEnded(
            case_id=self.id, need_id=part.need_id, episode=part.episode, station_id=self.station_id,
            division=self.division, moved_to=moved_to, ended_at=part.ended_at,
        )  # fmt: skip

    def unowned(self) -> facts.CaseUnowned:
        """Nobody has it, and that is told once more."""
        assert self.unowned_since is not None
        self.alerts += 1
        return facts.CaseUnowned(
            case_id=self.id, station_id=self.station_id, division=self.division, since=self.unowned_since,
            told=self.alerts,
        )  # fmt: skip

    def joined(self, need_id: UUID, episode: int, *, at: datetime) -> facts.CaseJoined:
        return facts.CaseJoined(
            case_id=self.id, need_id=need_id, episode=episode, station_id=self.station_id, joined_at=at
        )

    def reopen(self, *, has_worker: bool, at: datetime) -> tuple[facts.CaseReopened | facts.StageChanged, ...]:
        """A closed case goes on, with whoever had it if they can still have it."""
        stage = self.move(CaseAct.REOPEN, at=at)
        self.outcome = self.closed_at = self.score_after = None
        if not has_worker:
            self.let_go(None, at=at)
        reopened = facts.CaseReopened(
            case_id=self.id, resident_id=self.resident_id, station_id=self.station_id, division=self.division,
            worker_id=self.worker_id, reopened_at=at,
        )  # fmt: skip
        return (reopened, *stage)

    def assign(self, worker_id: UUID, *, at: datetime) -> facts.CaseAssigned:
        """Somebody has it from now."""
        self.worker_id, self.handover_id, self.unowned_since, self.alerts = worker_id, None, None, 0
        self.version += 1
        return facts.CaseAssigned(case_id=self.id, station_id=self.station_id, worker_id=worker_id, assigned_at=at)

    def let_go(self, handover_id: UUID | None, *, at: datetime) -> None:
        """Nobody has it from now."""
        self.worker_id, self.handover_id, self.unowned_since, self.alerts = None, handover_id, at, 0
        self.version += 1

    def hand_over(self, packet_id: UUID, station_id: UUID, *, at: datetime) -> tuple[facts.CaseTransferred, ...]:
        """Its station closed: it waits in a packet, mostly at another station, where it stays what it is of."""
        left, self.station_id = self.station_id, station_id
        self.worker_id, self.handover_id = None, packet_id
        # Who waited for somebody before the station closed has waited since then.
        if self.is_open and self.unowned_since is None:
            self.unowned_since, self.alerts = at, 0
        self.version += 1
        if left == station_id:
            return ()
        moved = facts.CaseTransferred(
            case_id=self.id, from_station=left, to_station=station_id, to_worker=None, transferred_at=at
        )
        return (moved,)

    def close(self, outcome: Outcome, score: int | None, *, at: datetime) -> facts.CaseClosed:
        self.move(CaseAct.CLOSE, at=at)
        self.outcome, self.score_after, self.closed_at = outcome, score, at
        self.unowned_since = None
        return facts.CaseClosed(
            case_id=self.id, resident_id=self.resident_id, station_id=self.station_id, division=self.division,
            outcome=outcome, score_before=self.score_before, score_after=score, closed_at=at,
        )  # fmt: skip

    def arrive(self, station_id: UUID, division: str, worker_id: UUID | None, *, at: datetime) -> facts.CaseTransferred:
        """Another station has it now."""
        left, self.station_id, self.division = self.station_id, station_id, division
        self.worker_id, self.handover_id = worker_id, None
        self.unowned_since, self.alerts = None if worker_id else at, 0
        self.version += 1
        return facts.CaseTransferred(
            case_id=self.id, from_station=left, to_station=station_id, to_worker=worker_id, transferred_at=at
        )


class CaseNeed(Table):
    """A need's episode that is part of a case."""

    __tablename__ = "case_need"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("casework.id"), primary_key=True)
    need_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(MOMENT)
    # The need went on at another station: an episode is in casework at one station at a time.
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)


class CaseHolder(InCase):
    """Somebody who had a case for a while: they do not approve what was asked meanwhile."""

    __tablename__ = "case_holder"

    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"))
    account: Mapped[str]
    since: Mapped[datetime] = mapped_column(MOMENT)
    until: Mapped[datetime | None] = mapped_column(MOMENT)


class Approval(InCase):
    """What was asked of the station head, and the answer."""

    __tablename__ = "approval"

    act: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(MOMENT)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
    is_approved: Mapped[bool | None]
    # The accounts of all who had the case since its stage began, when it was asked.
    held_by: Mapped[list[str] | None]
    # The head asked, or had the case: the county's head station decides.
    is_for_county: Mapped[bool] = mapped_column(server_default=text("false"))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_approval_county", "case_id", postgresql_where=text("is_for_county AND decided_at IS NULL")),
    )

    reason = Sealed()


class Transfer(InCase):
    """A case that was offered to another station, and the answer."""

    __tablename__ = "transfer"

    from_station: Mapped[UUID]
    from_division: Mapped[str]
    to_station: Mapped[UUID]
    to_division: Mapped[str]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(MOMENT)
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    is_accepted: Mapped[bool | None]

    reason = Sealed()
