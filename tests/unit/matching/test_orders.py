"""The moves of an order: what may follow what, who may do it, and that the ledger always agrees."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.matching.rules.ledger import Entry, balance
from services.matching.rules.orders import (
    ENDED,
    HOLDING,
    MOVES,
    Attempt,
    Obstacle,
    OrderNow,
    Verb,
    effect_of,
    next_lead,
    obstacle,
    words_for,
)
from services.matching.rules.settlement import entries_for
from shared.schemas.access import TABLE, Action, Role
from shared.schemas.vocabulary import FailureReason, LedgerEntryKind, OrderStatus

from .examples import number

S = OrderStatus
DUE = datetime(2026, 11, 26, 9, tzinfo=UTC)
IN_TIME, LATE = DUE - timedelta(hours=1), DUE + timedelta(seconds=1)
QUANTITY = 10


def stands_in_the_way(status: OrderStatus, verb: Verb, at: datetime = IN_TIME, **order: bool) -> Obstacle | None:
    return obstacle(OrderNow(status, DUE, **order), Attempt(verb, at))


@given(some.lists(some.tuples(some.sampled_from(Verb), some.integers(0, QUANTITY)), max_size=20))
def test_however_an_order_goes_the_ledger_holds_its_quantity_exactly_while_it_is_open(
    walk: list[tuple[Verb, int]],
) -> None:
    status, history = S.DRAFT, [Entry(LedgerEntryKind.GRANT, QUANTITY)]
    for verb, used in walk:
        at = LATE if verb is Verb.LAPSE else IN_TIME
        if stands_in_the_way(status, verb, at) is None:
            history += entries_for(effect_of(verb, status), QUANTITY, order_id=number(1), used=used)
            status = MOVES[verb].end
        now = balance(history)
        assert now.is_lawful
        assert now.whole == QUANTITY
        assert now.reserved == (QUANTITY if status in HOLDING else 0)


@pytest.mark.parametrize("status", sorted(ENDED))
@pytest.mark.parametrize("verb", Verb)
def test_an_order_that_ended_moves_no_more(status: OrderStatus, verb: Verb) -> None:
    assert stands_in_the_way(status, verb) is Obstacle.WRONG_STATUS


def test_every_state_can_be_reached_and_every_open_one_can_be_left() -> None:
    starts = frozenset[OrderStatus]().union(*(move.start for move in MOVES.values()))
    assert {move.end for move in MOVES.values()} | {S.DRAFT} == set(OrderStatus)
    assert starts == set(OrderStatus) - ENDED


def test_every_verb_has_its_row() -> None:
    assert set(MOVES) == set(Verb)


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ([Verb.REQUEST, Verb.ACCEPT, Verb.START, Verb.COMPLETE], S.COMPLETED),
        ([Verb.REQUEST, Verb.ACCEPT, Verb.START, Verb.HOLD, Verb.RESUME, Verb.COMPLETE], S.COMPLETED),
        ([Verb.REQUEST, Verb.REJECT], S.REJECTED),
        ([Verb.REQUEST, Verb.ACCEPT, Verb.FAIL], S.FAILED),
        ([Verb.REQUEST, Verb.ACCEPT, Verb.START, Verb.CANCEL], S.CANCELLED),
        ([Verb.MARK_IN_ERROR], S.ENTERED_IN_ERROR),
    ],
)
def test_the_ways_that_orders_go(path: list[Verb], end: OrderStatus) -> None:
    status = S.DRAFT
    for verb in path:
        assert stands_in_the_way(status, verb) is None
        status = MOVES[verb].end
    assert status is end


@pytest.mark.parametrize("verb", [Verb.ACCEPT, Verb.REJECT])
def test_an_answer_after_the_deadline_is_too_late_even_before_the_timer_has_run(verb: Verb) -> None:
    assert stands_in_the_way(S.REQUESTED, verb, DUE) is None
    assert stands_in_the_way(S.REQUESTED, verb, LATE) is Obstacle.TOO_LATE


def test_silence_counts_only_once_the_deadline_has_passed() -> None:
    assert stands_in_the_way(S.REQUESTED, Verb.LAPSE, DUE) is Obstacle.NOT_DUE
    assert stands_in_the_way(S.REQUESTED, Verb.LAPSE, LATE) is None


def test_work_that_was_accepted_in_time_may_begin_after_the_deadline() -> None:
    assert stands_in_the_way(S.ACCEPTED, Verb.START, LATE) is None


def test_what_the_county_decided_can_be_neither_returned_nor_failed_as_a_return() -> None:
    assert stands_in_the_way(S.REQUESTED, Verb.REJECT, is_arbitrated=True) is Obstacle.ARBITRATED
    order = OrderNow(S.IN_PROGRESS, DUE, is_arbitrated=True)
    assert obstacle(order, Attempt(Verb.FAIL, IN_TIME, FailureReason.RETURNED)) is Obstacle.ARBITRATED
    assert obstacle(order, Attempt(Verb.FAIL, IN_TIME, FailureReason.UNSAFE)) is None


def test_a_lead_order_cannot_be_completed_while_a_part_of_it_is_open() -> None:
    assert stands_in_the_way(S.IN_PROGRESS, Verb.COMPLETE, has_open_child=True) is Obstacle.CHILD_OPEN
    assert stands_in_the_way(S.IN_PROGRESS, Verb.FAIL, has_open_child=True) is None


@pytest.mark.parametrize("verb", [Verb.COMPLETE, Verb.FAIL, Verb.CANCEL])
def test_however_work_ends_what_was_used_is_consumed(verb: Verb) -> None:
    entries = entries_for(effect_of(verb, S.IN_PROGRESS), QUANTITY, order_id=number(1), used=6)
    assert {entry.kind: entry.quantity for entry in entries} == {"consume": 6, "release": 4}


def test_when_the_lead_ends_early_the_oldest_open_part_leads() -> None:
    parts = [(number(3), S.ACCEPTED), (number(1), S.COMPLETED), (number(2), S.REQUESTED)]
    assert next_lead(parts) == number(2)
    assert next_lead([(number(1), S.FAILED)]) is None


def test_providers_answer_and_work_stations_request_and_cancel_and_nobody_lapses() -> None:
    may = {verb: set(TABLE[move.action]) for verb, move in MOVES.items() if move.action is not None}
    assert Role.PROVIDER_OFFICER in may[Verb.ACCEPT]
    assert Role.SOCIAL_WORKER not in may[Verb.ACCEPT]
    assert Role.SOCIAL_WORKER in may[Verb.REQUEST]
    assert Role.PROVIDER_OFFICER not in may[Verb.CANCEL]
    assert set(Verb) - set(may) == {Verb.LAPSE}
    assert Action.ARBITRATE_ORDER not in {move.action for move in MOVES.values()}


@pytest.mark.parametrize("found", Obstacle)
@pytest.mark.parametrize("verb", Verb)
def test_every_refusal_says_the_remedy_in_both_languages(found: Obstacle, verb: Verb) -> None:
    words = words_for(found, OrderNow(S.COMPLETED), Attempt(verb, IN_TIME))
    assert "{" not in words.zh + words.en
    assert words.zh.endswith("。")
    assert words.en.endswith(".")


def test_the_refusal_names_the_state_and_the_verb() -> None:
    words = words_for(Obstacle.WRONG_STATUS, OrderNow(S.COMPLETED), Attempt(Verb.ACCEPT, IN_TIME))
    assert words.zh == "工单现为「已完成」，不能接单。请刷新后按现状办理。"
