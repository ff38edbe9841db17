"""How much of a resource an order takes, and what a list then lacks or has to spare."""

from typing import Final

from shared.schemas.vocabulary import OrderStatus

HOLDS: Final = frozenset({OrderStatus.REQUESTED, OrderStatus.ACCEPTED, OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD})


def taken_by(status: OrderStatus, quantity: int, used: int | None) -> int:
    """What an order takes of its resource: all of it while it runs, and what was used once it ended, however."""
    return quantity if status in HOLDS else used or 0


def used_of_package(quota: int, used: int) -> int:
    """Of what a station used of a resource in a quarter, what came from its package: that is drawn first."""
    return min(quota, used)
