"""The law of quantities. The entries are the truth; the `remaining` column is their sum, and may never be below zero.

    entry      remaining  reserved  used    when
    grant          +                        a provider gives capacity, or a package is handed out
    reserve        −         +              an order is requested
    release        +         −              an order ends unused, or the unused rest of it
    consume                  −       +      what an order used
    expire         −                        the period ends
    adjust         ±                        a correction by hand, or capacity moved into a package

Quantities are whole numbers above zero; only an adjustment carries a sign. What was given is always somewhere:
granted + adjusted − expired = remaining + reserved + used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Final, NamedTuple
from uuid import UUID

from shared.schemas.vocabulary import AccountKind, LedgerEntryKind


class Effect(NamedTuple):
    """What one unit of an entry does to each sum."""

    remaining: int = 0
    reserved: int = 0
    used: int = 0


EFFECTS: Final[dict[LedgerEntryKind, Effect]] = {
    LedgerEntryKind.GRANT: Effect(remaining=+1),
    LedgerEntryKind.RESERVE: Effect(remaining=-1, reserved=+1),
    LedgerEntryKind.RELEASE: Effect(remaining=+1, reserved=-1),
    LedgerEntryKind.CONSUME: Effect(reserved=-1, used=+1),
    LedgerEntryKind.EXPIRE: Effect(remaining=-1),
    LedgerEntryKind.ADJUST: Effect(remaining=+1),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: what happened, how much, and for which order where it was for one."""

    kind: LedgerEntryKind
    quantity: int
    order_id: UUID | None = None

    def __post_init__(self) -> None:
        is_sound = self.quantity != 0 if self.kind is LedgerEntryKind.ADJUST else self.quantity > 0
        if not is_sound:
            raise ValueError(f"An entry of kind {self.kind} cannot carry {self.quantity}.")

    @property
    def effect(self) -> Effect:
        """What this entry does to each sum, with its sign."""
        return Effect(*(each * self.quantity for each in EFFECTS[self.kind]))


@dataclass(frozen=True, slots=True)
class Balance:
    """The sums of an account, or of one order's part of it."""

    remaining: int = 0
    reserved: int = 0
    used: int = 0

    def after(self, entry: Entry) -> "Balance":
        """The sums once this entry is written, lawful or not."""
        effect = entry.effect
        return Balance(self.remaining + effect.remaining, self.reserved + effect.reserved, self.used + effect.used)

    @property
    def is_lawful(self) -> bool:
        """Whether nothing is overdrawn."""
        return min(self.remaining, self.reserved, self.used) >= 0

    @property
    def whole(self) -> int:
        """Everything that was given and not taken back, wherever it is now."""
        return self.remaining + self.reserved + self.used

    def allows(self, entry: Entry) -> bool:
        """Whether the entry may be written: nothing is overdrawn, neither what is left nor what is reserved."""
        return self.after(entry).is_lawful


EMPTY: Final = Balance()


def balance(entries: Iterable[Entry]) -> Balance:
    """The sums of these entries."""
    return reduce(Balance.after, entries, EMPTY)


def first_unlawful(entries: Iterable[Entry]) -> int | None:
    """The place of the first entry that overdrew its account, or `None` if the history is lawful throughout."""
    now = EMPTY
    for place, entry in enumerate(entries):
        now = now.after(entry)
        if not now.is_lawful:
            return place
    return None


def difference(column: int, entries: Iterable[Entry]) -> int:
    """How far the `remaining` column is from the truth; 0 is what the reconciler hopes for."""
    return column - balance(entries).remaining


def open_reservations(entries: Iterable[Entry]) -> dict[UUID, int]:
    """What is still reserved, by order. Orders that ended must not be here, those under way must."""
    held: dict[UUID, int] = {}
    for entry in entries:
        if entry.order_id is not None:
            held[entry.order_id] = held.get(entry.order_id, 0) + entry.effect.reserved
    return {order_id: quantity for order_id, quantity in held.items() if quantity}


def hand_out(quantity: int) -> tuple[tuple[AccountKind, Entry], ...]:
    """A package is filled from the resource's own capacity: what one account gains the other loses."""
    return (
        (AccountKind.CAPACITY, Entry(LedgerEntryKind.ADJUST, -quantity)),
        (AccountKind.PACKAGE, Entry(LedgerEntryKind.GRANT, quantity)),
    )


def correction(now: Balance, maximum: int) -> Entry | None:
    """The entry that makes an account hold `maximum` in all, or `None` where it does already.

    What was handed out to packages is theirs: take it off `maximum` first. A provider that lowers its capacity cannot
    take back what is reserved or used: see `Balance.allows`.
    """
    change = maximum - now.whole
    return Entry(LedgerEntryKind.ADJUST, change) if change else None


def expiry(now: Balance) -> Entry | None:
    """The entry at the end of a period: all that is left goes; what orders hold they keep until they end."""
    return Entry(LedgerEntryKind.EXPIRE, now.remaining) if now.remaining else None
