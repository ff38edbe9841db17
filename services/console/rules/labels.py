"""Names on a map: where each stands so that it can be read, and which are left for whoever points at the place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

LINE: Final = 1.25
NARROW_SIGN: Final = 0.6
# Around its middle a name may give way by so many lines: up, down, to a side.
GIVING_WAY: Final = ((0.0, 0.0), (0.0, -1.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 0.0), (-1.0, -1.0), (1.0, 1.0))
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Wish:
    """A name that wants to stand at a point, in one or two lines; within `room` (width, height) if it must fit in."""

    code: str
    lines: tuple[str, ...]
    x: float
    y: float
    room: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """Where each line of a name stands: the middle of its base line."""

    lines: tuple[tuple[str, float, float], ...]


def width_of(words: str, size: float) -> float:
    """How wide words are: Chinese signs are as wide as they are high, digits and letters narrower."""
    return sum(size if sign > "\u2e80" else size * NARROW_SIGN for sign in words)


def placed(wishes: Iterable[Wish], *, size: float, within: tuple[float, float]) -> dict[str, Label]:
    """The names that find a place, the first ones first; none overlaps another, or leaves the drawing."""
    found: dict[str, Label] = {}
    taken: list[Box] = []
    for wish in wishes:
        width = max(width_of(line, size) for line in wish.lines)
        height = size * LINE * len(wish.lines)
        if wish.room is not None and (width > wish.room[0] or height > wish.room[1]):
            continue
        ways = GIVING_WAY if wish.room is None else GIVING_WAY[:1]
        spots = ((wish.x + right * size, wish.y + down * size) for right, down in ways)
        box = next((box for box in (_box(x, y, width, height) for x, y in spots) if _is_free(box, taken, within)), None)
        if box is not None:
            taken.append(box)
            found[wish.code] = _label(wish.lines, box, size)
    return found


def _box(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _is_free(box: Box, taken: Sequence[Box], within: tuple[float, float]) -> bool:
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > within[0] or bottom > within[1]:
        return False
    return all(right <= other[0] or left >= other[2] or bottom <= other[1] or top >= other[3] for other in taken)


def _label(lines: Sequence[str], box: Box, size: float) -> Label:
    middle, top = (box[0] + box[2]) / 2, box[1]
    return Label(
        tuple((line, round(middle, 1), round(top + size * (LINE * place + 1.0), 1)) for place, line in enumerate(lines))
    )
