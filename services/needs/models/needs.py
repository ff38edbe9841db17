"""A need and its episodes; what happened to it is a verb here, and each verb returns the fact it caused."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.errors import NeedCannotMove, NotBeforeTheCounty, UrgencyCannotFall
from services.needs.models.table import Table
from services.needs.rules.moves import OPEN, REOPENED, is_raised, may_move
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT
from shared.schemas.facts import needs as facts
from shared.schemas.vocabulary import Channel, Group, NeedStatus, Outcome, ReferralKind, ReopenReason, Urgency


class Need(Table):
    """What a person asked for, in their words, and how far it is."""

    __tablename__ = "need"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), index=True)
    on_behalf_of: Mapped[str | None]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    category: Mapped[str | None]
    groups: Mapped[list[str]]
    urgency: Mapped[str]
    confidence: Mapped[float | None]
    division: Mapped[str]
    station_id: Mapped[UUID]
    status: Mapped[str]
    episode: Mapped[int]
    outcome: Mapped[str | None]
    assigned_to: Mapped[str | None]
    tracking_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    # Where this need was merged into another one: that is where it goes on.
    joined_to: Mapped[UUID | None]
    referral: Mapped[str | None]
    referred_to_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # When the present episode began, if it is not the first, and why.
    reopened_at: Mapped[datetime | None] = mapped_column(MOMENT)
    reopen_reason: Mapped[str | None]
    # The person wants it reopened once more than goes by itself: the county decides.
    awaits_county: Mapped[bool] = mapped_column(server_default=text("false"))
    case_id: Mapped[UUID | None]
    registered_by: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(MOMENT)
    triaged_at: Mapped[datetime | None] = mapped_column(MOMENT)
    resolved_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # The time of the latest fact that matching told of it: what is older was heard before.
    heard_until: Mapped[datetime | None] = mapped_column(MOMENT)
    # The soonest open due time: what queues are ordered by. Far in the future when nothing is due.
    due_at: Mapped[datetime] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        Index("ix_need_queue", "station_id", "status", "due_at", "id"),
        Index("ix_need_division", "division", "due_at", "id"),
        Index("ix_need_due", "due_at", "id"),
        Index("ix_need_awaits_county", "due_at", "id", postgresql_where=text("awaits_county")),
    )

    words = Sealed()
    referred_to = Sealed()

    @property
    def is_open(self) -> bool:
        return NeedStatus(self.status) in OPEN

    @property
    def is_in_service(self) -> bool:
        return self.status == NeedStatus.IN_SERVICE

    @property
    def can_be_reopened(self) -> bool:
        return NeedStatus(self.status) in REOPENED

    def episode_at(self, moment: datetime) -> int:
        """Which episode ran at a moment; what is older than the last two counts for the last but one."""
        return self.episode if self.reopened_at is None or moment >= self.reopened_at else self.episode - 1

    def _become(self, status: NeedStatus) -> None:
        now = NeedStatus(self.status)
        if not may_move(now, status):
            raise NeedCannotMove(now, status)
        self.status = status
        self.version += 1

    def _changed(self) -> facts.NeedChanged:
        return facts.NeedChanged(
            need_id=self.id, status=NeedStatus(self.status), division=self.division, station_id=self.station_id,
            urgency=Urgency(self.urgency), groups=tuple(Group(group) for group in self.groups),
            assigned_to=self.assigned_to,
        )  # fmt: skip

    def registered(self) -> facts.NeedRegistered:
        """The fact of its beginning."""
        return facts.NeedRegistered(
            need_id=self.id, resident_id=self.resident_id, reference=self.reference, channel=Channel(self.channel),
            urgency=Urgency(self.urgency), groups=tuple(Group(group) for group in self.groups),
            division=self.division, station_id=self.station_id, episode=self.episode,
            registered_at=self.registered_at,
        )  # fmt: skip

    def triage(
        self, *, category: str, groups: tuple[Group, ...], urgency: Urgency, station_id: UUID, division: str,
        confidence: float, by: str | None, at: datetime,
    ) -> facts.NeedTriaged:  # fmt: skip
        """A person decides what it is about; may be done again until somebody serves it, and then only to raise it."""
        if is_raised(urgency, Urgency(self.urgency)):
            raise UrgencyCannotFall
        if self.is_in_service and is_raised(Urgency(self.urgency), urgency):
            self.version += 1
        else:
            self._become(NeedStatus.TRIAGED)
        self.category, self.groups, self.urgency = category, list(groups), urgency
        self.station_id, self.division, self.confidence = station_id, division, confidence
        self.triaged_at = at
        return facts.NeedTriaged(
            need_id=self.id, resident_id=self.resident_id, reference=self.reference, category=category,
            groups=groups, urgency=urgency, division=division, station_id=station_id, episode=self.episode,
            confidence=confidence, registered_at=self.registered_at, triaged_at=at, by=by,
        )  # fmt: skip

    def claim(self, account: str) -> facts.NeedChanged:
        """Somebody of the station takes it on."""
        self.assigned_to = account
        self.version += 1
        return self._changed()

    def order(self) -> facts.NeedChanged:
        self._become(NeedStatus.ORDERED)
        return self._changed()

    def start(self, *, by_station: bool, by: str | None = None, at: datetime) -> facts.NeedStarted:
        self._become(NeedStatus.IN_SERVICE)
        return facts.NeedStarted(need_id=self.id, episode=self.episode, by_station=by_station, started_at=at, by=by)

    def wait(self) -> facts.NeedWaiting:
        self._become(NeedStatus.WAITING)
        return facts.NeedWaiting(
            need_id=self.id, episode=self.episode, category=self.category or "", division=self.division,
            station_id=self.station_id,
        )  # fmt: skip

    def resolve(self, outcome: Outcome, *, by: str | None, at: datetime) -> facts.NeedResolved:
        self._become(NeedStatus.RESOLVED)
        self.outcome, self.resolved_at = outcome, at
        return facts.NeedResolved(
            need_id=self.id, resident_id=self.resident_id, episode=self.episode, outcome=outcome,
            category=self.category or "", division=self.division, station_id=self.station_id, resolved_at=at,
            by=by,
        )  # fmt: skip

    def withdraw(self, *, at: datetime) -> facts.NeedWithdrawn:
        self._become(NeedStatus.WITHDRAWN)
        return facts.NeedWithdrawn(need_id=self.id, episode=self.episode, withdrawn_at=at)

    def mark_in_error(self) -> facts.NeedChanged:
        self._become(NeedStatus.ENTERED_IN_ERROR)
        return self._changed()

    def refer(self, kind: ReferralKind, *, at: datetime) -> facts.NeedReferredOut:
        """Others than the stations' partners have it from now on."""
        self._become(NeedStatus.REFERRED_OUT)
        self.referral = kind
        return facts.NeedReferredOut(
            need_id=self.id, episode=self.episode, division=self.division, kind=kind, referred_at=at
        )

    def join(self, other: UUID, *, at: datetime) -> facts.NeedJoined:
        """It goes on in another need."""
        self._become(NeedStatus.JOINED)
        self.joined_to = other
        return facts.NeedJoined(need_id=self.id, joined_to=other, episode=self.episode, joined_at=at)

    def close(self, *, at: datetime) -> facts.NeedClosed:
        """The survey's window is over."""
        self._become(NeedStatus.CLOSED)
        return facts.NeedClosed(need_id=self.id, episode=self.episode, closed_at=at)

    def reopen(self, reason: ReopenReason, *, at: datetime) -> facts.NeedReopened:
        """The next episode begins where triage has been already; what happened before stays."""
        if not self.can_be_reopened or self.category is None:
            raise NeedCannotMove(NeedStatus(self.status), NeedStatus.TRIAGED)
        self.status, self.episode, self.version = NeedStatus.TRIAGED, self.episode + 1, self.version + 1
        self.reopened_at, self.reopen_reason, self.awaits_county = at, reason, False
        self.outcome = self.resolved_at = None
        return facts.NeedReopened(
            need_id=self.id, resident_id=self.resident_id, reference=self.reference, reason=reason,
            category=self.category, groups=tuple(Group(group) for group in self.groups),
            urgency=Urgency(self.urgency), division=self.division, station_id=self.station_id, episode=self.episode,
            reopened_at=at,
        )  # fmt: skip

    def decline(self, *, at: datetime) -> facts.ReopeningDeclined:
        """The county decides that no episode follows; the need stays as it ended."""
        if not self.awaits_county:
            raise NotBeforeTheCounty
        self.awaits_county = False
        self.version += 1
        return facts.ReopeningDeclined(need_id=self.id, episode=self.episode, division=self.division, declined_at=at)

    def move(self, station_id: UUID) -> facts.NeedChanged:
        """Another station serves its place now; whoever claimed it at the old one has it no longer."""
        self.station_id, self.assigned_to = station_id, None
        return self.edited()

    def edited(self) -> facts.NeedChanged:
        self.version += 1
        return self._changed()


class DeclinedReopening(Table):
    """Why the county did not let another episode begin, in words; once for each episode."""

    __tablename__ = "declined_reopening"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"))
    episode: Mapped[int]
    because_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    declined_by: Mapped[str]
    declined_at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (UniqueConstraint("need_id", "episode", name="uq_declined_reopening_need_id_episode"),)

    because = Sealed()
