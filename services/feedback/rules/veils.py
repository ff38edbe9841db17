"""Which rates stay veiled from those who could tell one answer apart: by its being the only one, or the newest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

# Under so many answers a rate tells those who know whom they served who said what.
FEWEST_ANSWERS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a rate would tell: how many answered in each month of it, and whether any of that may still change."""

    answered: int
    by_month: Sequence[int] = ()
    is_running: bool = False
    # Whether the reader could tell one answer apart: they may not read a single one, or had a hand in one of these.
    could_tell: bool = True

    @property
    def is_too_few(self) -> bool:
        """A quarter less its other months is a month: so each of them must have enough, or none."""
        return self.answered < FEWEST_ANSWERS or any(0 < count < FEWEST_ANSWERS for count in self.by_month)


def veiled(rows: Mapping[str, Told]) -> Collection[str]:
    """The keys whose rates are not shown.

    Two readings of what still runs differ by one person's answer, so only what has ended is shown. What is hidden
    must not be what the whole less the rest leaves, so where few are hidden the smallest of the rest is hidden too.
    """
    told = {key: row for key, row in rows.items() if row.could_tell}
    hidden = {key for key, row in told.items() if row.is_running or row.is_too_few}
    rest = sorted((key for key in told if key not in hidden), key=lambda key: (told[key].answered, key))
    if rest and 0 < sum(told[key].answered for key in hidden) < FEWEST_ANSWERS:
        hidden.add(rest[0])
    return hidden
