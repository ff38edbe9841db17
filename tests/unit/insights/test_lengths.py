"""Lengths are counted as anybody would count them by hand."""

import statistics
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.insights.rules.lengths import Span, lengths_of

START = datetime(2026, 3, 10, tzinfo=UTC)
NOW = START + timedelta(days=60)
seconds = st.lists(st.integers(0, 30 * 86_400), min_size=2, max_size=60)


def spans(lengths: list[int]) -> list[Span]:
    return [Span(START, START + timedelta(seconds=length), START + timedelta(days=3)) for length in lengths]


@given(seconds)
def test_mean_median_and_p90_are_those_of_a_plain_computation(lengths: list[int]) -> None:
    found = lengths_of(spans(lengths), NOW)
    days = [length / 86_400 for length in lengths]
    assert found.count == len(lengths)
    assert found.mean == pytest.approx(statistics.fmean(days))
    assert found.median == pytest.approx(statistics.median(days))
    assert found.p90 == pytest.approx(statistics.quantiles(days, n=10, method="inclusive")[8])


@given(seconds)
def test_as_many_are_in_time_as_did_not_take_longer(lengths: list[int]) -> None:
    assert lengths_of(spans(lengths), NOW).in_time == sum(length <= 3 * 86_400 for length in lengths)


@given(seconds)
def test_the_order_in_which_they_came_changes_nothing(lengths: list[int]) -> None:
    turned = list(reversed(lengths))
    assert lengths_of(spans(turned), NOW) == lengths_of(spans(lengths), NOW)


def test_what_was_not_done_in_time_counts_against_the_share() -> None:
    waiting = Span(START, None, START + timedelta(days=3))
    found = lengths_of([*spans([86_400]), waiting], NOW)
    assert (found.count, found.in_time, found.overdue, found.share_in_time) == (1, 1, 1, 0.5)


def test_what_may_still_be_in_time_counts_for_nothing_yet() -> None:
    found = lengths_of([Span(START, None, START + timedelta(days=3))], START + timedelta(days=1))
    assert (found.count, found.overdue, found.mean, found.share_in_time) == (0, 0, None, None)
