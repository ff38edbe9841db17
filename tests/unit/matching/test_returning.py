"""What follows when an order comes back, falls silent or fails."""

import pytest

from services.matching.rules.returning import (
    CANCELLATIONS,
    FAILURES,
    REFUSALS,
    Next,
    after_cancellation,
    after_return,
)
from shared.schemas.batches import RowOutcome, outcome_of, tally
from shared.schemas.vocabulary import CancellationReason, FailureReason, RefusalReason


def test_every_coded_reason_has_its_consequence() -> None:
    assert set(REFUSALS) == set(RefusalReason)
    assert set(FAILURES) == set(FailureReason)
    assert set(CANCELLATIONS) == set(CancellationReason)


def test_every_return_needs_evidence() -> None:
    assert all(consequence.needs_evidence for consequence in REFUSALS.values())


def test_who_says_that_it_is_not_their_duty_says_whose_it_is() -> None:
    assert REFUSALS[RefusalReason.NOT_OUR_DUTY].names_successor
    assert not REFUSALS[RefusalReason.NO_CAPACITY].names_successor


def test_the_first_return_asks_the_next_and_the_second_waits_for_the_county() -> None:
    refusal = REFUSALS[RefusalReason.NO_CAPACITY]
    assert after_return(refusal, disputes_before=0) is Next.ASK_NEXT
    assert after_return(refusal, disputes_before=1) is Next.AWAIT_COUNTY
    assert after_return(refusal, disputes_before=2) is Next.AWAIT_COUNTY


def test_a_return_for_missing_papers_goes_to_the_station_the_second_time_to_the_county() -> None:
    refusal = REFUSALS[RefusalReason.MISSING_INFORMATION]
    assert after_return(refusal, disputes_before=0) is Next.BACK_TO_STATION
    assert after_return(refusal, disputes_before=1) is Next.AWAIT_COUNTY


@pytest.mark.parametrize(
    "reason", [RefusalReason.RESIDENT_DECLINED, RefusalReason.DUPLICATE, RefusalReason.ALREADY_SERVED]
)
def test_nobody_else_is_asked_where_that_would_double_the_help_or_go_against_the_person(reason: RefusalReason) -> None:
    assert after_return(REFUSALS[reason], disputes_before=5) is Next.BACK_TO_STATION


def test_unsuitable_on_the_visit_counts_as_a_return() -> None:
    assert after_return(FAILURES[FailureReason.RETURNED], disputes_before=1) is Next.AWAIT_COUNTY
    assert after_return(FAILURES[FailureReason.PROVIDER_UNABLE], disputes_before=1) is Next.ASK_NEXT


def test_silence_asks_the_next_but_on_the_countys_decision_goes_back_to_the_county() -> None:
    assert after_cancellation(CancellationReason.NO_REPLY, is_arbitrated=False) is Next.ASK_NEXT
    assert after_cancellation(CancellationReason.NO_REPLY, is_arbitrated=True) is Next.AWAIT_COUNTY


def test_nobody_is_asked_for_a_need_that_ended() -> None:
    assert after_cancellation(CancellationReason.NEED_ENDED, is_arbitrated=True) is Next.NOTHING


def test_the_same_row_again_is_no_change_and_no_fact() -> None:
    assert outcome_of(None, {"name": "助餐"}) is RowOutcome.CREATED
    assert outcome_of({"name": "助餐"}, {"name": "助餐点"}) is RowOutcome.CHANGED
    assert outcome_of({"name": "助餐"}, {"name": "助餐"}) is RowOutcome.UNCHANGED
    assert [outcome for outcome in RowOutcome if outcome.is_told] == [RowOutcome.CREATED, RowOutcome.CHANGED]


def test_a_tally_names_every_outcome() -> None:
    assert tally([RowOutcome.CREATED, RowOutcome.CREATED])[RowOutcome.CREATED] == 2
    assert tally([])[RowOutcome.REFUSED] == 0
