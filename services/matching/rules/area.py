"""Where a resource is given: divisions by the prefix of their code. A county covers its townships and villages."""

from collections.abc import Iterable
from typing import Final

from shared.schemas.vocabulary import Verdict

# The levels of the national codes as this project writes them: city, county, township, village.
LENGTHS: Final = (4, 6, 9, 12)
COUNTY: Final = 6
TOWNSHIP: Final = 9


def coverage(areas: tuple[str, ...], division: str | None) -> Verdict:
    """Whether one of the areas covers a division. A division known only coarsely may lie inside: that is unknown."""
    if division is None:
        return Verdict.UNKNOWN
    if division.startswith(areas):
        return Verdict.YES
    may_lie_inside = any(area.startswith(division) for area in areas)
    return Verdict.UNKNOWN if may_lie_inside else Verdict.NO


def prefixes(division: str) -> tuple[str, ...]:
    """The division and all above it, widest first: what a query compares service areas with."""
    return tuple(division[:length] for length in LENGTHS if length <= len(division))


def without_overlaps(areas: Iterable[str]) -> tuple[str, ...]:
    """The same ground in the fewest codes, in order: a township that its county covers already is left out."""
    kept: list[str] = []
    for code in sorted(set(areas)):
        if not kept or not code.startswith(kept[-1]):
            kept.append(code)
    return tuple(kept)


def is_same_township(one: str | None, other: str | None) -> bool:
    """Whether both are known down to the township, and it is one."""
    return _is_same(one, other, TOWNSHIP)


def is_same_county(one: str | None, other: str | None) -> bool:
    """Whether both are known down to the county, and it is one."""
    return _is_same(one, other, COUNTY)


def _is_same(one: str | None, other: str | None, length: int) -> bool:
    return one is not None and other is not None and len(one) >= length and one[:length] == other[:length]
