"""S16: what is published of a month gives no small count away."""

import itertools
import random
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.insights.rules.suppression import LEAST_SHOWN, Published, publish
from tests.figures import Figure

FEW = {f"t{place}": count for place, count in enumerate((12, 3, 0, 30))}


def possible(shown: Published) -> Iterator[dict[str, int]]:
    """Every month that a reader who knows the rule must think possible: hidden ones no larger than the least shown."""
    hidden = [code for code, count in shown.townships.items() if count is None]
    told = {code: count for code, count in shown.townships.items() if count is not None}
    assert shown.total is not None
    rest = shown.total - sum(told.values())
    most = min([*told.values(), rest])
    for counts in itertools.product(range(most + 1), repeat=max(0, len(hidden) - 1)):
        last = rest - sum(counts)
        if 0 <= last <= most:
            yield told | dict(zip(hidden, [*counts, last], strict=True))


def bounds(shown: Published) -> dict[str, tuple[int, int]]:
    """Exactly what a reader can say of each hidden count, by trying everything."""
    hidden = [code for code, count in shown.townships.items() if count is None]
    months = list(possible(shown)) if hidden else []
    return {code: (min(month[code] for month in months), max(month[code] for month in months)) for code in hidden}


def assert_hides_well(counts: Mapping[str, int]) -> int:
    """Each hidden count may be anything from 0 to 4 at least; how many were looked at."""
    shown = publish(counts)
    assert all(count is None or count >= LEAST_SHOWN for count in [shown.total, *shown.townships.values()])
    if shown.total is None:
        assert set(shown.townships.values()) == {None}, "without a total, a county tells nothing"
        return 0
    found = bounds(shown)
    assert all(low == 0 and high >= LEAST_SHOWN - 1 for low, high in found.values()), (counts, shown)
    return len(found)


def test_every_hidden_count_keeps_a_wide_bound(figure: Figure) -> None:
    chance, hidden = random.Random(361000), 0
    for _ in range(150):
        size, most = chance.randint(1, 5), chance.choice((3, 6, 9))
        hidden += assert_hides_well({f"t{place}": chance.randint(0, most) for place in range(size)})
    assert hidden > 100
    figure("S16", months=150, hidden=hidden, found_out=0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
@example([4, 4])
@example([2, 6, 7])
@example([0, 0, 9])
@example([4, 4, 4, 4])
@example([4, 6, 6])
def test_whatever_the_counts_are(counts: list[int]) -> None:
    assert_hides_well({f"t{place}": count for place, count in enumerate(counts)})


def test_what_is_large_is_shown_as_it_is() -> None:
    assert publish({"a": 7, "b": 5}) == Published(12, {"a": 7, "b": 5})


def test_one_small_count_is_not_left_alone_with_the_total() -> None:
    assert publish({"a": 3, "b": 6, "c": 20, "d": 40}).townships == {"a": None, "b": None, "c": 20, "d": 40}


def test_a_small_county_tells_nothing() -> None:
    assert publish({"a": 2, "b": 2}) == Published(None, {"a": None, "b": None})


@pytest.mark.parametrize("turned", [False, True])
def test_the_same_counts_are_published_alike_in_any_order(turned: bool) -> None:
    row = dict(reversed(FEW.items())) if turned else FEW
    assert publish(row) == publish(FEW)
