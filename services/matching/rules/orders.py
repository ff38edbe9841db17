"""The moves of a service order (工单): FHIR Task's states, who may make each move, and what it does to the ledger."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.matching.rules.settlement import Effect
from shared.schemas.access import Action
from shared.schemas.reference import Sentence
from shared.schemas.vocabulary import FailureReason, OrderStatus, Word


class Verb(Word):
    """What can be done with an order. `lapse` is what silence past the deadline does."""

    REQUEST = "request", "下单"
    ACCEPT = "accept", "接单"
    REJECT = "reject", "退单"
    LAPSE = "lapse", "按逾期处理"
    START = "start", "开始办理"
    HOLD = "hold", "挂起"
    RESUME = "resume", "恢复办理"
    COMPLETE = "complete", "办结"
    FAIL = "fail", "按办理失败结束"
    CANCEL = "cancel", "撤单"
    MARK_IN_ERROR = "mark_in_error", "作废"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: from which states to which, and what the ledger does.

    `action` names the people who may (`shared.schemas.access` says which roles, how far); without one, nobody may.
    `by_platform` says that the platform makes this move by itself: a rule row, another service's fact, a deadline.
    """

    start: frozenset[OrderStatus]
    end: OrderStatus
    action: Action | None
    effect: Effect = Effect.NOTHING
    by_platform: bool = False


def _from(*statuses: OrderStatus) -> frozenset[OrderStatus]:
    return frozenset(statuses)


UNDER_WAY: Final = _from(OrderStatus.ACCEPTED, OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD)
OPEN: Final = UNDER_WAY | _from(OrderStatus.DRAFT, OrderStatus.REQUESTED)
ENDED: Final = frozenset(OrderStatus) - OPEN
# The states in which an order holds a reservation; a draft holds none.
HOLDING: Final = OPEN - _from(OrderStatus.DRAFT)

DRAFT, REQUESTED = _from(OrderStatus.DRAFT), _from(OrderStatus.REQUESTED)
ACCEPTED, IN_PROGRESS = _from(OrderStatus.ACCEPTED), _from(OrderStatus.IN_PROGRESS)
ON_HOLD = _from(OrderStatus.ON_HOLD)

MOVES: Final[dict[Verb, Move]] = {
    Verb.REQUEST: Move(DRAFT, OrderStatus.REQUESTED, Action.REQUEST_ORDER, Effect.RESERVE, by_platform=True),
    Verb.ACCEPT: Move(REQUESTED, OrderStatus.ACCEPTED, Action.ANSWER_ORDER),
    Verb.REJECT: Move(REQUESTED, OrderStatus.REJECTED, Action.ANSWER_ORDER, Effect.RELEASE),
    Verb.LAPSE: Move(REQUESTED, OrderStatus.CANCELLED, None, Effect.RELEASE, by_platform=True),
    Verb.START: Move(ACCEPTED, OrderStatus.IN_PROGRESS, Action.WORK_ORDER),
    Verb.HOLD: Move(IN_PROGRESS, OrderStatus.ON_HOLD, Action.WORK_ORDER),
    Verb.RESUME: Move(ON_HOLD, OrderStatus.IN_PROGRESS, Action.WORK_ORDER),
    Verb.COMPLETE: Move(IN_PROGRESS, OrderStatus.COMPLETED, Action.WORK_ORDER, Effect.SETTLE),
    Verb.FAIL: Move(UNDER_WAY, OrderStatus.FAILED, Action.WORK_ORDER, Effect.SETTLE),
    Verb.CANCEL: Move(OPEN, OrderStatus.CANCELLED, Action.CANCEL_ORDER, Effect.SETTLE, by_platform=True),
    Verb.MARK_IN_ERROR: Move(OPEN, OrderStatus.ENTERED_IN_ERROR, Action.CANCEL_ORDER, Effect.SETTLE, by_platform=True),
}

# An answer at the deadline itself is in time: silence ends an order the moment after.
DEADLINE_AFTER: Final = timedelta(seconds=1)

# The states in which an order is born, with what that does to the ledger.
BIRTHS: Final[dict[OrderStatus, Effect]] = {
    OrderStatus.DRAFT: Effect.NOTHING,
    OrderStatus.REQUESTED: Effect.RESERVE,
}


