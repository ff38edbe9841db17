"""Lines over months as a drawing: points that a page can show, a table can tell and a printer can print."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Frame:
    """How large a chart is drawn, with room for what stands around it; every so many months are named."""

    width: float
    height: float
    left: float
    right: float
    letters: float
    every: int = 1
    top: float = 16.0
    bottom: float = 34.0


DESK: Final = Frame(720.0, 280.0, 40.0, 104.0, 13.0)
# On a phone the same is drawn narrower, so that its letters stay as large.
PHONE: Final = Frame(340.0, 260.0, 30.0, 14.0, 13.0, every=3)


@dataclass(frozen=True, slots=True)
class Line:
    """One series: the parts of its path (it breaks where nothing is known), and its dots."""

    name: str
    style: str
    path: str
    dots: list[tuple[float, float, str]]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines, the target's level lines, and the ticks of both axes."""

    frame: Frame
    lines: list[Line]
    levels: list[tuple[float, str]]
    months: list[tuple[float, str]]
    ticks: list[tuple[float, str]]

    @property
    def right(self) -> float:
        return self.frame.width - self.frame.right


def chart(
    months: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[float | None]]],
    levels: Sequence[tuple[float, str]],
    *,
    frame: Frame = DESK,
) -> Chart:
    """A chart of series over months, with what the plan says as level lines; values are days, from 0."""
    known = [value for _, _, values in series for value in values if value is not None]
    top = _round_up(max([*known, *(level for level, _ in levels), 1.0]))

    def x(place: int) -> float:
        return round(frame.left + (frame.width - frame.left - frame.right) * place / max(len(months) - 1, 1), 1)

    def y(value: float) -> float:
        return round(frame.height - frame.bottom - (frame.height - frame.top - frame.bottom) * value / top, 1)

    def line(name: str, style: str, values: Sequence[float | None]) -> Line:
        dots = [
            (x(place), y(value), f"{months[place]}：{value:.1f} 天")
            for place, value in enumerate(values)
            if value is not None
        ]
        return Line(name, style, _path([(x(i), None if v is None else y(v)) for i, v in enumerate(values)]), dots)

    named = sorted(range(len(months) - 1, -1, -frame.every))
    first = None if _begins_soon(months) else named[0]
    return Chart(
        frame, [line(*each) for each in series], [(y(value), words) for value, words in levels],
        [(x(place), _month(months[place], is_first=place == first)) for place in named],
        [(y(value), f"{value:g}") for value in (0.0, top / 2, top)],
    )  # fmt: skip


def _month(month: str, *, is_first: bool) -> str:
    """`3月`; with its year where a year begins, and where the months do if those do not stand side by side."""
    number = int(month[5:])
    return f"{month[2:4]}年{number}月" if is_first or number == 1 else f"{number}月"


def _begins_soon(months: Sequence[str]) -> bool:
    return any(month.endswith("-01") for month in months[1:3])


def _round_up(value: float) -> float:
    return float(next(step for step in (2, 4, 6, 8, 10, 14, 16, 20, 30, 60, 120, 10_000) if step >= value))


def _path(points: Sequence[tuple[float, float | None]]) -> str:
    parts, pen = [], "M"
    for x, y in points:
        if y is None:
            pen = "M"
            continue
        parts.append(f"{pen}{x:g},{y:g}")
        pen = "L"
    return "".join(parts)
