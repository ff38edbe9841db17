"""What a case plans beyond its own work: how people stand after the end, and what came of a wished order."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from shared.schemas.vocabulary import OrderStatus, Word


class WishState(Word):
    """How far a wished order is: not asked yet, no longer wanted, or what the latest order is."""

    WISHED = "wished", "待下单"
    WITHDRAWN = "withdrawn", "已撤销"
    REQUESTED = OrderStatus.REQUESTED.value, OrderStatus.REQUESTED.zh
    ACCEPTED = OrderStatus.ACCEPTED.value, OrderStatus.ACCEPTED.zh
    REJECTED = OrderStatus.REJECTED.value, OrderStatus.REJECTED.zh
    IN_PROGRESS = OrderStatus.IN_PROGRESS.value, OrderStatus.IN_PROGRESS.zh
    ON_HOLD = OrderStatus.ON_HOLD.value, OrderStatus.ON_HOLD.zh
    COMPLETED = OrderStatus.COMPLETED.value, OrderStatus.COMPLETED.zh
    FAILED = OrderStatus.FAILED.value, OrderStatus.FAILED.zh
    CANCELLED = OrderStatus.CANCELLED.value, OrderStatus.CANCELLED.zh


# After these nothing comes of an order by itself, so the wish is open for the next one.
CAME_TO_NOTHING: Final = frozenset({OrderStatus.REJECTED, OrderStatus.FAILED, OrderStatus.CANCELLED})


def state_of(latest: str | None, *, is_withdrawn: bool) -> WishState:
    """The state of a wish by its latest order; one that runs counts, though nobody wished for it any more."""
    if is_withdrawn and not is_running(latest):
        return WishState.WITHDRAWN
    return WishState.WISHED if latest is None else WishState(latest)


def is_running(latest: str | None) -> bool:
    """Whether an order of the wish is under way, or done."""
    return latest is not None and latest not in CAME_TO_NOTHING


def moments_without_need(
    parts: Sequence[tuple[object, datetime]], endings: Iterable[tuple[object, datetime]]
) -> list[datetime]:
    """When nothing asked for a case any more: every need that it had by then was withdrawn or went elsewhere.

    `parts` are needs with the moment at which they joined, `endings` those that ended without being met. A need that
    asks again joins anew, and what ended before it joined does not count.
    """
    ended = sorted(endings, key=lambda ending: ending[1])
    found = []
    for _, moment in ended:
        until_then = [(need, joined) for need, joined in parts if joined <= moment]
        gone = [any(need == other and joined <= at <= moment for other, at in ended) for need, joined in until_then]
        if gone and all(gone):
            found.append(moment)
    return found
