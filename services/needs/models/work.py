"""What surrounds a need while it runs: clocks, contacts, its orders as matching tells of them, who may see the card."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.models.table import Table
from shared.kit.clocks import ClockColumns
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT
from shared.schemas.facts import needs as facts
from shared.schemas.vocabulary import ClockKind, PauseReason


class Clock(ClockColumns, Table):
    """A promise about time for one episode of a need. Scope columns are the need's, for the queues."""

    __tablename__ = "clock"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"))
    episode: Mapped[int]
    division: Mapped[str]
    station_id: Mapped[UUID]
    # The clock that stands for this one since the category is another: this one stays as it was, and runs no more.
    superseded_by: Mapped[UUID | None]

    __table_args__ = (Index("ix_clock_need", "need_id", "episode", "kind", "id"),)


class NeedPause(Table):
    """A stretch in which a need stood still for a listed reason, with its proof."""

    __tablename__ = "need_pause"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    episode: Mapped[int]
    reason: Mapped[str]
    proof_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    started_by: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    proof = Sealed()

    def began(self, kinds: tuple[ClockKind, ...]) -> facts.NeedPaused:
        """The fact of its beginning, and which clocks it concerns."""
        return facts.NeedPaused(
            need_id=self.need_id, episode=self.episode, pause_id=self.id, reason=PauseReason(self.reason), kinds=kinds,
            paused_at=self.started_at,
        )  # fmt: skip

    def end(self, *, at: datetime) -> facts.NeedResumed:
        """It ended, by hand or with the clocks that it held."""
        self.ended_at = at
        return facts.NeedResumed(
            need_id=self.need_id, episode=self.episode, pause_id=self.id, paused_at=self.started_at, resumed_at=at
        )


class ClockPause(Table):
    """What a pause does to one clock. Where its reason does not stop the clock, it is only counted."""

    __tablename__ = "clock_pause"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pause_id: Mapped[UUID] = mapped_column(ForeignKey("need_pause.id"), index=True)
    clock_id: Mapped[UUID] = mapped_column(ForeignKey("clock.id"), index=True)
    reason: Mapped[str]
    # Which level is told next when the clock runs again.
    step: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    @property
    def stops_clock(self) -> bool:
        return PauseReason(self.reason).stops_headline


class Contact(Table):
    """An exchange with the person about the need, or an attempt at one."""

    __tablename__ = "contact"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    episode: Mapped[int]
    kind: Mapped[str]
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    by: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(MOMENT)
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    # Recorded more than a day after it happened.
    is_late_entry: Mapped[bool]

    note = Sealed()


class NeedOrder(Table):
    """An order of this need, as matching's facts tell of it."""

    __tablename__ = "need_order"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(index=True)
    episode: Mapped[int]
    provider: Mapped[str]
    status: Mapped[str]


class CasePart(Table):
    """An episode of a need that is part of a case, as cases' facts tell."""

    __tablename__ = "case_part"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(MOMENT)
    # The case closed. It is open again where the case is reopened before the episode has ended.
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # The time of the latest fact of the case: what is older was heard before.
    heard_until: Mapped[datetime] = mapped_column(MOMENT)


class CardGrant(Table):
    """While an accepted order runs, its provider's people may read the person's card and the need."""

    __tablename__ = "card_grant"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(index=True)
    resident_id: Mapped[UUID] = mapped_column(index=True)
    provider: Mapped[str]
    category: Mapped[str]
    granted_at: Mapped[datetime] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)


class Message(Table):
    """A message to a resident: sealed, sent by a timer, told to the gateway once."""

    __tablename__ = "message"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID | None] = mapped_column(index=True)
    need_id: Mapped[UUID | None]
    template: Mapped[str]
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    sent_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_message_created", "created_at", "id"),)

    phone = Sealed()
    text = Sealed()


class TwinMessage(Table):
    """What the SMS gateway's local twin holds: the messages that a phone would have shown."""

    __tablename__ = "twin_message"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_twin_message_received", "received_at", "id"),)

    phone = Sealed()
    text = Sealed()
