"""What the moves of an order write into the ledger."""

from enum import StrEnum
from uuid import UUID

from services.matching.rules.ledger import Entry
from shared.schemas.vocabulary import LedgerEntryKind


class Effect(StrEnum):
    """Nothing; reserve the whole; release the whole; or consume what was used and release the rest."""

    NOTHING = "nothing"
    RESERVE = "reserve"
    RELEASE = "release"
    SETTLE = "settle"


class UsedMoreThanReserved(ValueError):
    """An order cannot use more than was reserved for it: what is beyond needs an order of its own."""

    def __init__(self, used: int, reserved: int) -> None:
        super().__init__(f"{used} used, but {reserved} reserved.")
        self.used, self.reserved = used, reserved


def entries_for(effect: Effect, quantity: int, *, order_id: UUID, used: int = 0) -> tuple[Entry, ...]:
    """The entries of one move of an order over `quantity`: of ten meals reserved and six used, four come back."""
    consumed, released = _shares(effect, quantity, used)
    wanted = (
        (LedgerEntryKind.RESERVE, quantity if effect is Effect.RESERVE else 0),
        (LedgerEntryKind.CONSUME, consumed),
        (LedgerEntryKind.RELEASE, released),
    )
    return tuple(Entry(kind, amount, order_id) for kind, amount in wanted if amount)


def _shares(effect: Effect, quantity: int, used: int) -> tuple[int, int]:
    """How much is consumed and how much is released."""
    if not 0 <= used <= quantity:
        raise UsedMoreThanReserved(used, quantity)
    if effect is Effect.SETTLE:
        return used, quantity - used
    return 0, quantity if effect is Effect.RELEASE else 0
