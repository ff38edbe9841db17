"""Lines over months as a drawing: points that a page can show, a table can tell and a printer can print."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 720.0
HEIGHT: Final = 260.0
LEFT: Final = 44.0
RIGHT: Final = 84.0
TOP: Final = 16.0
BOTTOM: Final = 34.0


@dataclass(frozen=True, slots=True)
class Line:
    """One series: the parts of its path (it breaks where nothing is known), and its dots."""

    name: str
    style: str
    path: str
    dots: list[tuple[float, float, str]]
    end: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines, the target's level lines, and the ticks of both axes."""

    width: float
    height: float
    lines: list[Line]
    levels: list[tuple[float, str]]
    months: list[tuple[float, str]]
    ticks: list[tuple[float, str]]
    left: float
    right: float


def chart(
    months: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[float | None]]],
    levels: Sequence[tuple[float, str]],
) -> Chart:
    """A chart of series over months, with what the plan says as level lines; values are days, from 0."""
    known = [value for _, _, values in series for value in values if value is not None]
    top = _round_up(max([*known, *(level for level, _ in levels), 1.0]))

    def x(place: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * place / max(len(months) - 1, 1), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)

    def line(name: str, style: str, values: Sequence[float | None]) -> Line:
        dots = [
            (x(place), y(value), f"{months[place]}：{value:.1f} 天")
            for place, value in enumerate(values)
            if value is not None
        ]
        return Line(name, style, _path([(x(i), None if v is None else y(v)) for i, v in enumerate(values)]), dots,
                    dots[-1][:2] if dots else None)  # fmt: skip

    return Chart(
        WIDTH, HEIGHT, [line(*each) for each in series], [(y(value), words) for value, words in levels],
        [(x(place), f"{int(month[5:])}月") for place, month in enumerate(months)],
        [(y(value), f"{value:g}") for value in (0.0, top / 2, top)], LEFT, WIDTH - RIGHT,
    )  # fmt: skip


def _round_up(value: float) -> float:
    return float(next(step for step in (2, 4, 8, 10, 14, 20, 30, 60, 120, 10_000) if step >= value))


def _path(points: Sequence[tuple[float, float | None]]) -> str:
    parts, pen = [], "M"
    for x, y in points:
        if y is None:
            pen = "M"
            continue
        parts.append(f"{pen}{x:g},{y:g}")
        pen = "L"
    return "".join(parts)
