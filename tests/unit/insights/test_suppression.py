"""S16: what is published of a county's days and month gives no small count away, on one night or on two."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.insights.rules.suppression import LEAST_SHOWN, Month, Published, banded, publish, publish_month
from tests.figures import Figure

FEW = {f"t{place}": count for place, count in enumerate((12, 3, 0, 30))}


def possible(shown: Published) -> Iterator[dict[str, int]]:
    """Every month that a reader who knows the rule must think possible: hidden ones no larger than the least shown."""
    hidden = [code for code, count in shown.shown.items() if count is None]
    told = {code: count for code, count in shown.shown.items() if count is not None}
    assert shown.total is not None
    rest = shown.total - sum(told.values())
    most = min([*told.values(), rest])
    for counts in itertools.product(range(most + 1), repeat=max(0, len(hidden) - 1)):
        last = rest - sum(counts)
        if 0 <= last <= most:
            yield told | dict(zip(hidden, [*counts, last], strict=True))


def bounds(shown: Published) -> dict[str, tuple[int, int]]:
    """Exactly what a reader can say of each hidden count, by trying everything."""
    hidden = [code for code, count in shown.shown.items() if count is None]
    months = list(possible(shown)) if hidden else []
    return {code: (min(month[code] for month in months), max(month[code] for month in months)) for code in hidden}


def assert_hides_well(counts: Mapping[str, int]) -> int:
    """Each hidden count may be anything from 0 to 4 at least; how many were looked at."""
    shown = publish(counts)
    assert all(count is None or count >= LEAST_SHOWN for count in [shown.total, *shown.shown.values()])
    if shown.total is None:
        assert set(shown.shown.values()) == {None}, "without a total, a county tells nothing"
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
    assert publish({"a": 3, "b": 6, "c": 20, "d": 40}).shown == {"a": None, "b": None, "c": 20, "d": 40}


def test_a_small_county_tells_nothing() -> None:
    assert publish({"a": 2, "b": 2}) == Published(None, {"a": None, "b": None})


@pytest.mark.parametrize("turned", [False, True])
def test_the_same_counts_are_published_alike_in_any_order(turned: bool) -> None:
    row = dict(reversed(FEW.items())) if turned else FEW
    assert publish(row) == publish(FEW)


# From and to which number something may be, for all that a reader can say.
Bound = tuple[int, int]


def narrowed(parts: Sequence[Bound], total: Bound) -> list[Bound]:
    """The optimum of the linear programme for each part, least and most: of one equation it can be written down."""
    least, most = sum(low for low, _ in parts), sum(high for _, high in parts)
    return [
        (max(low, total[0] - (most - high)), min(high, total[1] - (least - low))) for low, high in parts
    ]  # fmt: skip


def row_bounds(shown: Mapping[str, int | None], most: int) -> list[Bound]:
    """What a row says of its parts by itself."""
    return [(0, most) if count is None else (count, count) for count in shown.values()]


@dataclass(frozen=True, slots=True)
class Night:
    """All that has been published of a county's month by a night."""

    days: list[int]
    month: Month | None = None


def bounds_of(nights: Sequence[Night], most: int) -> dict[str, list[Bound]]:
    """What a reader of these nights' cubes can say of each part of each row, by the linear programme over all of them.

    Rows share their total and nothing else: any three rows with one total are the margins of some table, so that the
    programme falls apart into a row each, once the total's bound is the one that all rows allow.
    """
    last = nights[-1]
    rows = {"days": [(told, told + LEAST_SHOWN - 1) for told in last.days]}
    total = (0, most)
    if last.month is not None:
        rows |= {"townships": row_bounds(last.month.townships, most)}
        rows |= {"categories": row_bounds(last.month.categories, most)}
        total = (0, most) if last.month.total is None else (last.month.total,) * 2
        for row in rows.values():
            total = (max(total[0], sum(low for low, _ in row)), min(total[1], sum(high for _, high in row)))
    return {name: narrowed(row, total) if last.month else row for name, row in rows.items()}


def months(chance: random.Random, days: int) -> tuple[list[int], dict[str, int], dict[str, int]]:
    """A county's month: who asked on which day, in which township, about what."""
    busy = chance.choice((1, 3, 8, 25))
    counts = [chance.randint(0, busy) for _ in range(days)]
    townships, categories = dict.fromkeys("abcdef", 0), dict.fromkeys(("", "meals", "jobs", "mediation"), 0)
    for _ in range(sum(counts)):
        townships[chance.choice("aaabbcdef")] += 1
        categories[chance.choice(("", "meals", "meals", "meals", "jobs", "mediation"))] += 1
    return counts, townships, categories


def test_two_nights_readings_keep_every_hidden_count_wide(figure: Figure) -> None:
    """Each pair of nights of a month, and the pair over its end: a day's count, and what is hidden of the month."""
    chance, pairs, cells = random.Random(361002), 0, 0
    for _ in range(60):
        counts, townships, categories = months(chance, 28)
        told = [banded(count) for count in counts]
        nights = [Night(told[: night + 1]) for night in range(27)]
        nights.append(Night(told, publish_month(counts, townships, categories)))
        for first, second in pairwise(nights):
            pairs += 1
            assert second.days[: len(first.days)] == first.days, "what was published stays as it was"
            for name, bounds in bounds_of([first, second], sum(counts) + 50).items():
                base = second.days if name == "days" else [0] * len(bounds)
                parts = zip(base, bounds, strict=True)
                hidden = [(low - at, high - at) for at, (low, high) in parts if low != high or not low]
                assert all(low <= 0 and high >= LEAST_SHOWN - 1 for low, high in hidden), (name, counts, second)
                cells += len(hidden)
    assert cells > 10_000
    figure("S16", nights_in_pairs=pairs, cells=cells, found_out=0)


def test_a_reader_who_knows_the_rule_knows_no_day_better() -> None:
    """Of all months of five days that look alike, each day has been anything from 0 to 4 above what was told."""
    alike: dict[tuple[tuple[int, ...], int], list[set[int]]] = {}
    for days in itertools.product(range(7), repeat=5):
        month = publish_month(days, {"a": sum(days)}, {"": sum(days)})
        if month.total is not None:
            seen = alike.setdefault((tuple(map(banded, days)), month.total), [set() for _ in days])
            for place, count in enumerate(days):
                seen[place].add(count - banded(count))
    # Where counts end at six here, what is told to be five or more cannot show all that it may be.
    whole = {key: seen for key, seen in alike.items() if not any(key[0])}
    assert whole
    assert all(set(range(LEAST_SHOWN)) == beyond for seen in whole.values() for beyond in seen)


def test_a_month_whose_total_would_tell_a_day_tells_nothing() -> None:
    quiet = publish_month([5, 0, 0, 0, 1], {"a": 6}, {"meals": 6})
    assert quiet == Month(None, {"a": None}, {"meals": None})
