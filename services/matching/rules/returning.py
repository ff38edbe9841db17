"""What follows when an order ends without the help being given: who is asked next, or who must decide.

A provider's coded reason says what it implies. The first return of a need asks the next candidate; the second
waits for the county, and what the county decides cannot be returned. Silence asks the next candidate too.
"""

from dataclasses import dataclass
from typing import Final

from shared.schemas.vocabulary import CancellationReason, FailureReason, RefusalReason, Word


class Next(Word):
    """What happens after an order ended."""

    ASK_NEXT = "ask_next", "自动派给下一家"
    BACK_TO_STATION = "back_to_station", "退回社工站"
    AWAIT_COUNTY = "await_county", "等待县级裁定"
    NOTHING = "nothing", "无后续"


class Ruling(Word):
    """What the county may decide: this resource must take it, the return stands, or nobody can be found."""

    ASSIGN = "assign", "指定承接"
    UPHOLD = "uphold", "退单成立"
    WAIT = "wait", "转入轮候"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a reason implies.

    `needs_evidence` and `names_successor` are what the provider must bring: proof, and whom it should go to.
    `is_dispute` says that the return counts towards the county's decision: departments differ about whose it is.
    """

    next: Next
    needs_evidence: bool = True
    names_successor: bool = False
    is_dispute: bool = False


def _not_ours(*, names_successor: bool = True) -> Consequence:
    return Consequence(Next.ASK_NEXT, names_successor=names_successor, is_dispute=True)


REFUSALS: Final[dict[RefusalReason, Consequence]] = {
    RefusalReason.NOT_OUR_DUTY: _not_ours(),
    RefusalReason.OUTSIDE_AREA: _not_ours(),
    RefusalReason.NOT_ELIGIBLE: _not_ours(),
    RefusalReason.UNSUITABLE: _not_ours(),
    RefusalReason.PROGRAMME_ENDED: _not_ours(names_successor=False),
    RefusalReason.NO_CAPACITY: _not_ours(names_successor=False),
    # The paper is missing, not the help: the station completes it. It counts, lest an order be sent round in circles.
    RefusalReason.MISSING_INFORMATION: Consequence(Next.BACK_TO_STATION, is_dispute=True),
    # Asking somebody else would double the help, or go against the person's wish.
    RefusalReason.DUPLICATE: Consequence(Next.BACK_TO_STATION),
    RefusalReason.ALREADY_SERVED: Consequence(Next.BACK_TO_STATION),
    RefusalReason.RESIDENT_DECLINED: Consequence(Next.BACK_TO_STATION),
}

FAILURES: Final[dict[FailureReason, Consequence]] = {
    FailureReason.RETURNED: _not_ours(names_successor=False),
    FailureReason.PROVIDER_UNABLE: Consequence(Next.ASK_NEXT),
    FailureReason.RESIDENT_ABSENT: Consequence(Next.BACK_TO_STATION),
    FailureReason.RESIDENT_DECLINED: Consequence(Next.BACK_TO_STATION),
    FailureReason.UNSAFE: Consequence(Next.BACK_TO_STATION),
}

CANCELLATIONS: Final[dict[CancellationReason, Next]] = {
    CancellationReason.NO_REPLY: Next.ASK_NEXT,
    CancellationReason.RESOURCE_ENDED: Next.ASK_NEXT,
    CancellationReason.STATION_WITHDREW: Next.BACK_TO_STATION,
    CancellationReason.CONSENT_WITHDRAWN: Next.BACK_TO_STATION,
    CancellationReason.NEED_ENDED: Next.NOTHING,
    CancellationReason.RESIDENT_WITHDREW: Next.NOTHING,
    CancellationReason.REPLACED: Next.NOTHING,
}

# The county hears the second return of the same need's episode.
RETURNS_BEFORE_COUNTY: Final = 2


def after_return(consequence: Consequence, *, disputes_before: int) -> Next:
    """What follows a return, given how many disputed returns this episode had before it."""
    count = disputes_before + consequence.is_dispute
    return Next.AWAIT_COUNTY if consequence.is_dispute and count >= RETURNS_BEFORE_COUNTY else consequence.next


def after_cancellation(reason: CancellationReason, *, is_arbitrated: bool) -> Next:
    """What follows a cancellation. Silence on what the county decided goes back to the county."""
    if is_arbitrated and reason is CancellationReason.NO_REPLY:
        return Next.AWAIT_COUNTY
    return CANCELLATIONS[reason]
