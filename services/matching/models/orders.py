"""A service order (工单), its clock, and its verbs: each returns the fact that it caused."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from services.matching.errors import OrderCannotMove
from services.matching.models.table import Table
from services.matching.rules import orders as rules
from services.matching.rules.orders import Attempt, OrderNow, Verb
from shared.kit.clocks import ClockColumns
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT
from shared.schemas.facts import matching as facts
from shared.schemas.vocabulary import CancellationReason, FailureReason, OrderStatus, PauseReason, RefusalReason

# Sorts after every due time; shown as "nothing due".
NOTHING_DUE: Final = datetime(2999, 1, 1, tzinfo=UTC)


class Order(Table):
    """One request to one provider for one need; the next candidate's order replaces it."""

    __tablename__ = "service_order"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    need_id: Mapped[UUID] = mapped_column(index=True)
    episode: Mapped[int]
    resident_id: Mapped[UUID | None] = mapped_column(index=True)
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), index=True)
    # Whence it is drawn; null in a draft and for kinds without a quantity.
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    # The package that the station wishes to draw, where it named one.
    package_id: Mapped[UUID | None]
    provider: Mapped[str]
    station_id: Mapped[UUID]
    division: Mapped[str]
    category: Mapped[str]
    urgency: Mapped[str]
    quantity: Mapped[int]
    used: Mapped[int | None]
    status: Mapped[str]
    replaces: Mapped[UUID | None] = mapped_column(index=True)
    # The lead order that this one is a part of; an ended lead names who leads after it.
    part_of: Mapped[UUID | None] = mapped_column(index=True)
    # The county decided it: it cannot be returned again.
    is_arbitrated: Mapped[bool] = mapped_column(server_default=text("false"))
    # It was returned a second time, and waits for the county to decide.
    awaits_county: Mapped[bool] = mapped_column(server_default=text("false"))
    # A return that counts towards the county's decision.
    is_dispute: Mapped[bool] = mapped_column(server_default=text("false"))
    refusal: Mapped[str | None]
    evidence_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    suggested_provider: Mapped[str | None]
    failure: Mapped[str | None]
    cancellation: Mapped[str | None]
    # Why it stands still, and since when; null while it runs.
    hold_reason: Mapped[str | None]
    held_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ruling: Mapped[str | None]
    ruling_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    requested_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    requested_at: Mapped[datetime | None] = mapped_column(MOMENT)
    accepted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    started_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # When the answer is due: what the inboxes are ordered by. Far in the future when nothing is due.
    due_at: Mapped[datetime] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        Index("ix_service_order_provider", "provider", "status", "due_at", "id"),
        Index("ix_service_order_station", "station_id", "status", "due_at", "id"),
        Index("ix_service_order_division", "division", "due_at", "id"),
        Index("ix_service_order_due", "due_at", "id"),
    )

    evidence = Sealed()
    ruling_reason = Sealed()

    @property
    def is_open(self) -> bool:
        return OrderStatus(self.status) in rules.OPEN

    def check(
        self, verb: Verb, *, at: datetime, failure: FailureReason | None = None, has_open_part: bool = False
    ) -> None:
        """Refuse a move that the rules do not allow, with the remedy."""
        due = None if self.due_at >= NOTHING_DUE else self.due_at
        now = OrderNow(OrderStatus(self.status), due, self.is_arbitrated, has_open_part)
        attempt = Attempt(verb, at, failure)
        found = rules.obstacle(now, attempt)
        if found is not None:
            raise OrderCannotMove(rules.words_for(found, now, attempt))

    def _move(
        self, verb: Verb, at: datetime, *, failure: FailureReason | None = None, has_open_part: bool = False
    ) -> None:
        self.check(verb, at=at, failure=failure, has_open_part=has_open_part)
        self.status = rules.MOVES[verb].end
        self.version += 1
        if verb is not Verb.REQUEST:
            self.due_at = NOTHING_DUE
        if OrderStatus(self.status) in rules.ENDED:
            self.ended_at = at

    def request(self, *, due: datetime, at: datetime) -> facts.OrderRequested:
        """The draft goes out, and the provider's clock runs."""
        self._move(Verb.REQUEST, at)
        self.requested_at, self.due_at = at, due
        return facts.OrderRequested(
            order_id=self.id, reference=self.reference, need_id=self.need_id, resident_id=self.resident_id,
            resource_id=self.resource_id, provider=self.provider, station_id=self.station_id, division=self.division,
            category=self.category, quantity=self.quantity, due_at=due, replaces=self.replaces,
        )  # fmt: skip

    def accept(self, *, at: datetime) -> facts.OrderAccepted:
        self._move(Verb.ACCEPT, at)
        self.accepted_at = at
        return facts.OrderAccepted(
            order_id=self.id, need_id=self.need_id, resident_id=self.resident_id, provider=self.provider,
            category=self.category, accepted_at=at,
        )  # fmt: skip

    def reject(
        self, reason: RefusalReason, evidence: str, suggested: str | None, *, is_dispute: bool, awaits_county: bool,
        at: datetime,
    ) -> facts.OrderRejected:  # fmt: skip
        """The provider returns it, says why, brings evidence, and may say whom it should go to."""
        self._move(Verb.REJECT, at)
        self.refusal, self.evidence, self.suggested_provider = reason, evidence, suggested
        self.is_dispute, self.awaits_county = is_dispute, awaits_county
        return facts.OrderRejected(
            order_id=self.id, need_id=self.need_id, provider=self.provider, reason=reason,
            waits_for_county=awaits_county,
        )  # fmt: skip

    def start(self, *, occurred_at: datetime, at: datetime) -> facts.OrderStarted:
        """Service began."""
        self._move(Verb.START, at)
        self.started_at = occurred_at
        return facts.OrderStarted(
            order_id=self.id, need_id=self.need_id, provider=self.provider, started_at=occurred_at
        )

    def hold(self, reason: PauseReason, *, at: datetime) -> facts.OrderHeld:
        """Service stands still."""
        self._move(Verb.HOLD, at)
        self.hold_reason, self.held_at = reason, at
        return facts.OrderHeld(
            order_id=self.id, need_id=self.need_id, provider=self.provider, reason=reason, held_at=at
        )  # fmt: skip

    def resume(self, *, at: datetime) -> facts.OrderResumed:
        """Service goes on."""
        self._move(Verb.RESUME, at)
        self.hold_reason = self.held_at = None
        return facts.OrderResumed(order_id=self.id, need_id=self.need_id, provider=self.provider, resumed_at=at)

    def complete(self, used: int, *, has_open_part: bool, at: datetime) -> facts.OrderCompleted:
        """Service ended; what was not used goes back. A lead waits for its parts."""
        self._move(Verb.COMPLETE, at, has_open_part=has_open_part)
        self.used = used
        return facts.OrderCompleted(
            order_id=self.id, need_id=self.need_id, provider=self.provider, quantity=self.quantity, used=used,
            completed_at=at,
        )  # fmt: skip

    def fail(
        self, reason: FailureReason, evidence: str, used: int, *, is_dispute: bool, awaits_county: bool, at: datetime
    ) -> facts.OrderFailed:
        """What was taken could not be done."""
        self._move(Verb.FAIL, at, failure=reason)
        self.failure, self.evidence, self.used = reason, evidence, used
        self.is_dispute, self.awaits_county = is_dispute, awaits_county
        return facts.OrderFailed(
            order_id=self.id, need_id=self.need_id, provider=self.provider, reason=reason, used=used
        )

    def lapse(self, *, awaits_county: bool, at: datetime) -> facts.OrderCancelled:
        """Nobody answered in time."""
        self._move(Verb.LAPSE, at)
        self.awaits_county = awaits_county
        return self._cancelled(CancellationReason.NO_REPLY)

    def rule(self, ruling: str, reason: str) -> None:
        """The county has decided what follows this return."""
        self.ruling, self.ruling_reason, self.awaits_county = ruling, reason, False
        self.version += 1

    def cancel(self, reason: CancellationReason, *, used: int = 0, at: datetime) -> facts.OrderCancelled:
        """Taken back; what was used by then stays used."""
        self._move(Verb.CANCEL, at)
        self.used = used or None
        return self._cancelled(reason)

    def _cancelled(self, reason: CancellationReason) -> facts.OrderCancelled:
        self.cancellation = reason
        return facts.OrderCancelled(
            order_id=self.id, need_id=self.need_id, provider=self.provider, reason=reason, used=self.used or 0
        )


class Clock(ClockColumns, Table):
    """The promise that a provider answers in time. Scope columns are the order's."""

    __tablename__ = "clock"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("service_order.id"), index=True)
    provider: Mapped[str]
    station_id: Mapped[UUID]
    division: Mapped[str]
