"""What is shown of counts to those who may not see each need: small ones hidden, and none to be found by subtracting.

Of a county and a month three rows are published, and nothing that lies between them: its days, each in the night
after it and to a multiple of five below; and when the month is over, exactly, its townships and its categories. All
three sum to the month's total, and count the same episodes for good. Knowing the total, a reader can therefore do no
better than look at each row by itself; and what a row does not tell stays anything from 0 to 4 (or 0 to 4 above what is
told), or the month tells nothing. No total over counties or months is published. The reader knows this rule too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LEAST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Published:
    """A row of counts and its total as others see them; None is hidden."""

    total: int | None
    shown: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Month:
    """A county's month as others see it; None is hidden."""

    total: int | None
    townships: dict[str, int | None]
    categories: dict[str, int | None]


def banded(count: int) -> int:
    """A day's count to a multiple of five below: whatever the others are, it may be up to four more."""
    return count - count % LEAST_SHOWN


def publish_month(days: Sequence[int], townships: Mapping[str, int], categories: Mapping[str, int]) -> Month:
    """A county's month, or nothing of it where its total would tell too much of its days, townships or categories."""
    by_township, by_category = publish(townships), publish(categories)
    is_told = by_township.total is not None and by_category.total is not None and _days_stay_wide(days)
    if is_told:
        return Month(by_township.total, by_township.shown, by_category.shown)
    return Month(None, dict.fromkeys(townships), dict.fromkeys(categories))


def _days_stay_wide(days: Sequence[int]) -> bool:
    """Whether each day may still be anything from 0 to 4 above what was told of it, once the total is known."""
    beyond = sum(count - banded(count) for count in days)
    return LEAST_SHOWN - 1 <= beyond <= (LEAST_SHOWN - 1) * (len(days) - 1)


def publish(counts: Mapping[str, int]) -> Published:
    """Hide what is small, and as many more of the next smallest as it takes; at last the total."""
    total = sum(counts.values())
    ordered = sorted(counts, key=lambda code: (counts[code], code))
    row = [counts[code] for code in ordered]
    hides = sum(count < LEAST_SHOWN for count in row)
    while 0 < hides < len(row) and not _stays_wide(row, hides):
        hides += 1
    is_told = total >= LEAST_SHOWN and (hides == 0 or _stays_wide(row, hides))
    shown = {code: counts[code] if place >= hides else None for place, code in enumerate(ordered)}
    return Published(total if is_told else None, shown)


def _stays_wide(row: Sequence[int], hides: int) -> bool:
    """Whether the first so many of a row, of which the reader can work out the sum, may each be anything from 0 to 4.

    The reader knows the rule too: what is hidden is no larger than the least that is shown, so the others must be able
    to make up the sum without any one. Were all of them small, they could only be four each.
    """
    hidden, total = row[:hides], sum(row[:hides])
    most = row[hides] if hides < len(row) else total
    if hidden[-1] < LEAST_SHOWN:
        most = LEAST_SHOWN - 1
    return hides > 1 and LEAST_SHOWN <= total <= most * (hides - 1)
