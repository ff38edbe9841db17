"""The three lists as people go through them: by what is lacking, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Line = Mapping[str, Any]
ONLY: Final = {"open": "有人在等", "gap": "有缺口", "surplus": "有富余", "all": "全部"}
LINES_ON_A_PAGE: Final = 120


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the lines, and how many there are."""

    lines: list[Line]
    page: int
    pages: int
    total: int


def listing(lines: Sequence[Line], *, only: str, page: int = 1, size: int = LINES_ON_A_PAGE) -> Listing:
    """Lines where somebody waits (what is lacking first), with a gap, with a surplus, or all in their own order."""
    wanted = list(lines)
    if only != "all":
        wanted = sorted((line for line in lines if line[only]), key=lambda line: (-line["gap"], -line[only]))
    pages = max(1, -(-len(wanted) // size))
    page = min(max(page, 1), pages)
    return Listing(wanted[(page - 1) * size : page * size], page, pages, len(wanted))
