"""What is shown of counts to those who may not see each need: small ones hidden, and none to be found by subtracting.

One month of one county is one equation: its total is the sum of its townships. No total over counties or months is ever
published, so that no other equation holds between hidden counts; and a month once published is never published anew.
A hidden count is any from 0 to 4, or one hidden so that the others cannot be told: the reader does not know which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LEAST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Published:
    """A county's month as others see it; None is hidden."""

    total: int | None
    townships: dict[str, int | None]


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
