"""The law of quantities: nothing below zero, nothing lost, and what an order held goes back or is used."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.matching.rules.ledger import (
    EMPTY,
    Balance,
    Entry,
    balance,
    correction,
    difference,
    expiry,
    first_unlawful,
    hand_out,
    open_reservations,
)
from services.matching.rules.settlement import Effect, UsedMoreThanReserved, entries_for
from shared.schemas.vocabulary import AccountKind, LedgerEntryKind

from .examples import number

K = LedgerEntryKind
quantities = some.integers(1, 30)
entries = some.one_of(
    some.builds(Entry, some.sampled_from([kind for kind in K if kind is not K.ADJUST]), quantities),
    some.builds(Entry, some.just(K.ADJUST), quantities | quantities.map(lambda amount: -amount)),
)
histories = some.lists(entries, max_size=30)


def lawful(history: list[Entry]) -> list[Entry]:
    """The history as it would be written: an entry that overdraws is refused."""
    written: list[Entry] = []
    for entry in history:
        if balance(written).allows(entry):
            written.append(entry)
    return written


def total(history: list[Entry], *kinds: LedgerEntryKind) -> int:
    return sum(entry.quantity for entry in history if entry.kind in kinds)


@given(histories)
def test_what_is_checked_before_it_is_written_never_goes_below_zero(history: list[Entry]) -> None:
    written = lawful(history)
    assert first_unlawful(written) is None
    assert balance(written).is_lawful


@given(histories)
def test_what_was_given_is_always_somewhere(history: list[Entry]) -> None:
    written = lawful(history)
    assert balance(written).whole == total(written, K.GRANT, K.ADJUST) - total(written, K.EXPIRE)


@given(histories)
def test_remaining_is_the_plain_sum_of_the_entries(history: list[Entry]) -> None:
    expected = total(history, K.GRANT, K.RELEASE, K.ADJUST) - total(history, K.RESERVE, K.EXPIRE)
    assert balance(history).remaining == expected


@given(histories, histories)
def test_sums_do_not_depend_on_where_a_history_is_cut(one: list[Entry], other: list[Entry]) -> None:
    whole, parts = balance(one + other), (balance(one), balance(other))
    assert whole == Balance(*(getattr(parts[0], name) + getattr(parts[1], name) for name in Balance.__slots__))


@given(histories)
def test_the_first_overdraft_is_found_where_it_was_written(history: list[Entry]) -> None:
    written = lawful(history)
    now = balance(written)
    overdraft = Entry(K.RESERVE, now.remaining + 1)
    assert not now.allows(overdraft)
    assert first_unlawful([*written, overdraft, Entry(K.GRANT, 1000)]) == len(written)


@given(histories, some.integers(-5, 5))
def test_the_reconciler_sees_by_how_much_a_column_is_wrong(history: list[Entry], wrong_by: int) -> None:
    assert difference(balance(history).remaining + wrong_by, history) == wrong_by


@given(quantities, some.data())
def test_ten_reserved_and_six_used_give_four_back(quantity: int, data: some.DataObject) -> None:
    used = data.draw(some.integers(0, quantity))
    reserved = entries_for(Effect.RESERVE, quantity, order_id=number(1))
    settled = entries_for(Effect.SETTLE, quantity, order_id=number(1), used=used)
    history = [Entry(K.GRANT, quantity), *reserved, *settled]
    assert balance(history) == Balance(remaining=quantity - used, reserved=0, used=used)
    assert open_reservations(history) == {}


def test_consuming_does_not_touch_what_remains() -> None:
    before = balance([Entry(K.GRANT, 10), Entry(K.RESERVE, 4)])
    assert before.after(Entry(K.CONSUME, 4)) == Balance(remaining=6, reserved=0, used=4)


def test_nothing_can_be_released_or_consumed_that_was_not_reserved() -> None:
    assert not Balance(remaining=10).allows(Entry(K.RELEASE, 1))
    assert not Balance(remaining=10).allows(Entry(K.CONSUME, 1))


def test_an_order_cannot_use_more_than_was_reserved() -> None:
    with pytest.raises(UsedMoreThanReserved):
        entries_for(Effect.SETTLE, 10, order_id=number(1), used=11)


def test_a_release_gives_back_the_whole_and_a_move_without_effect_writes_nothing() -> None:
    assert entries_for(Effect.RELEASE, 3, order_id=number(1)) == (Entry(K.RELEASE, 3, number(1)),)
    assert entries_for(Effect.NOTHING, 3, order_id=number(1)) == ()


@pytest.mark.parametrize("kind", [kind for kind in K if kind is not K.ADJUST])
def test_only_an_adjustment_carries_a_sign_and_nothing_carries_zero(kind: LedgerEntryKind) -> None:
    for quantity in (-1, 0):
        with pytest.raises(ValueError, match="cannot carry"):
            Entry(kind, quantity)
    with pytest.raises(ValueError, match="cannot carry"):
        Entry(K.ADJUST, 0)


def test_what_orders_still_hold_is_told_by_order() -> None:
    history = [
        Entry(K.GRANT, 10),
        Entry(K.RESERVE, 4, number(1)),
        Entry(K.RESERVE, 3, number(2)),
        Entry(K.RELEASE, 3, number(2)),
    ]
    assert open_reservations(history) == {number(1): 4}


def test_filling_a_package_takes_from_the_resource_what_it_gives() -> None:
    moved = dict(hand_out(20))
    assert moved[AccountKind.CAPACITY].effect.remaining + moved[AccountKind.PACKAGE].effect.remaining == 0
    assert balance([Entry(K.GRANT, 50), moved[AccountKind.CAPACITY]]).remaining == 30


@given(histories, some.integers(0, 100))
def test_a_new_maximum_is_reached_by_one_entry(history: list[Entry], maximum: int) -> None:
    now = balance(lawful(history))
    entry = correction(now, maximum)
    assert (now if entry is None else now.after(entry)).whole == maximum


def test_a_provider_cannot_take_back_what_is_reserved() -> None:
    now = balance([Entry(K.GRANT, 10), Entry(K.RESERVE, 8)])
    entry = correction(now, 5)
    assert entry is not None
    assert not now.allows(entry)


def test_at_the_end_of_a_period_what_is_left_goes_and_what_orders_hold_stays() -> None:
    now = balance([Entry(K.GRANT, 10), Entry(K.RESERVE, 4)])
    entry = expiry(now)
    assert entry is not None
    assert now.after(entry) == Balance(remaining=0, reserved=4)
    assert expiry(EMPTY) is None