@dataclass(frozen=True, slots=True)
class OrderNow:
    """What the rules must know of an order to judge a move.

    `due` is the deadline for the answer (`None` in a draft); `is_arbitrated` says that the county decided it;
    `has_open_child` that a part of it (`part_of`) has not ended.
    """

    status: OrderStatus
    due: datetime | None = None
    is_arbitrated: bool = False
    has_open_child: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """The move that somebody tries: the verb, the moment, and for a failure its reason."""

    verb: Verb
    at: datetime
    failure: FailureReason | None = None


class Obstacle(Word):
    """Why a move is refused."""

    WRONG_STATUS = "wrong_status", "当前状态不允许"
    TOO_LATE = "too_late", "已过答复期限"
    NOT_DUE = "not_due", "尚未到期"
    ARBITRATED = "arbitrated", "县级已裁定"
    CHILD_OPEN = "child_open", "子工单未结束"


def _is_wrong_status(order: OrderNow, attempt: Attempt) -> bool:
    return order.status not in MOVES[attempt.verb].start


def _is_too_late(order: OrderNow, attempt: Attempt) -> bool:
    """Silence ends an order at its deadline: whoever answers later is too late, whether the timer has run or not."""
    is_answer = MOVES[attempt.verb].action is Action.ANSWER_ORDER
    return is_answer and order.due is not None and attempt.at > order.due


def _is_not_due(order: OrderNow, attempt: Attempt) -> bool:
    return attempt.verb is Verb.LAPSE and (order.due is None or attempt.at <= order.due)


def _returns_a_decision(order: OrderNow, attempt: Attempt) -> bool:
    is_return = attempt.verb is Verb.REJECT or attempt.failure is FailureReason.RETURNED
    return order.is_arbitrated and is_return


def _leaves_a_child(order: OrderNow, attempt: Attempt) -> bool:
    return attempt.verb is Verb.COMPLETE and order.has_open_child


OBSTACLES: Final[tuple[tuple[Obstacle, Callable[[OrderNow, Attempt], bool]], ...]] = (
    (Obstacle.WRONG_STATUS, _is_wrong_status),
    (Obstacle.TOO_LATE, _is_too_late),
    (Obstacle.NOT_DUE, _is_not_due),
    (Obstacle.ARBITRATED, _returns_a_decision),
    (Obstacle.CHILD_OPEN, _leaves_a_child),
)

REMEDIES: Final[dict[Obstacle, tuple[str, str]]] = {
    Obstacle.WRONG_STATUS: (
        "工单现为「{now.zh}」，不能{verb.zh}。请刷新后按现状办理。",
        "The order is {now}, so {verb} is not possible. Read it again and go on from there.",
    ),
    Obstacle.TOO_LATE: (
        "答复期限已过，不能{verb.zh}。本工单按逾期未答复处理，如仍愿承接请联系社工站重新派单。",
        (
            "The deadline for an answer has passed, so {verb} is not possible: the order counts as not answered. "
            "If you still want it, ask the station to order again."
        ),
    ),
    Obstacle.NOT_DUE: ("答复期限未到，不能{verb.zh}。", "The deadline for an answer has not passed yet."),
    Obstacle.ARBITRATED: (
        "本工单由县级裁定，不能再退。如确有困难，请与县级协调。",
        "The county decided on this order, so it cannot be returned again. Speak to the county.",
    ),
    Obstacle.CHILD_OPEN: (
        "还有子工单未结束，牵头工单不能办结。请先办结各子工单。",
        "A part of this order is still open, so the lead order cannot be completed. End its parts first.",
    ),
}


def obstacle(order: OrderNow, attempt: Attempt) -> Obstacle | None:
    """The first thing that stands in the way of a move, or `None` if it may be made."""
    return next((name for name, stands in OBSTACLES if stands(order, attempt)), None)


def words_for(found: Obstacle, order: OrderNow, attempt: Attempt) -> Sentence:
    """The refusal with its remedy, for the error that the caller reads."""
    zh, en = (text.format(now=order.status, verb=attempt.verb) for text in REMEDIES[found])
    return Sentence(zh=zh, en=en)


def effect_of(verb: Verb, status: OrderStatus) -> Effect:
    """What a move from this state does to the ledger; leaving a draft by its ends does nothing, it holds nothing."""
    effect = MOVES[verb].effect
    return Effect.NOTHING if status not in HOLDING and effect is not Effect.RESERVE else effect


def next_lead(parts: Iterable[tuple[UUID, OrderStatus]]) -> UUID | None:
    """Who leads when the lead order ended early (首接负责): the oldest part that is still open, or nobody."""
    return min((order_id for order_id, status in parts if status in OPEN), default=None)
